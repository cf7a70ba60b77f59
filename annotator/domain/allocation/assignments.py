"""Assignments after their claim: finish, release, send back."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from annotator.domain.allocation import prepared_statements
from annotator.domain.allocation.leases import SENT_BACK_LEASE, is_superseded, reopen
from annotator.domain.allocation.locks import lock_with_slot
from annotator.domain.allocation.slots import free_slot
from annotator.domain.calibration.judging import judge
from annotator.models import Assignment, Slot
from common.errors import Refused
from corpus.models import Annotation, Dialogue, Rater, Utterance


def open_assignments(*, rater: Rater) -> QuerySet[Assignment]:
    """Return the unfinished assignments of a rater, in the order in which they are worked on."""
    return Assignment.objects.filter(
        rater=rater, state=Assignment.State.OPEN, dialogue__state=Dialogue.State.READY
    ).order_by("claimed_at")


@transaction.atomic
def finish(*, assignment: Assignment, token: int, now: datetime) -> None:
    """Finish an assignment, and judge it if it is for training or test; do nothing for a finished one.

    Raises:
        Refused: `annotator.superseded`; `annotator.unfinished` with the number of utterances without answers.
    """
    assignment = lock_with_slot(assignment)
    if is_superseded(assignment, token):
        raise Refused("annotator.superseded")
    if assignment.state == Assignment.State.DONE:
        return
    left = prepared_statements.LEFT.all(
        dialogue=assignment.dialogue_id, rater=assignment.rater_id, purpose=assignment.purpose
    )
    if left:
        raise Refused("annotator.unfinished", left=len(left))
    end_assignment(assignment, Assignment.State.DONE, now)
    prepared_statements.FINISHED.make(pk=assignment.slot_id, state=Slot.State.DONE)
    judge(assignment=assignment, now=now)


@transaction.atomic
def release(*, assignment: Assignment, now: datetime) -> None:
    """Release an open assignment, so that someone else can take its slot; answers and revisions stay.

    Raises:
        Refused: `annotator.not_open`, it is finished or was released before.
    """
    assignment = lock_with_slot(assignment)
    if assignment.state != Assignment.State.OPEN:
        raise Refused("annotator.not_open")
    give_up(assignment, now=now)


def give_up(assignment: Assignment, *, now: datetime) -> None:
    """Release an assignment, whose slot is locked, and free the slot."""
    end_assignment(assignment, Assignment.State.RELEASED, now)
    free_slot(slot=assignment.slot)


@transaction.atomic
def send_back(*, assignment: Assignment, comment: str, now: datetime) -> None:
    """Send a finished dialogue back to its annotator, with a comment that the labelling page shows.

    The annotator has a week, and their next claim returns this dialogue first. Until they finish it again, its answers
    do not count.

    Raises:
        Refused: `annotator.not_done`; `annotator.no_comment`; `annotator.dialogue_closed`.
    """
    assignment = lock_with_slot(assignment)
    if assignment.state != Assignment.State.DONE:
        raise Refused("annotator.not_done")
    if not comment.strip():
        raise Refused("annotator.no_comment")
    assignment.comment = comment.strip()
    assignment.save(update_fields=["comment"])
    reopen(assignment, until=now + SENT_BACK_LEASE)


def unlabelled(assignment: Assignment) -> QuerySet[Utterance]:
    """Return the utterances that this rater has not answered yet."""
    answered = Annotation.objects.filter(rater=assignment.rater_id, purpose=assignment.purpose, answers__isnull=False)
    return Utterance.objects.filter(dialogue=assignment.dialogue_id).exclude(
        pk__in=answered.filter(utterance__dialogue=assignment.dialogue_id).values("utterance")
    )


def end_assignment(assignment: Assignment, state: Assignment.State, now: datetime) -> None:
    """End an assignment, whose slot is locked and which the caller gives a new state."""
    assignment.state, assignment.ended_at = state, now
    prepared_statements.ENDED.make(pk=assignment.pk, state=state, ended_at=now)
