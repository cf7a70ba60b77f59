"""Watermarks: which rows of an append-only table were added since it was read last.

Rows get increasing ids, but on PostgreSQL a transaction with a lower id may be committed after one with a higher id. So
a watermark remembers the ids that were missing below it, and looks for them again until no transaction can hold them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Max, Model, Q, QuerySet

LONGEST_TRANSACTION = timedelta(hours=1)
LOOK_BACK = 20_000  # ids below a new watermark that are searched for missing ones
MOST_GAPS = 100

Gap = tuple[int, int, datetime]  # first and last missing id, and when they were noticed


@dataclass(frozen=True, slots=True)
class Watermark:
    """The newest row read, and the ids below it that may still appear."""

    last: int = 0
    gaps: tuple[Gap, ...] = field(default=())

    def new(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that may have been added since."""
        wanted = Q(pk__gt=self.last)
        for first, last, _noticed in self.gaps:
            wanted |= Q(pk__gte=first, pk__lte=last)
        return rows.filter(wanted)

    def moved(self, seen: Iterable[int], *, now: datetime) -> Watermark:
        """Return the watermark after all `new` rows were read.

        Args:
            seen: their ids.
            now: the time.
        """
        ids = sorted(set(seen))
        gaps: list[Gap] = []
        for first, last, noticed in self.gaps:
            if now - noticed < LONGEST_TRANSACTION:
                gaps += _missing([key for key in ids if first <= key <= last], first - 1, last + 1, noticed)
        above = [key for key in ids if key > self.last]
        gaps += _missing(above, self.last, above[-1] + 1 if above else self.last + 1, now)
        return Watermark(above[-1] if above else self.last, tuple(_fewer(sorted(gaps))))

    def as_json(self) -> dict[str, Any]:
        """Return the watermark as JSON."""
        return {"last": self.last, "gaps": [[first, last, noticed.isoformat()] for first, last, noticed in self.gaps]}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Watermark:
        """Return the watermark that `as_json` returned."""
        gaps = tuple((first, last, datetime.fromisoformat(noticed)) for first, last, noticed in stored["gaps"])
        return cls(stored["last"], gaps)


def newest(model: type[Model], *, now: datetime) -> Watermark:
    """Return the watermark of a table that is read now; to be taken before its rows are."""
    rows = model._default_manager.all()  # noqa: SLF001 -- the documented name of a model's manager
    last = rows.aggregate(last=Max("pk"))["last"] or 0
    start = max(0, last - LOOK_BACK)
    ids = rows.filter(pk__gt=start, pk__lte=last).order_by("pk").values_list("pk", flat=True)
    return Watermark(start).moved(ids, now=now)


def _missing(ids: list[int], below: int, above: int, noticed: datetime) -> list[Gap]:
    """Return the gaps between sorted ids, of which the first comes after `below` and the last before `above`."""
    ends = [below, *ids, above]
    return [(one + 1, two - 1, noticed) for one, two in pairwise(ends) if two - one > 1]


def _fewer(gaps: list[Gap]) -> list[Gap]:
    """Join the gaps that are closest until there are few; rows between them are then read twice."""
    while len(gaps) > MOST_GAPS:
        near = min(range(len(gaps) - 1), key=lambda place: gaps[place + 1][0] - gaps[place][1])
        one, two = gaps[near : near + 2]
        gaps[near : near + 2] = [(one[0], two[1], max(one[2], two[2]))]
    return gaps
