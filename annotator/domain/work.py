"""What one annotator gets to see of an assignment: the dialogue, the codebook, their own labels, nobody else's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from annotator.domain.day import Day, day_of
from annotator.domain.qualification import round_of
from annotator.models import Assignment
from corpus.models import Change, Dialogue, Purpose, Revision, Utterance


@dataclass(frozen=True, slots=True)
class Past:
    """One thing this annotator did before to the dialogue; `answers` None: withdrawn."""

    operation: UUID | None
    utterance: UUID
    answers: dict[str, Any] | None
    undo: bool
    opened: int | None
    shortcut: str


@dataclass(frozen=True, slots=True)
class Work:
    """An assignment, opened. `changed` tells of utterances that changed after this annotator had labelled them."""

    assignment: Assignment
    codebook: dict[str, Any]
    utterances: list[Utterance]
    history: list[Past]
    changed: dict[UUID, dict[str, Any]]
    done: int
    ready: int
    day: Day
    round: tuple[str, int, int] | None


def open_work(*, assignment: Assignment) -> Work:
    """Return everything the labelling page needs for an assignment, in a fixed number of queries.

    The codebook comes without its expectations, which would coach the annotator. `done` and `ready` count the
    dialogues this annotator finished and all that are ready, whoever labelled them; gold and retests are counted like
    any other, so that no count tells them apart. `round` is what a training or test dialogue is part of: use,
    place, number of dialogues.
    """
    assignment = Assignment.objects.select_related(
        "codebook",
        "rater__membership__user",
        "rater__corpus",
        "dialogue__series",
        "dialogue__episode__playable",
        "dialogue__episode__peaks",
    ).get(pk=assignment.pk)
    history, reopened = _history(assignment)
    document = {name: part for name, part in assignment.codebook.document.items() if name != "expectations"}
    return Work(
        assignment=assignment,
        codebook=document,
        utterances=list(assignment.dialogue.utterances.select_related("speaker").order_by("order")),
        history=history,
        changed=_changed(assignment.dialogue, reopened),
        done=Assignment.objects.filter(rater=assignment.rater, state=Assignment.State.DONE)
        .exclude(purpose__in=[Purpose.TRAINING, Purpose.TEST])
        .count(),
        ready=Dialogue.objects.filter(corpus=assignment.rater.corpus_id, state=Dialogue.State.READY).count(),
        day=day_of(rater=assignment.rater, now=timezone.now()),
        round=round_of(assignment=assignment),
    )


def _history(assignment: Assignment) -> tuple[list[Past], dict[UUID, datetime]]:
    """Return what was done for this purpose, and since when which utterances ask for labels again.

    A retest does not show the labels that it is compared with.
    """
    revisions = (
        Revision.objects.filter(
            annotation__rater=assignment.rater_id,
            annotation__utterance__dialogue=assignment.dialogue_id,
            annotation__purpose=assignment.purpose,
        )
        .order_by("pk")
        .values_list(
            "operation", "annotation__utterance__public_id", "answers", "cause", "created_at", "opened", "shortcut"
        )
    )
    history, reopened = [], {}
    for operation, utterance, answers, cause, created_at, opened, shortcut in revisions:
        history.append(Past(operation, utterance, answers, cause == Revision.Cause.UNDO, opened, shortcut))
        if cause == Revision.Cause.REOPEN:
            reopened[utterance] = created_at
        else:
            reopened.pop(utterance, None)
    return history, reopened


def _changed(dialogue: Dialogue, reopened: dict[UUID, datetime]) -> dict[UUID, dict[str, Any]]:
    """Return how utterances were when this annotator labelled them, as far as they are different now."""
    if not reopened:
        return {}
    changes = Change.objects.filter(utterance__dialogue=dialogue, utterance__public_id__in=reopened).order_by("-pk")
    was: dict[UUID, dict[str, Any]] = {}
    for change in changes.select_related("utterance"):
        utterance = change.utterance.public_id
        if change.changed_at >= reopened[utterance]:
            was.setdefault(utterance, {}).update(change.before)  # the earliest comes last, and stands
    return was
