"""Holds of adjudicators on cases: lease, end, and the moment at which the answers are shown.

The row of a case is the lock of its utterance: whoever changes a hold, decides, or computes the case locks it first.
An expired lease alone refuses nothing: it only allows another adjudicator to take over the case.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from agreement.domain.adjudication.columns import digest_of, judged_annotations
from agreement.domain.adjudication.decisions import standing
from agreement.domain.adjudication.queue.cases import release
from agreement.domain.adjudication.queue.ranks import free_place
from agreement.models import AdjudicationCase, CaseHold, Decision, DecisionRevision
from annotator.domain.allocation.closed_dialogues import close_dialogues
from common.errors import Refused
from corpus.models import Dialogue, Membership

LEASE = timedelta(minutes=30)
FIRST_TOKEN_AT = datetime(2026, 1, 1, tzinfo=UTC)
HELD = (CaseHold.State.OPEN, CaseHold.State.DONE)


def lock_hold(hold: CaseHold) -> CaseHold:
    """Lock the case of a hold, and return the hold as it is now, with everything that saving needs."""
    AdjudicationCase.objects.select_for_update(no_key=True).get(pk=hold.case_id)
    found = CaseHold.objects.select_related(
        "case__utterance__dialogue__episode", "case__corpus__guideline", "membership__user", "codebook"
    )
    return found.get(pk=hold.pk)


def is_superseded(hold: CaseHold, token: int) -> bool:
    """Return whether work under this token is late: the case was given back or taken over."""
    return hold.state == CaseHold.State.RELEASED or hold.token != token


def heartbeat(*, hold: CaseHold, token: int, now: datetime) -> None:
    """Renew the lease of an open hold; do nothing for one that is done.

    Raises:
        Refused: `adjudication.superseded`.
    """
    renewed = CaseHold.objects.filter(pk=hold.pk, token=token, state=CaseHold.State.OPEN).update(
        lease_until=Greatest(F("lease_until"), Value(now + LEASE)), heartbeat_at=now
    )
    if not renewed and is_superseded(hold, token):
        raise Refused("adjudication.superseded")


@transaction.atomic
def finish(*, hold: CaseHold, token: int, skip: bool, now: datetime) -> None:
    """End a hold: nothing is left to do for a decided one, and an undecided one is given back if it is skipped.

    Raises:
        Refused: `adjudication.superseded`; `adjudication.undecided`, it has no decision and is not skipped.
    """
    hold = lock_hold(hold)
    if is_superseded(hold, token):
        raise Refused("adjudication.superseded")
    if hold.state == CaseHold.State.DONE:
        return
    if not skip:
        raise Refused("adjudication.undecided")
    hold.is_skipped = True
    hold.save(update_fields=["is_skipped"])
    give_back(hold, now=now)


def give_back(hold: CaseHold, *, now: datetime) -> None:
    """Release a hold whose case is locked, and put its place back into the queue."""
    release(hold, now=now)
    if hold.case.ranks:
        free_place(hold.case, hold.place)


@transaction.atomic
def reveal(*, hold: CaseHold, token: int, now: datetime) -> None:
    """Show the answers of a blind case to its adjudicator, who has decided it without them.

    Raises:
        Refused: `adjudication.superseded`; `adjudication.still_blind`, they have not decided it yet; the codes of
            `close_dialogues`.
    """
    Membership.objects.select_for_update(no_key=True).get(pk=hold.membership_id)  # before the case, as in a claim
    hold = lock_hold(hold)
    if is_superseded(hold, token):
        raise Refused("adjudication.superseded")
    if not hold.blind or hold.revealed_at:
        return
    if not own_revisions(hold):
        raise Refused("adjudication.still_blind")
    show_answers(hold, now=now)


def own_revisions(hold: CaseHold) -> list[DecisionRevision]:
    """Return the revisions made under a hold that no undo took back, the oldest first."""
    decision = Decision.objects.filter(utterance=hold.case.utterance_id).first()
    stack = standing(decision, second=hold.place == 2) if decision else []
    return [each for each in stack if each.hold == hold.public_id]


def show_answers(hold: CaseHold, *, now: datetime) -> None:
    """Record that an adjudicator sees the answers now, and which ones; this closes the dialogue to them."""
    dialogue = Dialogue.objects.filter(pk=hold.case.utterance.dialogue_id)
    close_dialogues(membership=hold.membership, dialogues=dialogue, now=now)
    hold.revealed_at, hold.seen = now, digest_of(judged_annotations(hold.case.utterance))
    hold.save(update_fields=["revealed_at", "seen"])


def note_shown(hold: CaseHold) -> None:
    """Record which annotations are shown when a page opens a case again, unless they are hidden."""
    if hold.revealed_at is None or hold.case.corpus.archived_at:
        return
    seen = digest_of(judged_annotations(hold.case.utterance))
    if seen != hold.seen:
        CaseHold.objects.filter(pk=hold.pk).update(seen=seen)


def next_token(hold: CaseHold | None, now: datetime) -> int:
    """Return a higher token than any before: the seconds until this claim."""
    return max(hold.token + 1 if hold else 1, int((now - FIRST_TOKEN_AT).total_seconds()))
