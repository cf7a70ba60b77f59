"""Work of a rater today, and the daily limit of the corpus."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils import timezone

from common.database.prepared import PreparedSelect, Values
from common.errors import Refused
from corpus.models import Rater, Revision

MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Day:
    """Work of a rater since midnight in the server's time zone, and the limits of the corpus.

    Attributes:
        dialogues: finished ones.
        utterances: answered or corrected ones, each counted once, as on the page of hours.
        active_ms: time worked without idle time, in milliseconds, from the revisions.
        limit_minutes: after which no new dialogue is given out; None: no limit.
        rest_minutes: after which the page suggests a break; None: never.
    """

    dialogues: int
    utterances: int
    active_ms: int
    limit_minutes: int | None
    rest_minutes: int | None

    @property
    def is_over_limit(self) -> bool:
        """Whether the daily limit is reached."""
        return self.limit_minutes is not None and self.active_ms >= self.limit_minutes * MINUTE_MS


ANSWERING = ", ".join(f"'{cause}'" for cause in map(str, Revision.ANSWERING))
PK, TIME = models.BigAutoField(), models.DateTimeField()
SUMS = PreparedSelect(
    Values(),
    # The corpus is found by the codebook: its versions are few, while the annotations would be read one by one.
    f"""
    SELECT COALESCE(SUM(revision.active_ms), 0),
        COUNT(DISTINCT revision.annotation_id) FILTER (WHERE revision.cause IN ({ANSWERING}))
    FROM corpus_revision revision JOIN corpus_codebookversion codebook ON codebook.id = revision.codebook_id
    WHERE revision.author_id = %(author)s AND revision.created_at >= %(midnight)s AND codebook.corpus_id = %(corpus)s
    """,  # noqa: S608 -- a constant
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
    """Return today's work of a member's rater; two queries that read only the rows of today."""
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


def refuse_over_limit(*, rater: Rater, now: datetime) -> None:
    """Refuse a new dialogue after the daily limit; a dialogue in hand is not affected.

    Raises:
        Refused: `annotator.daily_limit`.
    """
    if rater.corpus.daily_limit_minutes is not None and day_of(rater=rater, now=now).is_over_limit:
        raise Refused("annotator.daily_limit", minutes=rater.corpus.daily_limit_minutes)
