"""Claims: the choice of the next case of an adjudicator."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from agreement.domain.adjudication.eligibility import eligible_cases, refuse_own
from agreement.domain.adjudication.holds import HELD, LEASE, next_token, show_answers
from agreement.domain.adjudication.queue.building import build_dialogue
from agreement.domain.adjudication.queue.cases import release
from agreement.domain.adjudication.queue.ranks import DISAGREEMENT, take_place
from agreement.models import AdjudicationCase, AdjudicationQueue, CaseHold, CaseRank, Decision, Outcome
from common.errors import Refused
from corpus.domain.structure.archiving import require_writable
from corpus.models import CodebookVersion, Dialogue, Membership, Utterance

State = CaseHold.State
SKIPPED_FOR = timedelta(hours=1)  # before a skipped case is offered to the same person again


@transaction.atomic
def claim_next(
    *, membership: Membership, now: datetime, order: str = DISAGREEMENT, besides: Collection[UUID] = ()
) -> CaseHold | None:
    """Give an adjudicator a case: the one in hand, else the first free one of an order, else an abandoned one.

    Cases that they skipped come last, and not within an hour. An expired lease is only looked at when nothing else is
    left.

    Args:
        membership: of the adjudicator.
        now: the moment.
        order: `disagreement`, `flag`, `finding`, `score`, or `question:` and the slug of a task or link.
        besides: public ids of holds that the page has already; it asks for the next case ahead of time.

    Returns:
        None if no case is left for them.

    Raises:
        Refused: `corpus.archived`; `adjudication.not_adjudicator`; `adjudication.paused`; `agreement.no_codebook`;
            `adjudication.no_queue`, it was never computed.
    """
    membership, codebook = _locked(membership)
    in_hand = CaseHold.objects.filter(membership=membership, state=State.OPEN).exclude(public_id__in=besides)
    if hold := in_hand.select_related("case__utterance", "case__corpus").order_by("claimed_at").first():
        hold.lease_until, hold.heartbeat_at = max(hold.lease_until, now + LEASE), now
        hold.save(update_fields=["lease_until", "heartbeat_at"])
        return hold
    if membership.paused_at:
        raise Refused("adjudication.paused")
    while (rank := _next_rank(membership, order, now)) is not None:
        case = _lock_case(rank.case_id)
        is_free = case.first_free if rank.place == 1 else case.second_free
        take_place(case, rank.place)
        if is_free and case.utterance.dialogue.state == Dialogue.State.READY:
            return _take(case, rank.place, membership, codebook, order=order, now=now)
    taken = _take_abandoned(membership, codebook, order=order, now=now)
    if taken is None and not AdjudicationQueue.objects.filter(corpus=membership.corpus_id).exists():
        raise Refused("adjudication.no_queue")
    return taken


@transaction.atomic
def claim_utterance(*, membership: Membership, utterance: Utterance, now: datetime) -> CaseHold:
    """Give an adjudicator the case of an utterance that they chose.

    A blind case stays blind as long as nobody has decided it, but does not count for the figures of the protocol. A
    case that somebody else has decided can be decided again.

    Raises:
        Refused: as `claim_next`; as `refuse_own`; `adjudication.not_complete`, its annotations are not complete or it
            has one alone; `adjudication.held`, another adjudicator is at work on it; `adjudication.no_queue`.
    """
    membership, codebook = _locked(membership)
    if utterance.dialogue.corpus_id != membership.corpus_id:
        raise Refused("adjudication.unknown_utterance")
    refuse_own(membership=membership, utterance=utterance)
    case = _lock_chosen(utterance, membership)
    own = CaseHold.objects.filter(case=case, membership=membership, state__in=HELD).first()
    if own is not None:
        own.case = case
        return own
    holds = {hold.place: hold for hold in CaseHold.objects.filter(case=case, state__in=HELD)}
    first = holds.get(1)
    if first and first.state == State.OPEN and first.lease_until >= now:
        raise Refused("adjudication.held")
    if first:
        release(first, now=now)
    take_place(case, 1)
    return _take(case, 1, membership, codebook, order="", now=now)


def is_order(order: str, codebook: CodebookVersion | None) -> bool:
    """Return whether the queue has an order of this name."""
    kind, separator, slug = order.partition(":")
    if kind == "question" and separator and codebook:
        return any(question.slug == slug for question in codebook.rules().questions)
    return order in {DISAGREEMENT, "flag", "finding", "score"}


def _locked(membership: Membership) -> tuple[Membership, CodebookVersion]:
    """Lock the membership: one claim at a time per person, so that two tabs get the same case.

    Raises:
        Refused: see `claim_next`.
    """
    rows = Membership.objects.select_for_update(of=("self",), no_key=True).select_related("corpus__codebook", "user")
    locked = rows.get(pk=membership.pk)
    require_writable(locked.corpus)
    if not (locked.is_active and locked.is_adjudicator):
        raise Refused("adjudication.not_adjudicator")
    if locked.corpus.codebook is None:
        raise Refused("agreement.no_codebook")
    return locked, locked.corpus.codebook


def _next_rank(membership: Membership, order: str, now: datetime) -> CaseRank | None:
    """Return the first free place of an order that this member may take."""
    own = CaseHold.objects.filter(case=OuterRef("case"), membership=membership)
    ranks = (
        CaseRank.objects.filter(eligible_cases(membership), corpus=membership.corpus_id, order=order)
        .filter(~Exists(own.filter(state__in=HELD)))
        .order_by("-score", "id")
    )
    ranks = ranks.filter(~Exists(own.filter(is_skipped=True, ended_at__gte=now - SKIPPED_FOR)))
    unseen = ranks.filter(~Exists(own.filter(is_skipped=True)))
    while (found := _lock_first(unseen) or _lock_first(ranks)) is None and ranks.exists():
        continue  # somebody took the one that was waited for, and others are left
    return found


def _lock_first(ranks: QuerySet[CaseRank]) -> CaseRank | None:
    """Lock the first row that nobody else is taking, and its case with it; if all are locked, wait for one."""
    rows = ranks.select_related("case")
    free = rows.select_for_update(of=("self", "case"), skip_locked=True, no_key=True).first()
    return free or rows.select_for_update(of=("self", "case"), no_key=True).first()


def _lock_case(key: int) -> AdjudicationCase:
    rows = AdjudicationCase.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("utterance__dialogue").get(pk=key)


def _lock_chosen(utterance: Utterance, membership: Membership) -> AdjudicationCase:
    """Lock the case of an utterance; compute it first if the queue does not have it yet.

    Raises:
        Refused: `adjudication.not_complete`, `adjudication.no_queue`.
    """
    rows = AdjudicationCase.objects.select_for_update(of=("self",), no_key=True).select_related("utterance__dialogue")
    case = rows.filter(utterance=utterance).first()
    if case is None or case.is_stale or case.codebook_id != membership.corpus.codebook_id:
        build_dialogue(corpus=membership.corpus, dialogue=utterance.dialogue)
        case = rows.filter(utterance=utterance).first()
    if case is None or case.agreement == AdjudicationCase.Agreement.SINGLE or case.is_stale:
        raise Refused("adjudication.not_complete")
    return case


def _take_abandoned(membership: Membership, codebook: CodebookVersion, *, order: str, now: datetime) -> CaseHold | None:
    """Take over a case whose adjudicator has let the lease expire."""
    own = CaseHold.objects.filter(case=OuterRef("case"), membership=membership)
    expired = CaseHold.objects.filter(
        eligible_cases(membership), state=State.OPEN, lease_until__lt=now, case__corpus=membership.corpus_id
    ).exclude(membership=membership)
    expired = expired.filter(~Exists(own.filter(Q(state__in=HELD) | Q(is_skipped=True))))
    for found in expired.order_by("lease_until"):
        rows = AdjudicationCase.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        case = rows.select_related("utterance__dialogue").filter(pk=found.case_id).first()
        if case is None or case.utterance.dialogue.state != Dialogue.State.READY:
            continue
        left = CaseHold.objects.filter(pk=found.pk, state=State.OPEN, lease_until__lt=now).first()
        if left:
            release(left, now=now)
            return _take(case, left.place, membership, codebook, order=order, now=now)
    return None


def _take(
    case: AdjudicationCase,
    place: int,
    membership: Membership,
    codebook: CodebookVersion,
    *,
    order: str,
    now: datetime,
) -> CaseHold:
    """Give a place of a locked case to an adjudicator."""
    earlier = CaseHold.objects.filter(case=case, membership=membership).first()
    is_decided = Decision.objects.filter(utterance=case.utterance_id).exclude(outcome=Outcome.NONE).exists()
    hold = earlier or CaseHold(case=case, membership=membership)
    hold.case, hold.membership, hold.codebook = case, membership, codebook
    hold.place, hold.order, hold.token = place, order, next_token(earlier, now)
    hold.blind = case.is_blind and not (is_decided and place == 1)
    hold.state, hold.ended_at, hold.is_skipped = State.OPEN, None, False
    hold.revealed_at, hold.seen = None, ""
    hold.lease_until, hold.claimed_at, hold.heartbeat_at = now + LEASE, now, now
    hold.save()
    if not hold.blind:
        show_answers(hold, now=now)
    return hold
