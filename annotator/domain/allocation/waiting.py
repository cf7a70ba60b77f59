"""The next work of an annotator, found by the rules of a claim, without claiming anything."""

from datetime import datetime
from enum import StrEnum

from django.db.models import Exists, OuterRef

from annotator.domain.allocation.daily_limit import day_of
from annotator.domain.allocation.leases import abandoned
from annotator.domain.allocation.slots import has_next, offers
from annotator.domain.allocation.work_plans import refuse_by_plan
from annotator.domain.calibration.qualification import next_round
from annotator.models import Assignment, Batch, ClosedDialogue, Slot
from annotator.rules.purposes import KNOWN
from common.errors import Refused
from corpus.models import Dialogue, Purpose, Rater
from corpus.rules.codebook import Policy


class NextWork(StrEnum):
    """The outcome of a claim at this moment: the first two return a dialogue."""

    IN_HAND = "in_hand"
    WAITING = "waiting"
    NOTHING = "nothing"
    PAUSED = "paused"
    ABSENT = "absent"
    SHARE_DONE = "share_done"
    WEEK_DONE = "week_done"
    DAILY_LIMIT = "daily_limit"
    NOT_QUALIFIED = "not_qualified"
    NO_CODEBOOK = "no_codebook"


def next_work(*, rater: Rater, now: datetime) -> NextWork:
    """Return what a claim of this rater would do now; it reads only, and waits for no lock."""
    rater = Rater.objects.select_related("corpus__codebook", "corpus__calibration", "membership", "work_plan").get(
        pk=rater.pk
    )
    if rater.corpus.codebook is None:
        return NextWork.NO_CODEBOOK
    if _has_in_hand(rater):
        return NextWork.IN_HAND
    if obstacle := _obstacle(rater, now):
        return obstacle
    is_waiting = next_round(rater=rater) != "qualified" or _has_slot(rater, rater.corpus.codebook.rules().policy, now)
    return NextWork.WAITING if is_waiting else NextWork.NOTHING


def _has_in_hand(rater: Rater) -> bool:
    return Assignment.objects.filter(
        rater=rater, state=Assignment.State.OPEN, dialogue__state=Dialogue.State.READY
    ).exists()


def _obstacle(rater: Rater, now: datetime) -> NextWork | None:
    """Return why a claim would be refused; None: it would not."""
    if rater.membership and rater.membership.paused_at:
        return NextWork.PAUSED
    try:
        refuse_by_plan(rater=rater, now=now)
    except Refused as refusal:
        return NextWork(refusal.code.removeprefix("annotator."))
    if day_of(rater=rater, now=now).is_over_limit:
        return NextWork.DAILY_LIMIT
    return NextWork.NOT_QUALIFIED if next_round(rater=rater) == "failed" else None


def _has_slot(rater: Rater, policy: Policy, now: datetime) -> bool:
    available = offers(rater=rater, k=policy.k)
    # hidden gold comes only in place of other work
    usual = [offer for offer in available if offer.batch.purpose != Purpose.GOLD]
    if any(has_next(offer=offer, rater=rater) for offer in usual):
        return True
    automatic = Batch.objects.filter(corpus=rater.corpus_id, is_automatic=True).first()
    if (automatic is None or automatic.closed_at is None) and _can_be_dealt(rater, automatic, policy.k):
        return True
    only_absent = policy.expiry != "reopen"
    return abandoned(rater=rater, k=policy.k, now=now, only_absent=only_absent).exists()


def _can_be_dealt(rater: Rater, automatic: Batch | None, k: int) -> bool:
    """Return whether the automatic batch would get a slot for this rater: of a new dialogue, or for a higher k."""
    seen = Assignment.objects.filter(dialogue=OuterRef("pk"), rater=rater, purpose__in=KNOWN)
    closed = ClosedDialogue.objects.filter(dialogue=OuterRef("pk"), rater=rater)
    new = Dialogue.objects.filter(~Exists(seen), ~Exists(closed), corpus=rater.corpus_id, state=Dialogue.State.READY)
    if new.filter(is_dealt=False).exists():
        return True
    if automatic is None or k <= automatic.k:
        return False
    slots = Slot.objects.filter(batch=automatic, dialogue__in=new)
    last = Slot.objects.filter(dialogue=OuterRef("dialogue"), purpose=Purpose.MAIN, number=k)
    # bookmarks may have passed the free ones; they are moved back when k has grown
    above = slots.filter(number__gt=automatic.k, number__lte=k, state=Slot.State.FREE)
    return slots.filter(~Exists(last), number=1).exists() or above.exists()
