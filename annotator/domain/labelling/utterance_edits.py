"""Edits of utterances in ready dialogues: annotators whose answers are affected get the dialogue again."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from annotator.domain.allocation import prepared_statements
from annotator.domain.allocation.assignments import end_assignment, finish, give_up, unlabelled
from annotator.domain.allocation.leases import REOPENED_LEASE, reopen
from annotator.domain.allocation.locks import lock_work
from annotator.models import Assignment, ClosedDialogue, Slot
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


def finish_again(*, reopened: Iterable[str], given_up: Iterable[str], now: datetime) -> int:
    """Finish the assignments that an edit had reopened or given up, when the edit is undone; their slots are locked.

    An assignment is finished again if all its answers are back. One that was given up also needs its slot, which may
    have gone to someone else since.

    Args:
        reopened, given_up: public ids.
        now: the moment.

    Returns:
        Number of assignments that stay given up.
    """
    held = Assignment.objects.filter(public_id__in=list(reopened), state=Assignment.State.OPEN).order_by("pk")
    for assignment in held:
        if not unlabelled(assignment).exists():
            finish(assignment=assignment, token=assignment.token, now=now)
    left = 0
    ended = Assignment.objects.filter(public_id__in=list(given_up), state=Assignment.State.RELEASED)
    for assignment in ended.select_related("slot").order_by("pk"):
        if assignment.slot.state != Slot.State.FREE or unlabelled(assignment).exists():
            left += 1
            continue
        end_assignment(assignment, Assignment.State.DONE, now)
        prepared_statements.FINISHED.make(pk=assignment.slot_id, state=Slot.State.DONE)
    return left
