"""The raters of a report or a release: the ones offered, the default ones, and the chosen ones."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Exists, OuterRef

from agreement.judgements.selection import countable
from common.errors import Refused
from corpus.models import Corpus, Rater


def offered_raters(corpus: Corpus) -> list[Rater]:
    """Return the raters of a corpus that have annotations that count, by slug; `labels` holds their number."""
    labels = {
        row["rater"]: row["labels"]
        for row in countable(corpus.raters.all()).values("rater").annotate(labels=Count("pk")).order_by()
    }
    raters = list(corpus.raters.filter(pk__in=labels).select_related("membership__user").order_by("slug"))
    for rater in raters:
        rater.labels = labels[rater.pk]  # type: ignore[attr-defined]
    return raters


def raters_with_labels(corpus: Corpus) -> list[Rater]:
    """Return `offered_raters` without `labels`: in a large corpus, counting them takes seconds."""
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
