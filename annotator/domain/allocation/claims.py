"""Claims: the choice of the next dialogue of an annotator."""

from datetime import UTC, datetime

from django.db import transaction

from annotator.domain.allocation import prepared_statements
from annotator.domain.allocation.automatic_batch import automatic_batch, deal_slots, lower_k
from annotator.domain.allocation.daily_limit import refuse_over_limit
from annotator.domain.allocation.guideline_acknowledgement import guideline_for
from annotator.domain.allocation.leases import LEASE, extend_lease, lock_abandoned, release_abandoned_gold
from annotator.domain.allocation.slots import Offer, in_turn, lock_next, offers
from annotator.domain.allocation.work_plans import refuse_by_plan
from annotator.domain.calibration.gold import gold_in_place_of
from annotator.domain.calibration.qualification import calibration_of
from annotator.domain.calibration.qualification import next_slot as calibration_slot
from annotator.models import Assignment, Batch, Slot
from common.errors import Refused
from corpus.domain.structure.archiving import require_writable
from corpus.models import Rater
from corpus.rules.codebook import Policy

FIRST_TOKEN_AT = datetime(2026, 1, 1, tzinfo=UTC)


class _NothingDealt(Exception):  # noqa: N818 -- no error: the claim begins again after slots were created
    """The automatic batch has no free slot for this person; it had dealt so many dialogues."""

    def __init__(self, batch: Batch, policy: Policy) -> None:
        self.batch, self.policy = batch, policy


def claim(*, rater: Rater, now: datetime) -> Assignment | None:
    """Give a rater a dialogue to work on: their own unfinished one, else a free slot, else an abandoned one.

    If nothing is free, slots are created in a transaction of their own, and the claim begins again. Within its
    transaction it would wait for the lock of the batch while others who hold that wait for its locks of slots and
    bookmarks.

    Returns:
        None if no slot is open to this rater. Before that, slots that are locked for a moment are waited for.

    Raises:
        Refused: `corpus.archived`; `annotator.no_codebook`; `annotator.paused`; `annotator.absent`,
            `annotator.share_done` and `annotator.week_done` (see `refuse_by_plan`); `annotator.daily_limit`, they
            reached the limit of today; `annotator.not_qualified`. An open assignment can still be finished in all these
            cases.
    """
    may_deal = True
    while True:
        try:
            return _claim(rater, now, may_deal=may_deal)
        except _NothingDealt as found:
            batch = automatic_batch(corpus=rater.corpus, k=found.policy.k)
            batch.dealt = found.batch.dealt
            may_deal = deal_slots(batch=batch, policy=found.policy)


@transaction.atomic
def _claim(rater: Rater, now: datetime, *, may_deal: bool) -> Assignment | None:
    """Claim in one transaction.

    Raises:
        _NothingDealt: if `may_deal`.
        Refused: see `claim`.
    """
    # One claim at a time per person: two tabs get the same dialogue.
    locked = prepared_statements.RATER.first(pk=rater.pk)
    if locked is None:
        raise Rater.DoesNotExist
    rater = locked
    require_writable(rater.corpus)
    if rater.corpus.codebook is None:
        raise Refused("annotator.no_codebook")
    if assignment := prepared_statements.IN_HAND.first(rater=rater.pk):
        extend_lease(assignment, now=now)
        return assignment
    if rater.membership and rater.membership.paused_at:
        raise Refused("annotator.paused")
    refuse_by_plan(rater=rater, now=now)
    refuse_over_limit(rater=rater, now=now)
    policy = rater.corpus.codebook.rules().policy
    while slot := calibration_slot(rater=rater, now=now) or _work_slot(rater, policy, now, may_deal=may_deal):
        if assignment := _take(slot, rater, now):
            return assignment
    return None


def _work_slot(rater: Rater, policy: Policy, now: datetime, *, may_deal: bool) -> Slot | None:
    """Return the slot of main work or gold that this rater gets.

    The next slot of main work is looked for in any case, so that a claim of gold does the same and takes as long.
    A manager who also labels gets no gold.
    """
    slot, calibration = _next_slot(rater, policy, now, may_deal=may_deal), calibration_of(rater.corpus)
    if slot is None or calibration is None or not calibration.has_gold:
        return slot
    if rater.membership and rater.membership.is_manager:
        return slot  # managers see which dialogues are gold
    sequential = policy.order == "sequential"
    return gold_in_place_of(slot, calibration=calibration, rater=rater, is_sequential=sequential) or slot


def _next_slot(rater: Rater, policy: Policy, now: datetime, *, may_deal: bool) -> Slot | None:
    """Lock and return the slot that this rater gets next."""
    available = offers(rater=rater, k=policy.k)
    if not any(offer.batch.is_automatic for offer in available):
        automatic_batch(corpus=rater.corpus, k=policy.k)
        available = offers(rater=rater, k=policy.k)
    for offer in in_turn(available, rater=rater, now=now):
        if slot := _slot_of(offer, rater, policy, may_deal=may_deal):
            return slot
    # Leases are only checked here, after everything else: nothing takes a slot away without a claim.
    only_absent = policy.expiry != "reopen"
    slot = lock_abandoned(rater=rater, k=policy.k, now=now, only_absent=only_absent)
    if slot is None:
        release_abandoned_gold(rater=rater, now=now, only_absent=only_absent)
    return slot


def _slot_of(offer: Offer, rater: Rater, policy: Policy, *, may_deal: bool) -> Slot | None:
    batch = offer.batch
    if batch.is_automatic and policy.k < batch.k:
        lower_k(batch=batch, k=policy.k)
    slot = lock_next(offer=offer, rater=rater)
    if slot is None and batch.is_automatic and may_deal:
        raise _NothingDealt(batch, policy)
    return slot


def _take(slot: Slot, rater: Rater, now: datetime) -> Assignment | None:
    """Assign a locked slot to a rater; a previous holder loses it. None if its dialogue has become a draft again."""
    if slot.state == Slot.State.HELD:
        Assignment.objects.filter(slot=slot, state=Assignment.State.OPEN).update(
            state=Assignment.State.RELEASED, ended_at=now
        )
    token, guideline = _next_token(slot, now), guideline_for(rater=rater, now=now)
    assignment = prepared_statements.ASSIGNMENT.make_if_allowed(
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
    if assignment is not None:
        prepared_statements.TAKEN.make(pk=slot.pk, token=token, state=Slot.State.HELD)
    return assignment


def _next_token(slot: Slot, now: datetime) -> int:
    """Return a higher token than any before: the seconds until this claim.

    A count of the claims of the slot would tell annotators whether someone had the dialogue before them, and that it
    is not gold.
    """
    return max(slot.token + 1, int((now - FIRST_TOKEN_AT).total_seconds()))
