"""What one annotator gets to see of an assignment: the dialogue, the codebook, their own labels, nobody else's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import models
from django.db.models import Count
from django.utils import timezone

from annotator.domain.allocation.daily_limit import Day, day_of
from annotator.domain.calibration.qualification import round_of
from annotator.models import Assignment
from common.database.prepared import Parameter, PreparedSelect
from corpus.models import Corpus, Dialogue, Purpose, Revision, Utterance, UtteranceEdit

MANY = 1000  # dialogues


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


PK = models.BigAutoField()
ASSIGNMENT = PreparedSelect(
    lambda: (
        Assignment.objects.select_related("codebook", "rater__membership__user", "rater__corpus")
        .defer("codebook__source", "codebook__document")  # long, and kept at hand by the process
        .filter(pk=Parameter("pk", PK))
    )
)
DIALOGUE = PreparedSelect(
    lambda: Dialogue.objects.select_related("series", "episode__playable", "episode__peaks").filter(
        pk=Parameter("pk", PK)
    )
)
UTTERANCES = PreparedSelect(
    lambda: Utterance.objects.filter(dialogue=Parameter("dialogue", PK)).select_related("speaker").order_by("order")
)
DONE = PreparedSelect(
    lambda: (
        Assignment.objects.filter(rater=Parameter("rater", PK), state=Assignment.State.DONE)
        .exclude(purpose__in=[Purpose.TRAINING, Purpose.TEST])
        .values("rater")
        .annotate(count=Count("pk"))
        .values_list("count")
    )
)
HISTORY = PreparedSelect(
    lambda: (
        Revision.objects.filter(
            annotation__rater=Parameter("rater", PK),
            annotation__utterance__dialogue=Parameter("dialogue", PK),
            annotation__purpose=Parameter("purpose", models.CharField()),
        )
        .order_by("pk")
        .values_list(
            "operation", "annotation__utterance__public_id", "answers", "cause", "created_at", "opened", "shortcut"
        )
    )
)


def open_work(*, assignment: Assignment) -> Work:
    """Return everything the labelling page needs for an assignment, in a fixed number of queries.

    The codebook comes without its expectations, which would coach the annotator. `done` and `ready` count the
    dialogues this annotator finished and all that are ready, whoever labelled them; gold and retests are counted like
    any other, so that no count tells them apart. `round` is what a training or test dialogue is part of: use,
    place, number of dialogues.
    """
    found, dialogue = ASSIGNMENT.first(pk=assignment.pk), DIALOGUE.first(pk=assignment.dialogue_id)
    if found is None or dialogue is None:
        raise Assignment.DoesNotExist
    assignment = found
    assignment.dialogue = dialogue
    history, reopened = _history(assignment)
    document = {name: part for name, part in assignment.codebook.cached_document().items() if name != "expectations"}
    return Work(
        assignment=assignment,
        codebook=document,
        utterances=UTTERANCES.all(dialogue=dialogue.pk),
        history=history,
        changed=_changed(assignment.dialogue, reopened),
        done=sum(count for (count,) in DONE.all(rater=assignment.rater_id)),
        ready=_ready(assignment.rater.corpus),
        day=day_of(rater=assignment.rater, now=timezone.now()),
        round=round_of(assignment=assignment),
    )


def _ready(corpus: Corpus) -> int:
    """Return how many dialogues are ready; of many, as it was within the last minute: counting takes its time."""
    key = f"ready-{corpus.public_id}"
    kept: int | None = cache.get(key)
    if kept is not None:
        return kept
    count = Dialogue.objects.filter(corpus=corpus, state=Dialogue.State.READY).count()
    if count >= MANY:
        cache.set(key, count, 60)
    return count


def _history(assignment: Assignment) -> tuple[list[Past], dict[UUID, datetime]]:
    """Return what was done for this purpose, and since when which utterances ask for labels again.

    A retest does not show the labels that it is compared with.
    """
    revisions = HISTORY.all(rater=assignment.rater_id, dialogue=assignment.dialogue_id, purpose=assignment.purpose)
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
    edits = UtteranceEdit.objects.filter(utterance__dialogue=dialogue, utterance__public_id__in=reopened).order_by(
        "-pk"
    )
    was: dict[UUID, dict[str, Any]] = {}
    for edit in edits.select_related("utterance"):
        utterance = edit.utterance.public_id
        if edit.changed_at >= reopened[utterance]:
            was.setdefault(utterance, {}).update(edit.before)  # the earliest comes last, and stands
    return was
