"""Labelling that is faster than the clips play: found by a job for each person and day, dismissed by a manager.

An utterance that a person answers for the first time counts as fast if both its active time and the time played, over
the whole day, are shorter than its clip. A day is reported if at least `LEAST` utterances and `LEAST_PERCENT` of all
are fast. The sweep queues the job once an hour while dialogues are being finished.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from annotator.models import Assignment, FastLabelling, SpeedCheck
from common.jobs.queue import JobRun
from common.models import User
from corpus.domain.structure.archiving import writable_corpora
from corpus.models import Corpus, Purpose, Revision

KIND = "annotator.check_speed"
INTERVAL = timedelta(hours=1)
FIRST_LOOK = timedelta(days=30)  # back from the first check of a corpus
LEAST, LEAST_PERCENT = 10, 30
SHOWN_DIALOGUES = 5


@dataclass(slots=True)
class _Day:
    utterances: int = 0
    fast: int = 0
    clips_ms: int = 0
    played_ms: int = 0
    active_ms: int = 0
    dialogues: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    @property
    def is_substantial(self) -> bool:
        return self.fast >= LEAST and 100 * self.fast >= LEAST_PERCENT * self.utterances

    def figures(self) -> dict[str, Any]:
        ordered = sorted(self.dialogues.items(), key=lambda one: (-one[1][0], one[0]))
        shown = [
            {"dialogue": dialogue, "code": code, "fast": fast, "utterances": utterances}
            for (dialogue, code), (fast, utterances) in ordered[:SHOWN_DIALOGUES]
            if fast
        ]
        names = ("utterances", "fast", "clips_ms", "played_ms", "active_ms")
        return {name: getattr(self, name) for name in names} | {"dialogues": shown}


def corpora_to_check(*, now: datetime) -> Iterable[Corpus]:
    """Return the writable corpora in which a dialogue was finished since a check that is at least an hour old."""
    # the purposes lead the index on the end of finished assignments
    finished = Assignment.objects.filter(
        rater__corpus=OuterRef("pk"), state=Assignment.State.DONE, purpose__in=Purpose.values
    )
    never = Q(speed_check__isnull=True) & Exists(finished)
    again = Q(speed_check__checked_at__lte=now - INTERVAL) & Exists(
        finished.filter(ended_at__gt=OuterRef("speed_check__checked_at"))
    )
    return writable_corpora().filter(never | again)


def check_speed(*, run: JobRun, corpus: Corpus, now: datetime | None = None) -> dict[str, int]:
    """Run the job: look at all days since the last check, that day included.

    Returns:
        `days`, the number of reported ones.
    """
    now = now or timezone.now()
    check = SpeedCheck.objects.filter(corpus=corpus).first()
    since = timezone.localtime(check.checked_at if check else now - FIRST_LOOK).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    days = {key: day for key, day in _days(corpus, since, now).items() if day.is_substantial}
    with run.finishing():
        for (rater, day), found in days.items():
            FastLabelling.objects.update_or_create(
                rater_id=rater, day=day, defaults={"corpus": corpus, **found.figures()}
            )
        SpeedCheck.objects.update_or_create(corpus=corpus, defaults={"checked_at": now})
    return {"days": len(days)}


def open_reports(corpus: Corpus, *, dismissed: bool = False) -> QuerySet[FastLabelling]:
    """Return the reported days of a corpus that are (not) dismissed, the newest first."""
    rows = FastLabelling.objects.filter(corpus=corpus, dismissed_at__isnull=not dismissed)
    return rows.select_related("rater__membership__user", "dismissed_by").order_by("-day", "pk")


def dismiss(*, report: FastLabelling, by: User, now: datetime) -> None:
    """Dismiss a reported day; a second dismissal changes nothing."""
    FastLabelling.objects.filter(pk=report.pk, dismissed_at__isnull=True).update(dismissed_at=now, dismissed_by=by)


def _days(corpus: Corpus, since: datetime, now: datetime) -> dict[tuple[int, date], _Day]:
    """Return (primary key of a rater, day) -> their utterances of that day."""
    zone = timezone.get_current_timezone()
    answered = (
        Revision.objects.filter(
            codebook__corpus=corpus,
            created_at__gte=since,
            created_at__lte=now,
            cause=Revision.Cause.COMMIT,
            author__in=corpus.memberships.values("user"),
            annotation__utterance__end_ms__gt=F("annotation__utterance__start_ms"),
        )
        .annotate(day=TruncDate("created_at", tzinfo=zone))
        .values(
            "annotation__rater",
            "day",
            "annotation",
            dialogue=F("annotation__utterance__dialogue__public_id"),
            code=F("annotation__utterance__dialogue__code"),
            clip_ms=F("annotation__utterance__end_ms") - F("annotation__utterance__start_ms"),
        )
        .annotate(first=Min("number"), active=Sum("active_ms"), played=Sum("played_ms"))
        .filter(first=1)
        .order_by()
    )
    days: dict[tuple[int, date], _Day] = defaultdict(_Day)
    for row in answered.iterator():
        day = days[row["annotation__rater"], row["day"]]
        is_fast = row["active"] < row["clip_ms"] and row["played"] < row["clip_ms"]
        counted = day.dialogues[str(row["dialogue"]), row["code"]]
        day.utterances += 1
        counted[1] += 1
        if is_fast:
            day.fast += 1
            counted[0] += 1
            day.clips_ms += row["clip_ms"]
            day.played_ms += row["played"]
            day.active_ms += row["active"]
    return days
