"""The time that passed for a person on a day: their active time, which their browser reports, cannot be longer.

A day of work begins with the first claim of the day. If answers were saved before it, or without one, it begins with
the active time of the first saved answers before they were saved, at midnight at the earliest. It ends with the last
saved answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Expression, F, Max, Min, QuerySet, Window
from django.db.models.functions import TruncDate
from django.utils import timezone

from annotator.models import Assignment
from corpus.models import Rater, Revision

MS = timedelta(milliseconds=1)


def passed_ms(
    *, raters: Sequence[Rater], work: QuerySet[Revision], begin: datetime, end: datetime
) -> dict[tuple[int, date], int]:
    """Return (primary key of a rater, day) -> milliseconds that passed; two queries for any number of people and days.

    Args:
        raters: members' raters.
        work: their revisions between the two times, with the active time.
        begin, end: midnights in the server's time zone.
    """
    zone = timezone.get_current_timezone()
    by_author = {rater.membership.user_id: rater.pk for rater in raters if rater.membership}
    claimed = _by_day(
        Assignment.objects.filter(rater__in=raters, claimed_at__gte=begin, claimed_at__lt=end)
        .annotate(day=TruncDate("claimed_at", tzinfo=zone))
        .values_list("rater", "day")
        .annotate(first=Min("claimed_at"))
        .order_by()
    )
    of_day: list[Expression | F | str] = [F("author"), TruncDate("created_at", tzinfo=zone)]
    ends = work.annotate(
        first=Window(Min("created_at"), partition_by=of_day), last=Window(Max("created_at"), partition_by=of_day)
    )
    first: dict[tuple[int, date], tuple[datetime, datetime, int]] = {}
    # answers that were saved together, after a time without a network, have one time
    for author, created_at, last, active_ms in ends.filter(created_at=F("first")).values_list(
        "author", "created_at", "last", "active_ms"
    ):
        key = (by_author[author], timezone.localtime(created_at).date())
        first[key] = (created_at, last, active_ms + (first[key][2] if key in first else 0))
    passed = {}
    for (rater, on), (saved, last, active_ms) in first.items():
        claim = claimed.get((rater, on))
        midnight = timezone.make_aware(datetime.combine(on, datetime.min.time()))
        start = claim if claim and claim <= saved else max(midnight, saved - active_ms * MS)
        passed[rater, on] = max(0, (last - start) // MS)
    return passed


def cut(parts: dict[str, int], most: int) -> dict[str, int]:
    """Return times by name, reduced in proportion so that their sum is at most `most`."""
    total = sum(parts.values())
    if total <= most:
        return parts
    reduced = {name: part * most // total for name, part in parts.items()}
    longest = max(parts, key=lambda name: parts[name])
    reduced[longest] += most - sum(reduced.values())
    return reduced


def _by_day(rows: Iterable[tuple[int, date, datetime]]) -> dict[tuple[int, date], datetime]:
    return {(rater, day): first for rater, day, first in rows}
