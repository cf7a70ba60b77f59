"""Quotas and absences of annotators: what they are, and the refusal of new work by them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from annotator.models import Assignment, WorkPlan
from common.database.prepared import PreparedSelect, Values
from common.errors import Refused
from corpus.models import Rater

LONGEST = timedelta(days=366)
MOST = 1_000_000  # dialogues
# Hidden gold and retests count like any other dialogue: a count that stood still would give them away.
BEGUN = PreparedSelect(
    Values(),
    """
    SELECT COUNT(*), COUNT(*) FILTER (WHERE assignment.claimed_at >= %(monday)s)
    FROM annotator_assignment assignment
    WHERE assignment.rater_id = %(rater)s AND assignment.state IN ('open', 'done')
        AND assignment.purpose NOT IN ('training', 'test')
    """,
    {"rater": models.BigAutoField(), "monday": models.DateTimeField()},
)


@dataclass(frozen=True, slots=True)
class Share:
    """The dialogues of a person against their quota; training and test do not count.

    Attributes:
        total: open and finished dialogues.
        week: those begun since Monday.
        most, most_per_week: the quota; None: no limit.
    """

    total: int
    week: int
    most: int | None
    most_per_week: int | None

    @property
    def is_done(self) -> bool:
        """Whether the total quota is reached."""
        return self.most is not None and self.total >= self.most

    @property
    def is_done_this_week(self) -> bool:
        """Whether the quota of this week is reached."""
        return self.most_per_week is not None and self.week >= self.most_per_week


def plan_of(rater: Rater) -> WorkPlan | None:
    """Return the plan of a rater; None if they have none."""
    return getattr(rater, "work_plan", None)


def share_of(*, rater: Rater, now: datetime) -> Share:
    """Return a person's dialogues against their quota."""
    plan, today = plan_of(rater), timezone.localtime(now)
    monday = (today - timedelta(days=today.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    total, week = BEGUN.first(rater=rater.pk, monday=monday) or (0, 0)
    return Share(
        total=total,
        week=week,
        most=plan.most_dialogues if plan else None,
        most_per_week=plan.most_per_week if plan else None,
    )


def is_absent(plan: WorkPlan | None, *, today: date) -> bool:
    """Return whether a person is absent on a day."""
    if plan is None or plan.absent_from is None or plan.absent_until is None:
        return False
    return plan.absent_from <= today <= plan.absent_until


def absent(*, today: date) -> Exists:
    """Return the condition that the `rater` of a row is absent on a day."""
    return Exists(WorkPlan.objects.filter(rater=OuterRef("rater"), absent_from__lte=today, absent_until__gte=today))


def refuse_by_plan(*, rater: Rater, now: datetime) -> None:
    """Refuse new work during an absence or after the quota is reached; a dialogue in hand is not affected.

    Only a person with a quota costs a query.

    Raises:
        Refused: `annotator.absent`, `annotator.share_done`, `annotator.week_done`.
    """
    plan = plan_of(rater)
    if plan is None:
        return
    if is_absent(plan, today=timezone.localdate(now)):
        raise Refused("annotator.absent", until=f"{plan.absent_until:%Y-%m-%d}")
    if plan.most_dialogues is None and plan.most_per_week is None:
        return
    share = share_of(rater=rater, now=now)
    if share.is_done:
        raise Refused("annotator.share_done", count=share.total, most=share.most or 0)
    if share.is_done_this_week:
        raise Refused("annotator.week_done", count=share.week, most=share.most_per_week or 0)


@transaction.atomic
def set_quota(*, rater: Rater, most_dialogues: int | None, most_per_week: int | None) -> WorkPlan:
    """Set how many dialogues a person gets at most, in total and per week; None: no limit.

    Raises:
        Refused: `annotator.quota_out_of_range`.
    """
    if any(each is not None and not 1 <= each <= MOST for each in (most_dialogues, most_per_week)):
        raise Refused("annotator.quota_out_of_range", most=MOST)
    plan = _locked(rater)
    plan.most_dialogues, plan.most_per_week = most_dialogues, most_per_week
    plan.save(update_fields=["most_dialogues", "most_per_week"])
    return plan


@transaction.atomic
def set_absence(*, rater: Rater, first: date, last: date, today: date) -> WorkPlan:
    """Plan an absence, in place of the one planned before; it ends by itself.

    From its first day the person gets no new work, others may take over the open dialogues in which they are not at
    work, and slots reserved for them can be reassigned.

    Raises:
        Refused: `annotator.absence_dates`, the last day is before the first one or over, or it is longer than a year.
    """
    if not first <= last or last < today or last - first > LONGEST:
        raise Refused("annotator.absence_dates")
    plan = _locked(rater)
    plan.absent_from, plan.absent_until = first, last
    plan.save(update_fields=["absent_from", "absent_until"])
    return plan


@transaction.atomic
def end_absence(*, rater: Rater) -> WorkPlan:
    """End or cancel an absence; the person gets new work again."""
    plan = _locked(rater)
    plan.absent_from = plan.absent_until = None
    plan.save(update_fields=["absent_from", "absent_until"])
    return plan


def open_dialogues(*, rater: Rater) -> int:
    """Return the number of open dialogues of a person, which others may take over during an absence."""
    return Assignment.objects.filter(rater=rater, state=Assignment.State.OPEN).count()


def _locked(rater: Rater) -> WorkPlan:
    plan, _created = WorkPlan.objects.select_for_update().get_or_create(rater=rater)
    return plan
