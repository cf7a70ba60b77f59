"""Changing an utterance that people may have labelled: the dialogue comes back to those whose labels it touched."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from annotator.domain.allocation.leases import reopen
from annotator.models import Assignment, Slot
from common.models import User
from corpus.domain.structure.ready_utterances import edit_ready_utterance
from corpus.models import Annotation, Utterance

TIME_TO_COME_BACK = timedelta(days=14)  # for people who had finished the dialogue and are asked again


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
    """Change an utterance of a ready dialogue and ask everybody anew whose labels the change touches.

    Args:
        utterance: the utterance.
        text, speaker, start_ms, end_ms: as for `corpus.domain.structure.ready_utterances.edit_ready_utterance`.
        edited_by: the manager.
        now: the moment.

    Returns:
        How many people's labels were withdrawn; each finds the utterance open, with what they had answered, and is told
        what changed.

    Raises:
        Refused: as `corpus.domain.structure.ready_utterances.edit_ready_utterance`.
    """
    # slots and assignments before the dialogue and its annotations, as everywhere: a save that is under way comes
    # first, and one that comes later reads the utterance as it is then
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
    _bring_back(utterance.dialogue_id, result.reopened, now)
    return len(result.reopened)


def _bring_back(dialogue: int, reopened: tuple[Annotation, ...], now: datetime) -> None:
    """Open the finished assignments under which the labels were made."""
    touched = Q()
    for annotation in reopened:
        touched |= Q(rater=annotation.rater_id, purpose=annotation.purpose)
    if not touched:
        return
    for assignment in Assignment.objects.filter(touched, dialogue=dialogue, state=Assignment.State.DONE):
        reopen(assignment, until=now + TIME_TO_COME_BACK)
