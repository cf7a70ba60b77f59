"""The raters of a report or a release: the ones offered, the default ones, and the chosen ones."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Exists, OuterRef

from agreement.judgements.selection import countable
from annotator.domain.figures.dialogue_work import of_rater
from annotator.domain.figures.work_sums import work_sums
from common.errors import Refused
from corpus.models import Corpus, Rater


def offered_raters(corpus: Corpus) -> list[Rater]:
    """Return the raters of a corpus that have annotations that count, by slug; `labels` holds their number."""
    labels = _labels(corpus)
    raters = list(corpus.raters.filter(pk__in=labels).select_related("membership__user").order_by("slug"))
    for rater in raters:
        rater.labels = labels[rater.pk]  # type: ignore[attr-defined]
    return raters


def raters_with_labels(corpus: Corpus) -> list[Rater]:
    """Return `offered_raters` without `labels`: while a large corpus has no sums, counting them takes seconds."""
    has_labels = Exists(countable(corpus.raters.all()).filter(rater=OuterRef("pk")))
    return list(corpus.raters.filter(has_labels).select_related("membership__user").order_by("slug"))


def usual_raters(offered: list[Rater]) -> list[Rater]:
    """Return the members among the raters, or all of them if no member has annotations yet."""
    return [rater for rater in offered if rater.kind == Rater.Kind.MEMBER] or offered


def chosen_raters(corpus: Corpus, slugs: Iterable[str]) -> list[Rater]:
    """Return the raters with these slugs, or the usual ones if none is given.

    Raises:
        Refused: `agreement.unknown_rater`.
    """
    wanted = set(slugs)
    if not wanted:
        return usual_raters(raters_with_labels(corpus))
    raters = list(corpus.raters.filter(slug__in=wanted).order_by("slug"))
    if missing := wanted - {rater.slug for rater in raters}:
        raise Refused("agreement.unknown_rater", raters=", ".join(sorted(missing)))
    return raters


def _labels(corpus: Corpus) -> dict[int, int]:
    """Return rater -> number of annotations that count, where there are any."""
    if (kept := work_sums(corpus)) is not None:
        raters = corpus.raters.values_list("pk", flat=True)
        return {rater: count for rater in raters if (count := kept[of_rater("counting", rater)])}
    counts = countable(corpus.raters.all()).values("rater").annotate(labels=Count("pk")).order_by()
    return dict(counts.values_list("rater", "labels"))
