"""Who works on what: claim, keep, finish and release a slot of a dialogue.

Everything that changes who holds a slot locks the slot's row first, and the constraints of `Assignment` stand
behind that. A lease that ran out refuses nothing by itself: it only lets somebody else take the slot. The locks are
`no_key`: rows that refer to a locked one can still be added, so a save never waits for a claim.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Greatest

from annotator.domain.allocation import prepared_statements
from annotator.domain.allocation.daily_limit import refuse_when_enough
from annotator.domain.allocation.dealing import automatic_batch, deal, lower
from annotator.domain.allocation.slots import Offer, give_back, in_turn, lock_abandoned, lock_next, offers
from annotator.domain.calibration.judging import judge
from annotator.domain.calibration.qualification import next_slot as calibration_slot
from annotator.domain.messages.guideline_acknowledgement import guideline_for
from annotator.models import Assignment, Slot
from common.errors import Refused
from corpus.models import Annotation, Dialogue, Rater, Utterance
from corpus.rules.codebook import Policy

LEASE = timedelta(minutes=30)
SENT_BACK = timedelta(days=7)
FRESH = timedelta(seconds=30)  # a lease that was renewed so recently is not written again with every label


@transaction.atomic
def claim(*, rater: Rater, now: datetime) -> Assignment | None:
    """Give a rater a dialogue to work on: their own unfinished one, else a free slot, else an abandoned one.

    Returns:
        None when no slot is open to this rater. A slot that was locked for an instant is waited for before that
        is said.

    Raises:
        Refused: `annotator.no_codebook`; `annotator.paused`; `annotator.daily_limit`, where they worked long enough
            today; `annotator.not_qualified`. What is in hand already can be finished all the same.
    """
    # One claim at a time per person: two tabs get the same dialogue, not two.
    locked = prepared_statements.RATER.first(pk=rater.pk)
    if locked is None:
        raise Rater.DoesNotExist
    rater = locked
    if rater.corpus.codebook is None:
        raise Refused("annotator.no_codebook")
    if assignment := prepared_statements.IN_HAND.first(rater=rater.pk):
        _renew(assignment, now)
        return assignment
    if rater.membership and rater.membership.paused_at:
        raise Refused("annotator.paused")
    refuse_when_enough(rater=rater, now=now)
    slot = calibration_slot(rater=rater, now=now) or _next_slot(rater, rater.corpus.codebook.rules().policy, now)
    return _take(slot, rater, now) if slot else None


def in_hand(*, rater: Rater) -> QuerySet[Assignment]:
    """Return what a rater holds and has not finished, in the order in which it is to be done."""
    return Assignment.objects.filter(
        rater=rater, state=Assignment.State.OPEN, dialogue__state=Dialogue.State.READY
    ).order_by("claimed_at")


def heartbeat(*, assignment: Assignment, token: int, now: datetime) -> None:
    """Renew the lease of an assignment that is being worked on; on a finished one nothing happens.

    Raises:
        Refused: `annotator.superseded`, the slot was released or went to someone else.
    """
    renewed = Assignment.objects.filter(pk=assignment.pk, token=token, state=Assignment.State.OPEN).update(
        lease_until=Greatest(F("lease_until"), Value(now + LEASE)), heartbeat_at=now
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
    left = prepared_statements.LEFT.all(
        dialogue=assignment.dialogue_id, rater=assignment.rater_id, purpose=assignment.purpose
    )
    if left:
        raise Refused("annotator.unfinished", left=len(left))
    _end(assignment, Assignment.State.DONE, now)
    prepared_statements.FINISHED.make(pk=assignment.slot_id, state=Slot.State.DONE)
    judge(assignment=assignment, now=now)


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
    give_back(slot=assignment.slot)


@transaction.atomic
def send_back(*, assignment: Assignment, comment: str, now: datetime) -> None:
    """Give a finished dialogue back to who labelled it, with a comment that they read beside it.

    It is theirs for a week, and the first thing that their next claim brings; until they hand it in again its labels
    count nowhere.

    Raises:
        Refused: `annotator.not_done`; `annotator.no_comment`.
    """
    assignment = lock(assignment)
    if assignment.state != Assignment.State.DONE:
        raise Refused("annotator.not_done")
    if not comment.strip():
        raise Refused("annotator.no_comment")
    assignment.comment = comment.strip()
    assignment.save(update_fields=["comment"])
    reopen(assignment, until=now + SENT_BACK)


def reopen(assignment: Assignment, *, until: datetime) -> None:
    """Make a finished assignment, whose slot is locked, one in hand again."""
    assignment.state, assignment.ended_at, assignment.lease_until = Assignment.State.OPEN, None, until
    assignment.save(update_fields=["state", "ended_at", "lease_until"])
    Slot.objects.filter(pk=assignment.slot_id).update(state=Slot.State.HELD)


def lock(assignment: Assignment) -> Assignment:
    """Lock an assignment and its slot for this transaction, and return the assignment as it is now.

    For whatever changes who holds the slot. The slot comes first, as in a claim.
    """
    if prepared_statements.SLOT.first(pk=assignment.slot_id) is None:
        raise Slot.DoesNotExist
    return hold(assignment)


def hold(assignment: Assignment) -> Assignment:
    """Lock an assignment alone and return it as it is now: enough for labels, which leave the slot with its holder.

    A claim that takes over an abandoned slot changes the assignment's row, and so waits for this.
    """
    held = prepared_statements.HELD.first(pk=assignment.pk)
    if held is None:
        raise Assignment.DoesNotExist
    return held


def keep(assignment: Assignment, *, undone: bool, now: datetime) -> None:
    """Renew the lease of a locked assignment. A finished one is left alone, unless something was undone in it."""
    if assignment.state == Assignment.State.DONE:
        if not undone:
            return
        reopen(assignment, until=now + LEASE)
    if assignment.heartbeat_at < now - FRESH or assignment.lease_until < now:
        _renew(assignment, now)


def is_superseded(assignment: Assignment, token: int) -> bool:
    """Tell whether work under this token came too late."""
    return assignment.state == Assignment.State.RELEASED or assignment.token != token


def unlabelled(assignment: Assignment) -> QuerySet[Utterance]:
    """Return the utterances that still lack this rater's labels."""
    labelled = Annotation.objects.filter(rater=assignment.rater_id, purpose=assignment.purpose, answers__isnull=False)
    return Utterance.objects.filter(dialogue=assignment.dialogue_id).exclude(
        pk__in=labelled.filter(utterance__dialogue=assignment.dialogue_id).values("utterance")
    )


def _next_slot(rater: Rater, policy: Policy, now: datetime) -> Slot | None:
    """Lock and return the slot that this rater gets next."""
    found = offers(rater=rater, k=policy.k)
    if not any(offer.batch.is_automatic for offer in found):
        automatic_batch(corpus=rater.corpus, k=policy.k)
        found = offers(rater=rater, k=policy.k)
    for offer in in_turn(found, rater=rater, now=now):
        if slot := _slot_of(offer, rater, policy):
            return slot
    # Nothing runs out unasked: only now may somebody take what was left lying.
    return lock_abandoned(rater=rater, k=policy.k, now=now) if policy.expiry == "reopen" else None


def _slot_of(offer: Offer, rater: Rater, policy: Policy) -> Slot | None:
    batch = offer.batch
    if batch.is_automatic and policy.k < batch.k:
        lower(batch=batch, k=policy.k)
    while True:
        if slot := lock_next(offer=offer, rater=rater):
            return slot
        if not batch.is_automatic or not deal(batch=batch, policy=policy):
            return None
        offer.look_again(rater)


def _take(slot: Slot, rater: Rater, now: datetime) -> Assignment:
    """Give a locked slot to a rater; who held it before loses it."""
    if slot.state == Slot.State.HELD:
        Assignment.objects.filter(slot=slot, state=Assignment.State.OPEN).update(
            state=Assignment.State.RELEASED, ended_at=now
        )
    token, guideline = slot.token + 1, guideline_for(rater=rater, now=now)
    prepared_statements.TAKEN.make(pk=slot.pk, token=token, state=Slot.State.HELD)
    return prepared_statements.ASSIGNMENT.make(
        slot_id=slot.pk,
        dialogue_id=slot.dialogue_id,
        rater_id=rater.pk,
        purpose=slot.purpose,
        codebook_id=rater.corpus.codebook_id,
        guideline_id=guideline.pk if guideline else None,
        token=token,
        lease_until=now + LEASE,
        claimed_at=now,
        heartbeat_at=now,
    )


def _renew(assignment: Assignment, now: datetime) -> None:
    # what was sent back is held for longer than that
    assignment.lease_until, assignment.heartbeat_at = max(assignment.lease_until, now + LEASE), now
    assignment.save(update_fields=["lease_until", "heartbeat_at"])


def _end(assignment: Assignment, state: Assignment.State, now: datetime) -> None:
    assignment.state, assignment.ended_at = state, now
    prepared_statements.ENDED.make(pk=assignment.pk, state=state, ended_at=now)
