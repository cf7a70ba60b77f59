"""Ready dialogues that become drafts again, as long as nobody has labelled them.

Their slots stay in their batches: nobody gets them while the dialogue is a draft, and they are given out again once it
is ready again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Case, Exists, OuterRef, QuerySet, Value, When

from annotator.domain.allocation.assignments import release
from annotator.domain.allocation.locks import lock_work
from annotator.models import Assignment, CalibrationDialogue, LateOperation
from common.errors import Refused
from corpus.domain.structure.ready_dialogues import back_to_draft
from corpus.models import Annotation, Dialogue


@dataclass(slots=True)
class UndoneReady:
    """The result for several dialogues.

    Attributes:
        drafts: dialogues that are drafts again.
        refused: code of the reason -> the dialogues that stay ready.
    """

    drafts: list[Dialogue] = field(default_factory=list)
    refused: dict[str, list[Dialogue]] = field(default_factory=dict)


def undoable(dialogues: QuerySet[Dialogue]) -> QuerySet[Dialogue]:
    """Return the ready dialogues among these that can become drafts again."""
    return dialogues.annotate(reason=_reason()).filter(reason="", state=Dialogue.State.READY)


@transaction.atomic
def undo_ready(*, dialogue: Dialogue, now: datetime) -> None:
    """Make a dialogue a draft again; it is released for everyone who has it open without any answer.

    Raises:
        Refused: `dialogue.labelled`, it has answers or late work; `dialogue.calibrates`, it is used for training, tests
            or gold; `dialogue.draft`, `dialogue.gone`.
    """
    # A claim or save that is under way finishes first, and is seen below. A later claim reads the dialogue again before
    # it takes the slot; a later save finds its assignment released.
    lock_work([dialogue.pk])
    own = Dialogue.objects.filter(pk=dialogue.pk).annotate(reason=_reason())
    if reason := own.values_list("reason", flat=True).first():
        raise Refused(reason, dialogue=dialogue.code)
    for assignment in Assignment.objects.filter(dialogue=dialogue, state=Assignment.State.OPEN).order_by("pk"):
        release(assignment=assignment, now=now)
    back_to_draft(dialogue=dialogue)


def undo_ready_of(*, dialogues: Iterable[Dialogue], now: datetime) -> UndoneReady:
    """Make each of these dialogues a draft again if that is possible; each in a transaction of its own."""
    result = UndoneReady()
    for dialogue in dialogues:
        try:
            undo_ready(dialogue=dialogue, now=now)
        except Refused as refusal:
            result.refused.setdefault(refusal.code, []).append(dialogue)
        else:
            result.drafts.append(dialogue)
    return result


def _reason() -> Case:
    """Return why a dialogue cannot become a draft, as an expression: a code of `Refused`, empty if it can."""
    annotations = Annotation.objects.filter(utterance__dialogue=OuterRef("pk"))
    late = LateOperation.objects.filter(assignment__dialogue=OuterRef("pk"))
    uses = CalibrationDialogue.objects.filter(dialogue=OuterRef("pk"))
    return Case(
        When(state=Dialogue.State.DRAFT, then=Value("dialogue.draft")),
        When(Exists(annotations) | Exists(late), then=Value("dialogue.labelled")),
        When(Exists(uses), then=Value("dialogue.calibrates")),
        default=Value(""),
    )
