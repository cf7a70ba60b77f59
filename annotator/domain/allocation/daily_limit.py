"""How long somebody has worked today, and when that is enough."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils import timezone

from common.database.prepared import PreparedSelect, Values
from common.errors import Refused
from corpus.models import Rater

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


PK, TIME = models.BigAutoField(), models.DateTimeField()
SUMS = PreparedSelect(
    Values(),
    # The corpus is found by the codebook: its versions are few, while the annotations would be read one by one.
    """
    SELECT COALESCE(SUM(revision.active_ms), 0),
        COUNT(DISTINCT revision.annotation_id) FILTER (WHERE revision.cause = 'commit')
    FROM corpus_revision revision JOIN corpus_codebookversion codebook ON codebook.id = revision.codebook_id
    WHERE revision.author_id = %(author)s AND revision.created_at >= %(midnight)s AND codebook.corpus_id = %(corpus)s
    """,
    {"author": PK, "midnight": TIME, "corpus": PK},
)
DIALOGUES = PreparedSelect(
    Values(),
    """
    SELECT COUNT(*) FROM annotator_assignment assignment
    WHERE assignment.rater_id = %(rater)s AND assignment.state = 'done' AND assignment.ended_at >= %(midnight)s
    """,
    {"rater": PK, "midnight": TIME},
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
