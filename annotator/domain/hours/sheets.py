"""The hours of a corpus: active time, utterances, dialogues and pay per person and day.

The time is the active time of revisions, by the day on which they were committed, in the server's time zone; all
purposes are paid. An utterance counts once on each day on which its answers were committed, corrections included, even
if they were undone later. A dialogue counts on the day on which it was submitted. Browsers report the active time, so
that of a day is cut to the time that passed (`passed_time.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from annotator.domain.hours.passed_time import cut, passed_ms
from annotator.domain.hours.rates import Rates, rates_of
from annotator.models import Assignment
from common.errors import Refused
from corpus.models import Corpus, Purpose, Rater, Revision

LONGEST_DAYS = 366
WORK = (*Revision.ANSWERING, Revision.Cause.UNDO)
MAIN, CALIBRATION, RETEST, OTHER = "main", "calibration", "retest", "other"
GROUPS = (MAIN, CALIBRATION, RETEST, OTHER)
GROUP_OF = {
    Purpose.MAIN: MAIN,
    Purpose.TRAINING: CALIBRATION,
    Purpose.TEST: CALIBRATION,
    Purpose.GOLD: CALIBRATION,
    Purpose.RETEST: RETEST,
}
# what a person may see of their own work: gold, retests and the rest cannot be told from main work
OPEN_GROUP_OF = {Purpose.TRAINING: CALIBRATION, Purpose.TEST: CALIBRATION}


@dataclass(slots=True)
class Hours:
    """Work of a person on a day, or a sum of such work.

    Attributes:
        active_ms: group of purposes -> active time in milliseconds.
        utterances: with committed answers.
        dialogues: submitted.
        pay: sum of the rounded amounts of each day; None without a rate.
        is_cut: whether the active time is less than that of the revisions, since more than passed.
    """

    active_ms: dict[str, int] = field(default_factory=lambda: dict.fromkeys(GROUPS, 0))
    utterances: int = 0
    dialogues: int = 0
    pay: Decimal | None = None
    is_cut: bool = False

    @property
    def total_ms(self) -> int:
        """Active time of all purposes."""
        return sum(self.active_ms.values())

    def add(self, other: Hours) -> None:
        """Add other work."""
        for group, active_ms in other.active_ms.items():
            self.active_ms[group] += active_ms
        self.utterances += other.utterances
        self.dialogues += other.dialogues
        self.is_cut = self.is_cut or other.is_cut
        if other.pay is not None:
            self.pay = (self.pay or Decimal(0)) + other.pay


@dataclass(frozen=True, slots=True)
class Sheet:
    """The hours between two days.

    Attributes:
        first, last: the days, both included.
        days: rater, day and work, by person and day.
        people: rater and the sum of their work.
        total: of all people.
        currency: of the pay; empty without rates.
        groups: of purposes that are shown apart.
    """

    first: date
    last: date
    days: Sequence[tuple[Rater, date, Hours]]
    people: Sequence[tuple[Rater, Hours]]
    total: Hours
    currency: str
    groups: tuple[str, ...]


def sheet_of(*, corpus: Corpus, first: date, last: date, only: Rater | None = None) -> Sheet:
    """Return the hours of all members of a corpus, in six queries for any number of people and days.

    Args:
        corpus: the corpus.
        first, last: the days, both included.
        only: the person who sees their own sheet: without the others, and without what they must not learn of gold.

    Raises:
        Refused: `hours.bad_days`, `hours.too_many_days`.
    """
    if last < first:
        raise Refused("hours.bad_days")
    if (last - first).days >= LONGEST_DAYS:
        raise Refused("hours.too_many_days", days=LONGEST_DAYS)
    raters = [only] if only else list(_raters(corpus))
    rates = Rates.of(rates_of(corpus))
    worked = _worked(corpus, raters, first, last, OPEN_GROUP_OF if only else GROUP_OF)
    of_rater: dict[int, list[date]] = defaultdict(list)
    for key, day in sorted(worked):
        of_rater[key].append(day)
    days, people, total = [], [], Hours()
    for rater in raters:
        own, subtotal = of_rater[rater.pk], Hours()
        for day in own:
            hours = worked[rater.pk, day]
            hours.pay = rates.pay(day, rater.membership_id, hours.total_ms)
            subtotal.add(hours)
            days.append((rater, day, hours))
        if own:
            people.append((rater, subtotal))
            total.add(subtotal)
    return Sheet(first, last, days, people, total, rates.currency, (MAIN, CALIBRATION) if only else GROUPS)


def _raters(corpus: Corpus) -> Iterable[Rater]:
    members = Rater.objects.filter(corpus=corpus, kind=Rater.Kind.MEMBER).select_related("membership__user")
    return members.order_by("membership__user__first_name", "membership__user__username", "pk")


def _worked(
    corpus: Corpus, raters: Sequence[Rater], first: date, last: date, group_of: dict[Purpose, str]
) -> dict[tuple[int, date], Hours]:
    """Return (primary key of a rater, day) -> work, without pay."""
    begin, end = midnight(first), midnight(last + timedelta(days=1))
    zone = timezone.get_current_timezone()
    by_author = {rater.membership.user_id: rater.pk for rater in raters if rater.membership}
    worked: dict[tuple[int, date], Hours] = {}
    work = Revision.objects.filter(
        author__in=by_author, created_at__gte=begin, created_at__lt=end, cause__in=WORK, codebook__corpus=corpus
    )
    revisions = (
        work.annotate(day=TruncDate("created_at", tzinfo=zone))
        .values_list("author", "day", "annotation__purpose")
        .annotate(
            active=Sum("active_ms"), answered=Count("annotation", distinct=True, filter=Q(cause__in=Revision.ANSWERING))
        )
        .order_by()
    )
    for author, day, purpose, active_ms, answered in revisions:
        hours = worked.setdefault((by_author[author], day), Hours())
        hours.active_ms[group_of.get(Purpose(purpose), MAIN if group_of is OPEN_GROUP_OF else OTHER)] += active_ms
        hours.utterances += answered
    passed = passed_ms(raters=raters, work=work, begin=begin, end=end)
    for key, hours in worked.items():
        active_ms = cut(hours.active_ms, passed[key])
        hours.is_cut, hours.active_ms = active_ms != hours.active_ms, active_ms
    submitted = (
        Assignment.objects.filter(rater__in=raters, state="done", ended_at__gte=begin, ended_at__lt=end)
        .annotate(day=TruncDate("ended_at", tzinfo=zone))
        .values_list("rater", "day")
        .annotate(count=Count("pk"))
        .order_by()
    )
    for rater, day, count in submitted:
        worked.setdefault((rater, day), Hours()).dialogues += count
    return worked


def midnight(day: date) -> datetime:
    """Return the beginning of a day in the server's time zone."""
    return timezone.make_aware(datetime.combine(day, time()))
