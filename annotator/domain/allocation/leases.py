"""Leases of assignments: how long one lasts, how it is renewed, and what happens after it has expired.

An expired lease alone refuses nothing: it only allows another annotator to take over the slot (`lock_abandoned`). From
then on the token of the assignment is superseded.
"""

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from annotator.domain.allocation.closed_dialogues import is_closed
from annotator.domain.allocation.work_plans import absent
from annotator.models import Assignment, Batch, ClosedDialogue, Slot
from annotator.rules.purposes import KNOWN
from common.errors import Refused
from corpus.domain.annotations.revisions import keep_first_answers
from corpus.models import Dialogue, Purpose, Rater

LEASE = timedelta(minutes=30)
SENT_BACK_LEASE = timedelta(days=7)  # of a dialogue that the manager sent back to its annotator
REOPENED_LEASE = timedelta(days=14)  # of a finished dialogue that is reopened by an edit
HANDED_OVER_LEASE = timedelta(days=7)  # of a dialogue that was handed over from another annotator
RENEWAL_INTERVAL = timedelta(seconds=30)  # a save does not write a lease that was renewed more recently


def heartbeat(*, assignment: Assignment, token: int, now: datetime) -> None:
    """Renew the lease of an open assignment; do nothing for a finished one.

    Raises:
        Refused: `annotator.superseded`, the slot was released or taken over by someone else.
    """
    renewed = Assignment.objects.filter(pk=assignment.pk, token=token, state=Assignment.State.OPEN).update(
        lease_until=Greatest(F("lease_until"), Value(now + LEASE)), heartbeat_at=now
    )
    if not renewed and is_superseded(assignment, token):
        raise Refused("annotator.superseded")


def extend_lease(assignment: Assignment, *, now: datetime) -> None:
    """Write a full lease from now on; a longer one, as of a dialogue that was sent back, stays."""
    assignment.lease_until, assignment.heartbeat_at = max(assignment.lease_until, now + LEASE), now
    assignment.save(update_fields=["lease_until", "heartbeat_at"])


def renew_lease(assignment: Assignment, *, undone: bool, now: datetime) -> None:
    """Renew the lease of a locked assignment after a save.

    Args:
        assignment: a finished one stays finished, unless something was undone in it.
        undone: whether the save contained an undo.
        now: the moment.
    """
    if assignment.state == Assignment.State.DONE:
        if not undone:
            return
        reopen(assignment, until=now + LEASE)
    if assignment.heartbeat_at < now - RENEWAL_INTERVAL or assignment.lease_until < now:
        extend_lease(assignment, now=now)


def reopen(assignment: Assignment, *, until: datetime) -> None:
    """Reopen a finished or released assignment, whose slot is locked, with a lease until the given time.

    The answers that were handed in stay readable as the first ones.

    Raises:
        Refused: `annotator.dialogue_closed`, the annotator has seen the answers of others.
    """
    if is_closed(rater=assignment.rater_id, dialogue=assignment.dialogue_id):
        raise Refused("annotator.dialogue_closed")
    if assignment.state == Assignment.State.DONE:
        keep_first_answers(rater=assignment.rater_id, dialogue=assignment.dialogue_id, purpose=assignment.purpose)
    assignment.state, assignment.ended_at, assignment.lease_until = Assignment.State.OPEN, None, until
    assignment.save(update_fields=["state", "ended_at", "lease_until"])
    Slot.objects.filter(pk=assignment.slot_id).update(state=Slot.State.HELD)


def is_superseded(assignment: Assignment, token: int) -> bool:
    """Return whether work under this token is late: the slot was released or taken over."""
    return assignment.state == Assignment.State.RELEASED or assignment.token != token


def release_abandoned_gold(*, rater: Rater, now: datetime, only_absent: bool = False) -> None:
    """Release gold dialogues of others that they have abandoned, when someone has found nothing else to take over.

    At that time main work goes to someone else. If gold stayed with its annotator, they would recognize it.
    """
    expired = _left(now, only_absent=only_absent)
    expired = expired.filter(purpose=Purpose.GOLD, rater__corpus=rater.corpus_id).exclude(rater=rater)
    for assignment in expired.order_by("slot_id"):
        slot = Slot.objects.select_for_update(no_key=True).get(pk=assignment.slot_id)
        if expired.filter(pk=assignment.pk).update(state=Assignment.State.RELEASED, ended_at=now):
            Slot.objects.filter(pk=slot.pk).update(state=Slot.State.FREE)


def abandoned(*, rater: Rater, k: int, now: datetime, only_absent: bool = False) -> QuerySet[Slot]:
    """Return the slots that this rater may take over.

    The lease of their holder has expired; or their holder is absent and not at work on them, whatever the lease.

    Args:
        rater: the person asking for work.
        k: of the codebook, for the automatic batch.
        now: the moment.
        only_absent: leave out slots whose lease has expired, as the policy of the codebook may want.
    """
    left = _left(now, only_absent=only_absent)
    own = Assignment.objects.filter(dialogue=OuterRef("dialogue"), rater=rater)
    return (
        Slot.objects.filter(
            Q(batch__is_automatic=False) | Q(number__lte=k),
            ~Exists(own.filter(purpose=OuterRef("purpose"))),
            ~(Q(purpose__in=KNOWN) & Exists(own.filter(purpose__in=KNOWN))),
            ~Exists(ClosedDialogue.objects.filter(dialogue=OuterRef("dialogue"), rater=rater)),
            Q(batch__given=Batch.Given.EVERYONE) | Q(batch__given=Batch.Given.NAMED, batch__people=rater),
            pk__in=left.values("slot"),
            dialogue__state=Dialogue.State.READY,
            batch__corpus=rater.corpus_id,
            batch__closed_at__isnull=True,
        )
        .exclude(purpose=Purpose.GOLD)
        .order_by("-batch__priority", "rank", "number")
    )


def lock_abandoned(*, rater: Rater, k: int, now: datetime, only_absent: bool = False) -> Slot | None:
    """Lock and return the first slot that is still abandoned; arguments as of `abandoned`."""
    for slot in abandoned(rater=rater, k=k, now=now, only_absent=only_absent):
        locked = Slot.objects.select_for_update(no_key=True).get(pk=slot.pk)
        # Look again under the locks: the lease may have been renewed or the slot taken. A save locks the assignment
        # alone.
        left = _left(now, only_absent=only_absent).filter(slot=locked)
        if left.select_for_update(no_key=True, of=("self",)).first():
            return locked
    return None


def _left(now: datetime, *, only_absent: bool) -> QuerySet[Assignment]:
    """Return the open assignments that others may take over."""
    away = Q(absent(today=timezone.localdate(now)), heartbeat_at__lt=now - LEASE)
    return Assignment.objects.filter(
        away if only_absent else Q(lease_until__lt=now) | away, state=Assignment.State.OPEN
    )
