"""Edits of utterances in ready dialogues: annotators whose answers are affected get the dialogue again."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from annotator.domain.allocation.assignments import give_up
from annotator.domain.allocation.leases import REOPENED_LEASE, reopen
from annotator.domain.allocation.locks import lock_work
from annotator.models import Assignment, ClosedDialogue
from common.models import User
from corpus.domain.structure.ready_utterances import edit_ready_utterance
from corpus.models import Annotation, Utterance


@dataclass(frozen=True, slots=True)
class Reopening:
    """The finished assignments that an edit ended.

    Attributes:
        reopened: those that are open again for their annotators.
        given_up: those of people who cannot judge the dialogue again; their slots are free.
    """

    reopened: list[Assignment] = field(default_factory=list)
    given_up: list[Assignment] = field(default_factory=list)


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
    lock_work([utterance.dialogue_id])
    result = edit_ready_utterance(
        utterance=utterance,
        text=text,
        speaker=speaker,
        start_ms=start_ms,
        end_ms=end_ms,
        edited_by=edited_by,
        now=now,
    )
    reopen_withdrawn(result.reopened, now=now)
    return len(result.reopened)


def reopen_withdrawn(withdrawn: Iterable[Annotation], *, now: datetime) -> Reopening:
    """Reopen the finished assignments of annotations whose answers an edit withdrew; return them.

    A person to whom the dialogue is closed cannot judge it again: their slot becomes free for somebody else.
    """
    found = Reopening()
    places = {(each.utterance.dialogue_id, each.rater_id, each.purpose) for each in withdrawn}
    for dialogue, rater, purpose in sorted(places):
        held = Assignment.objects.filter(dialogue=dialogue, rater=rater, purpose=purpose)
        done = held.filter(state=Assignment.State.DONE).select_related("slot").first()
        if done is None:
            continue
        if ClosedDialogue.objects.filter(dialogue=dialogue, rater=rater).exists():
            give_up(done, now=now)
            found.given_up.append(done)
        else:
            reopen(done, until=now + REOPENED_LEASE)
            found.reopened.append(done)
    return found
