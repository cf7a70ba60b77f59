"""Live figures: alpha of every question, computed again as soon as a dialogue is handed in, and their age in answers.

A hand-in writes nothing for them, so that its response tells nothing. The sweep looks twice a second for dialogues that
were handed in, and queues one job of a corpus at a time; between two of them the corpus rests, so that the dialogues
that many annotators hand in at once are read together.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from agreement.domain.report_figures import alpha_figures
from agreement.judgements.first_answers import read_first_answers
from agreement.models import LiveFigures
from annotator.models import Assignment
from common.database.snapshot import snapshot
from common.jobs.queue import JobRun
from corpus.domain.structure.archiving import writable_corpora
from corpus.models import Corpus, Dialogue, Purpose, Rater

KIND = "agreement.live"
REST = timedelta(seconds=2)  # at least, after figures were computed
IDLE = 10  # times as long as the last figures took of a processor, at least
RECENT = timedelta(minutes=1)  # a hand-in may be committed later than one with a later time, by less than that


def handed_in() -> QuerySet[Assignment]:
    """Return the finished main work of members, in dialogues that count."""
    return Assignment.objects.filter(
        purpose=Purpose.MAIN,
        state=Assignment.State.DONE,
        rater__kind=Rater.Kind.MEMBER,
        dialogue__state=Dialogue.State.READY,
    )


def corpora_with_newer_answers(*, now: datetime) -> Iterable[Corpus]:
    """Yield the writable corpora whose live figures are missing, older than a hand-in, or of another codebook."""
    own = handed_in().filter(rater__corpus=OuterRef("pk"))
    missing = Q(live_figures__isnull=True) & Exists(own)
    older = Exists(own.filter(ended_at__gt=OuterRef("live_figures__newest")))
    replaced = Q(live_figures__isnull=False) & ~Q(live_figures__codebook=F("codebook"))
    return _rested(_corpora().filter(missing | older | replaced), now)


def corpora_just_handed_in(*, now: datetime) -> Iterable[Corpus]:
    """Yield those of them that a dialogue was handed in to within the last minute; costs one look into an index."""
    recent = handed_in().filter(ended_at__gt=now - RECENT)
    keys = set(recent.values_list("rater__corpus", flat=True))
    return (
        corpus
        for corpus in (_rested(_corpora().filter(pk__in=keys), now) if keys else ())
        if (live := live_figures(corpus)) is None
        or _newest(corpus, live.newest - RECENT) != {"newest": live.newest, "recent": live.recent}
    )


def refresh(*, run: JobRun, corpus: Corpus) -> dict[str, Any]:
    """Compute the live figures of a corpus, if it has a codebook and a dialogue was handed in.

    Returns:
        `annotations`, the number read.
    """
    began, codebook = time.thread_time(), corpus.codebook
    with snapshot():
        newest = handed_in().filter(rater__corpus=corpus).aggregate(newest=Max("ended_at"))["newest"]
        if codebook is None or newest is None:
            return {}
        read = _newest(corpus, newest - RECENT)
        answers = read_first_answers(codebook=codebook, raters=list(corpus.raters.filter(kind=Rater.Kind.MEMBER)))
    found = {
        "codebook": codebook,
        "figures": alpha_figures(answers),
        "annotations": answers.annotations,
        "took_ms": round(1000 * (time.thread_time() - began)),
        "computed_at": timezone.now(),
        **read,
    }
    with run.finishing():
        LiveFigures.objects.update_or_create(corpus=corpus, defaults=found)
    return {"annotations": answers.annotations}


def live_figures(corpus: Corpus) -> LiveFigures | None:
    """Return the live figures of a corpus; None if there are none yet."""
    return getattr(corpus, "live_figures", None)


def newer_answers(live: LiveFigures) -> int:
    """Return the number of annotations of the dialogues that were handed in after those of the figures."""
    later = handed_in().filter(rater__corpus=live.corpus_id, ended_at__gt=live.newest)
    return later.aggregate(answers=Sum("dialogue__length"))["answers"] or 0


def _corpora() -> QuerySet[Corpus]:
    return writable_corpora().filter(codebook__isnull=False).select_related("live_figures")


def _rested(corpora: Iterable[Corpus], now: datetime) -> Iterable[Corpus]:
    for corpus in corpora:
        live = live_figures(corpus)
        if live is None or now - live.computed_at >= max(REST, IDLE * timedelta(milliseconds=live.took_ms)):
            yield corpus


def _newest(corpus: Corpus, since: datetime) -> dict[str, Any]:
    """Return when the newest dialogue was handed in, and the number handed in within the minute before it."""
    later = handed_in().filter(rater__corpus=corpus, ended_at__gt=since)
    return later.aggregate(newest=Max("ended_at"), recent=Count("pk"))
