"""Ready dialogues that become drafts again, as long as nobody has labelled them.

Their slots stay in their batches: nobody gets them while the dialogue is a draft, and they are given out again once it
is ready again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from annotator.models import Assignment, CalibrationDialogue, LateOperation, Slot
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
    own = {"dialogue": OuterRef("pk")}
    return dialogues.filter(
        ~Exists(Annotation.objects.filter(utterance__dialogue=OuterRef("pk"))),
        ~Exists(Assignment.objects.filter(**own, state=Assignment.State.OPEN)),
        ~Exists(LateOperation.objects.filter(assignment__dialogue=OuterRef("pk"))),
        ~Exists(CalibrationDialogue.objects.filter(**own)),
        state=Dialogue.State.READY,
    )


@transaction.atomic
def undo_ready(*, dialogue: Dialogue) -> None:
    """Make a ready dialogue a draft again.

    Raises:
        Refused: `dialogue.labelled`, it has answers or late work; `dialogue.held`, an annotator has it open;
            `dialogue.calibrates`, it is used for training, tests or gold; `dialogue.draft`, `dialogue.gone`.
    """
    # Slots before the dialogue, as everywhere: a claim that holds one of them finishes first, and its assignment is
    # seen below. A later claim reads the dialogue again before it takes the slot.
    list(Slot.objects.select_for_update(no_key=True).filter(dialogue=dialogue).order_by("pk"))
    if Assignment.objects.filter(dialogue=dialogue, state=Assignment.State.OPEN).exists():
        raise Refused("dialogue.held", dialogue=dialogue.code)
    if LateOperation.objects.filter(assignment__dialogue=dialogue).exists():
        raise Refused("dialogue.labelled", dialogue=dialogue.code)
    if CalibrationDialogue.objects.filter(dialogue=dialogue).exists():
        raise Refused("dialogue.calibrates", dialogue=dialogue.code)
    back_to_draft(dialogue=dialogue)


def undo_ready_of(*, dialogues: Iterable[Dialogue]) -> UndoneReady:
    """Make each of these dialogues a draft again if that is possible; each in a transaction of its own."""
    result = UndoneReady()
    for dialogue in dialogues:
        try:
            undo_ready(dialogue=dialogue)
        except Refused as refusal:
            result.refused.setdefault(refusal.code, []).append(dialogue)
        else:
            result.drafts.append(dialogue)
    return result
