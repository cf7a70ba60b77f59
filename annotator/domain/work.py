"""What one annotator gets to see of an assignment: the dialogue, the codebook, their own labels, nobody else's."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone

from annotator.domain.day import Day, day_of
from annotator.models import Assignment
from corpus.models import Dialogue, Revision, Utterance


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
    """An assignment, opened."""

    assignment: Assignment
    codebook: dict[str, Any]
    utterances: list[Utterance]
    history: list[Past]
    done: int
    ready: int
    day: Day


def open_work(*, assignment: Assignment) -> Work:
    """Return everything the labelling page needs for an assignment, in a fixed number of queries.

    The codebook comes without its expectations, which would coach the annotator. `done` and `ready` count the
    dialogues this annotator finished and all that are ready, whoever labelled them.
    """
    assignment = Assignment.objects.select_related(
        "codebook",
        "rater__membership__user",
        "rater__corpus",
        "dialogue__series",
        "dialogue__episode__playable",
        "dialogue__episode__peaks",
    ).get(pk=assignment.pk)
    document = {name: part for name, part in assignment.codebook.document.items() if name != "expectations"}
    return Work(
        assignment=assignment,
        codebook=document,
        utterances=list(assignment.dialogue.utterances.select_related("speaker").order_by("order")),
        history=_history(assignment),
        done=Assignment.objects.filter(rater=assignment.rater, state=Assignment.State.DONE).count(),
        ready=Dialogue.objects.filter(corpus=assignment.rater.corpus_id, state=Dialogue.State.READY).count(),
        day=day_of(rater=assignment.rater, now=timezone.now()),
    )


def _history(assignment: Assignment) -> list[Past]:
    """Return what was done for this purpose: a retest does not show the labels that it is compared with."""
    revisions = (
        Revision.objects.filter(
            annotation__rater=assignment.rater_id,
            annotation__utterance__dialogue=assignment.dialogue_id,
            annotation__purpose=assignment.purpose,
        )
        .order_by("pk")
        .values_list("operation", "annotation__utterance__public_id", "answers", "cause", "opened", "shortcut")
    )
    return [
        Past(operation, utterance, answers, cause == Revision.Cause.UNDO, opened, shortcut)
        for operation, utterance, answers, cause, opened, shortcut in revisions
    ]
