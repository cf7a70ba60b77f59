"""How long somebody has worked today, and when that is enough."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Count, Q, Sum
from django.utils import timezone

from annotator.models import Assignment
from common.database.prepared import Parameter, PreparedSelect
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


PK = models.BigAutoField()
MIDNIGHT = Parameter("midnight", models.DateTimeField())
SUMS = PreparedSelect(
    lambda: (
        Revision.objects.filter(
            # the corpus by the codebook: its versions are few, while the annotations would be read one by one
            author=Parameter("author", PK),
            created_at__gte=MIDNIGHT,
            codebook__corpus=Parameter("corpus", PK),
        )
        .values("author")
        .annotate(
            worked=Sum("active_ms", default=0),
            utterances=Count("annotation", distinct=True, filter=Q(cause=Revision.Cause.COMMIT)),
        )
        .values_list("worked", "utterances")
    )
)
DIALOGUES = PreparedSelect(
    lambda: (
        Assignment.objects.filter(rater=Parameter("rater", PK), state=Assignment.State.DONE, ended_at__gte=MIDNIGHT)
        .values("rater")
        .annotate(count=Count("pk"))
        .values_list("count")
    )
)


def day_of(*, rater: Rater, now: datetime) -> Day:
    """Return the day of a member's rater; two queries over that day's rows alone."""
    assert rater.membership is not None  # noqa: S101 -- a constraint: members' raters have one
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    sums = SUMS.first(author=rater.membership.user_id, midnight=midnight, corpus=rater.corpus_id)
    active_ms, utterances = sums or (0, 0)
    dialogues = sum(count for (count,) in DIALOGUES.all(rater=rater.pk, midnight=midnight))
    return Day(
        dialogues=dialogues,
        utterances=utterances,
        active_ms=active_ms,
        limit_minutes=rater.corpus.daily_limit_minutes,
        rest_minutes=rater.corpus.rest_after_minutes,
    )


def refuse_when_enough(*, rater: Rater, now: datetime) -> None:
    """Keep a rater who worked long enough today from a new dialogue; the one in hand is not touched.

    Raises:
        Refused: `annotator.daily_limit`.
    """
    if rater.corpus.daily_limit_minutes is not None and day_of(rater=rater, now=now).is_enough:
        raise Refused("annotator.daily_limit", minutes=rater.corpus.daily_limit_minutes)
