"""Who works on what: claim, keep, finish and release a slot of a dialogue.

Everything that changes who holds a slot locks the slot's row first, and the constraints of `Assignment` stand
behind that. A lease that ran out refuses nothing by itself: it only lets somebody else take the slot. The locks are
`no_key`: rows that refer to a locked one can still be added, so a save never waits for a claim.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from annotator.domain.day import refuse_when_enough
from annotator.domain.guidelines import guideline_for
from annotator.domain.slots import abandoned_slots, free_slots, make_slots
from annotator.models import Assignment, Slot
from common.errors import Refused
from corpus.models import Annotation, Dialogue, Rater, Utterance

LEASE = timedelta(minutes=30)


@transaction.atomic
def claim(*, rater: Rater, now: datetime) -> Assignment | None:
    """Give a rater a dialogue to work on: their own unfinished one, else a free slot, else an abandoned one.

    Returns:
        None when no slot is open to this rater. A slot that was locked for an instant is waited for before that
        is said.

    Raises:
        Refused: `annotator.no_codebook`; `annotator.daily_limit`, where they worked long enough today.
    """
    # One claim at a time per person: two tabs get the same dialogue, not two.
    rater = (
        Rater.objects.select_related("corpus__codebook", "corpus__guideline")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=rater.pk)
    )
    if rater.corpus.codebook is None:
        raise Refused("annotator.no_codebook")
    own = Assignment.objects.filter(
        rater=rater, state=Assignment.State.OPEN, dialogue__state=Dialogue.State.READY
    ).order_by("claimed_at")
    if assignment := own.first():
        _renew(assignment, now)
        return assignment
    refuse_when_enough(rater=rater, now=now)
    k = rater.corpus.codebook.rules().policy.k
    while slot := _next_slot(rater, k, now):
        if taken := _take(slot, rater, now):
            return taken
    return None


def heartbeat(*, assignment: Assignment, token: int, now: datetime) -> None:
    """Renew the lease of an assignment that is being worked on; on a finished one nothing happens.

    Raises:
        Refused: `annotator.superseded`, the slot was released or went to someone else.
    """
    renewed = Assignment.objects.filter(pk=assignment.pk, token=token, state=Assignment.State.OPEN).update(
        lease_until=now + LEASE, heartbeat_at=now
    )
    if not renewed and is_superseded(assignment, token):
        raise Refused("annotator.superseded")


@transaction.atomic
def finish(*, assignment: Assignment, token: int, now: datetime) -> None:
    """Declare a dialogue labelled; a second time changes nothing.

    Raises:
        Refused: `annotator.superseded`; `annotator.unfinished` with the number of utterances without labels.
    """
    assignment = lock(assignment)
    if is_superseded(assignment, token):
        raise Refused("annotator.superseded")
    if assignment.state == Assignment.State.DONE:
        return
    if left := unlabelled(assignment).count():
        raise Refused("annotator.unfinished", left=left)
    _end(assignment, Assignment.State.DONE, now)


@transaction.atomic
def release(*, assignment: Assignment, now: datetime) -> None:
    """Take an open assignment back, so that its slot is free for another person; labels and revisions stay.

    Raises:
        Refused: `annotator.not_open`, it is finished or was released before.
    """
    assignment = lock(assignment)
    if assignment.state != Assignment.State.OPEN:
        raise Refused("annotator.not_open")
    _end(assignment, Assignment.State.RELEASED, now)


def lock(assignment: Assignment) -> Assignment:
    """Lock the slot of an assignment for this transaction and return the assignment as it is now."""
    Slot.objects.select_for_update(no_key=True).get(pk=assignment.slot_id)
    return Assignment.objects.select_related("codebook", "guideline", "rater").get(pk=assignment.pk)


def is_superseded(assignment: Assignment, token: int) -> bool:
    """Tell whether work under this token came too late."""
    return assignment.state == Assignment.State.RELEASED or assignment.token != token


def unlabelled(assignment: Assignment) -> QuerySet[Utterance]:
    """Return the utterances that still lack this rater's labels."""
    labelled = Annotation.objects.filter(rater=assignment.rater_id, purpose=assignment.purpose, answers__isnull=False)
    return Utterance.objects.filter(dialogue=assignment.dialogue_id).exclude(
        pk__in=labelled.filter(utterance__dialogue=assignment.dialogue_id).values("utterance")
    )


def _next_slot(rater: Rater, k: int, now: datetime) -> Slot | None:
    """Lock and return a slot that looked open; the caller looks again under the lock."""
    while True:
        if slot := _locked(free_slots(rater=rater, k=k)):
            return slot
        if not make_slots(corpus=rater.corpus, k=k):
            break
    # somebody else may have made the last slots after we had looked
    return _locked(free_slots(rater=rater, k=k)) or _locked(abandoned_slots(rater=rater, k=k, now=now))


def _locked(slots: QuerySet[Slot]) -> Slot | None:
    """Lock the first slot that nobody else has locked; where all are locked for an instant, wait for the first."""
    passing = slots.select_for_update(of=("self",), no_key=True, skip_locked=True)
    return passing.first() or slots.select_for_update(of=("self",), no_key=True).first()


def _take(slot: Slot, rater: Rater, now: datetime) -> Assignment | None:
    """Give a locked slot to a rater, unless somebody took it before the lock was ours."""
    holders = Assignment.objects.filter(slot=slot)
    holders.filter(state=Assignment.State.OPEN, lease_until__lt=now).update(
        state=Assignment.State.RELEASED, ended_at=now
    )
    if holders.exclude(state=Assignment.State.RELEASED).exists():
        return None
    slot.token += 1
    slot.save(update_fields=["token"])
    corpus = rater.corpus
    assert corpus.codebook is not None  # noqa: S101 -- claim refused before
    return Assignment.objects.create(
        slot=slot,
        dialogue_id=slot.dialogue_id,
        rater=rater,
        purpose=slot.purpose,
        codebook=corpus.codebook,
        guideline=guideline_for(rater=rater, now=now),
        token=slot.token,
        lease_until=now + LEASE,
        claimed_at=now,
        heartbeat_at=now,
    )


def _renew(assignment: Assignment, now: datetime) -> None:
    assignment.lease_until, assignment.heartbeat_at = now + LEASE, now
    assignment.save(update_fields=["lease_until", "heartbeat_at"])


def _end(assignment: Assignment, state: Assignment.State, now: datetime) -> None:
    assignment.state, assignment.ended_at = state, now
    assignment.save(update_fields=["state", "ended_at"])
