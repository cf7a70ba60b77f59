"""Edits of utterances in ready dialogues: annotators whose answers are affected get the dialogue again."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from annotator.domain.allocation.assignments import give_up
from annotator.domain.allocation.leases import REOPENED_LEASE, reopen
from annotator.models import Assignment, ClosedDialogue, Slot
from common.models import User
from corpus.domain.structure.ready_utterances import edit_ready_utterance
from corpus.models import Annotation, Utterance


@transaction.atomic
def edit_utterance(
    *,
    utterance: Utterance,
    text: str,
    speaker: str,
    start_ms: int | None,
    end_ms: int | None,
    edited_by: User,
    now: datetime,
) -> int:
    """Edit an utterance of a ready dialogue, and reopen it for everyone whose answers the edit affects.

    Args:
        utterance: the utterance.
        text, speaker, start_ms, end_ms: as for `corpus.domain.structure.ready_utterances.edit_ready_utterance`.
        edited_by: the manager.
        now: the moment.

    Returns:
        Number of annotations that were withdrawn. Their annotators see the utterance open again, with their earlier
        answers and the edit.

    Raises:
        Refused: as `corpus.domain.structure.ready_utterances.edit_ready_utterance`.
    """
    # Lock slots and assignments before the dialogue and its annotations, as everywhere: a save that is under way
    # finishes first, and a later one reads the edited utterance.
    list(Slot.objects.select_for_update(no_key=True).filter(dialogue=utterance.dialogue_id).order_by("pk"))
    list(Assignment.objects.select_for_update(no_key=True).filter(dialogue=utterance.dialogue_id).order_by("pk"))
    result = edit_ready_utterance(
        utterance=utterance,
        text=text,
        speaker=speaker,
        start_ms=start_ms,
        end_ms=end_ms,
        edited_by=edited_by,
        now=now,
    )
    _reopen(utterance.dialogue_id, result.reopened, now)
    return len(result.reopened)


def _reopen(dialogue: int, reopened: tuple[Annotation, ...], now: datetime) -> None:
    """Reopen the finished assignments of withdrawn annotations.

    A person to whom the dialogue is closed cannot judge it again: their slot becomes free for somebody else.
    """
    affected = Q()
    for annotation in reopened:
        affected |= Q(rater=annotation.rater_id, purpose=annotation.purpose)
    if not affected:
        return
    closed = set(ClosedDialogue.objects.filter(dialogue=dialogue).values_list("rater", flat=True))
    finished = Assignment.objects.filter(affected, dialogue=dialogue, state=Assignment.State.DONE)
    for assignment in finished.select_related("slot"):
        if assignment.rater_id in closed:
            give_up(assignment, now=now)
        else:
            reopen(assignment, until=now + REOPENED_LEASE)
