"""How long somebody has worked today, and when that is enough."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, Sum
from django.utils import timezone

from annotator.models import Assignment
from common.errors import Refused
from corpus.models import Rater, Revision

MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Day:
    """What a rater did since midnight of the server's time zone, and what their corpus says of it.

    Attributes:
        dialogues: handed in.
        utterances: that got labels, however often they were changed.
        active_ms: time worked without idle time, as their revisions tell it.
        limit_minutes: after which no new dialogue is given out; None: no limit.
        rest_minutes: after which the page speaks of a rest; None: never.
    """

    dialogues: int
    utterances: int
    active_ms: int
    limit_minutes: int | None
    rest_minutes: int | None

    @property
    def is_enough(self) -> bool:
        """Tell whether the day's limit is reached."""
        return self.limit_minutes is not None and self.active_ms >= self.limit_minutes * MINUTE_MS


def day_of(*, rater: Rater, now: datetime) -> Day:
    """Return the day of a member's rater; two queries over that day's rows alone."""
    assert rater.membership is not None  # noqa: S101 -- a constraint: members' raters have one
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    sums = Revision.objects.filter(
        author=rater.membership.user_id, created_at__gte=midnight, annotation__rater=rater
    ).aggregate(
        active_ms=Sum("active_ms", default=0),
        utterances=Count("annotation", distinct=True, filter=Q(cause=Revision.Cause.COMMIT)),
    )
    dialogues = Assignment.objects.filter(rater=rater, state=Assignment.State.DONE, ended_at__gte=midnight).count()
    return Day(
        dialogues=dialogues,
        limit_minutes=rater.corpus.daily_limit_minutes,
        rest_minutes=rater.corpus.rest_after_minutes,
        **sums,
    )


def refuse_when_enough(*, rater: Rater, now: datetime) -> None:
    """Keep a rater who worked long enough today from a new dialogue; the one in hand is not touched.

    Raises:
        Refused: `annotator.daily_limit`.
    """
    if rater.corpus.daily_limit_minutes is not None and day_of(rater=rater, now=now).is_enough:
        raise Refused("annotator.daily_limit", minutes=rater.corpus.daily_limit_minutes)
