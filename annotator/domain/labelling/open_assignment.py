"""An assignment as its annotator sees it: the dialogue, the codebook and their own answers only."""

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
class PastRevision:
    """An earlier revision by this annotator; `answers` None: withdrawn."""

    operation: UUID | None
    utterance: UUID
    answers: dict[str, Any] | None
    undo: bool
    opened: int | None
    shortcut: str


@dataclass(frozen=True, slots=True)
class OpenedAssignment:
    """An assignment with everything that the labelling page needs.

    Attributes:
        changed: earlier values of utterances that were edited after this annotator had answered them, by public id.
        done, ready: dialogues that this annotator finished, and all ready ones.
        round: use, place and number of dialogues of the training round or test; None: main work.
    """

    assignment: Assignment
    codebook: dict[str, Any]
    utterances: list[Utterance]
    history: list[PastRevision]
    changed: dict[UUID, dict[str, Any]]
    done: int
    ready: int
    day: Day
    round: tuple[str, int, int] | None


PK = models.BigAutoField()
ASSIGNMENT = PreparedSelect(
    lambda: (
        Assignment.objects.select_related("codebook", "rater__membership__user", "rater__corpus")
        .defer("codebook__source", "codebook__document")  # long, and cached by the process
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


def open_assignment(*, assignment: Assignment) -> OpenedAssignment:
    """Return an assignment with everything that the labelling page needs, in a fixed number of queries.

    The codebook comes without its expectations, which would influence the annotator. `done` includes gold and retests,
    so that the count does not reveal them.
    """
    loaded, dialogue = ASSIGNMENT.first(pk=assignment.pk), DIALOGUE.first(pk=assignment.dialogue_id)
    if loaded is None or dialogue is None:
        raise Assignment.DoesNotExist
    assignment = loaded
    assignment.dialogue = dialogue
    history, reopened = _history(assignment)
    document = {name: part for name, part in assignment.codebook.cached_document().items() if name != "expectations"}
    return OpenedAssignment(
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
    """Return the number of ready dialogues; a large count is cached for a minute, since counting is slow."""
    key = f"ready-{corpus.public_id}"
    cached: int | None = cache.get(key)
    if cached is not None:
        return cached
    count = Dialogue.objects.filter(corpus=corpus, state=Dialogue.State.READY).count()
    if count >= MANY:
        cache.set(key, count, 60)
    return count


def _history(assignment: Assignment) -> tuple[list[PastRevision], dict[UUID, datetime]]:
    """Return the revisions for this purpose, and the time since which utterances have been reopened.

    A retest does not show the answers that it is compared with.
    """
    revisions = HISTORY.all(rater=assignment.rater_id, dialogue=assignment.dialogue_id, purpose=assignment.purpose)
    history, reopened = [], {}
    for operation, utterance, answers, cause, created_at, opened, shortcut in revisions:
        history.append(PastRevision(operation, utterance, answers, cause == Revision.Cause.UNDO, opened, shortcut))
        if cause == Revision.Cause.REOPEN:
            reopened[utterance] = created_at
        else:
            reopened.pop(utterance, None)
    return history, reopened


def _changed(dialogue: Dialogue, reopened: dict[UUID, datetime]) -> dict[UUID, dict[str, Any]]:
    """Return the values that utterances had when this annotator answered them, where they differ now."""
    if not reopened:
        return {}
    edits = UtteranceEdit.objects.filter(utterance__dialogue=dialogue, utterance__public_id__in=reopened).order_by(
        "-pk"
    )
    was: dict[UUID, dict[str, Any]] = {}
    for edit in edits.select_related("utterance"):
        utterance = edit.utterance.public_id
        if edit.changed_at >= reopened[utterance]:
            was.setdefault(utterance, {}).update(edit.before)  # the earliest edit comes last and wins
    return was
