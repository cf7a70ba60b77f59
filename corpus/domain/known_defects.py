"""The known defects of a corpus's sources: findings that no member's work is the cause of.

They stay with the data: the page of the corpus, reports, manifests of releases and tables of the baseline show them.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils import translation

from common.errors import sentence
from corpus.models import Corpus, Finding, Rater

MOST = 200  # in a document; further ones are counted
RANKS = (Finding.Severity.SEVERE, Finding.Severity.WARNING, Finding.Severity.NOTE)


def known_defects(corpus: Corpus, *, without: Collection[str] = ()) -> QuerySet[Finding]:
    """Return the findings on the material and on the answers of sources and models, the worst first.

    Findings on the answers of members are figures of single raters, which not everybody may see; they are not here.

    Args:
        corpus: the corpus.
        without: slugs of raters that are not named.
    """
    own = Q(rater__isnull=True) | ~Q(rater__kind=Rater.Kind.MEMBER)
    found = Finding.objects.filter(own, corpus=corpus, gone_at__isnull=True)
    return worst_first(found.exclude(rater__slug__in=list(without)))


def worst_first(found: QuerySet[Finding]) -> QuerySet[Finding]:
    """Return findings in the order of lists: the most severe first, then the largest."""
    rank = Case(
        *(When(severity=each, then=Value(place)) for place, each in enumerate(RANKS)), output_field=IntegerField()
    )
    return found.annotate(rank=rank).select_related("rater").order_by("rank", "-extent_share", "pk")


def defects_document(corpus: Corpus, *, members: bool, without: Collection[str] = ()) -> dict[str, Any]:
    """Return the known defects as JSON, in English: `count` of all, and the `worst` of them.

    A finding that a manager dismissed states the reason, unless it is about a person.

    Args:
        corpus: the corpus.
        members: whether severe findings on the answers of members are among them. They concern the users of a release,
            but not everybody who reads figures may see them.
        without: slugs of raters that are not named, not even as the other one of a pair.
    """
    own = Q(rater__isnull=True) | ~Q(rater__kind=Rater.Kind.MEMBER)
    if members:
        own |= Q(severity=Finding.Severity.SEVERE)
    rows = Finding.objects.filter(own, corpus=corpus, gone_at__isnull=True)
    pairs = rows.filter(rater__isnull=False).values_list("pk", "evidence")
    naming = [pk for pk, evidence in pairs if evidence.get("other") in without] if without else []
    found = worst_first(rows.exclude(pk__in=naming).exclude(rater__slug__in=list(without)))
    with translation.override("en"):
        worst = [
            {
                "kind": finding.kind,
                "question": finding.task,
                "rater": finding.rater.slug if finding.rater else "",
                "file": finding.rows.get("file", ""),
                "first_row": finding.rows.get("first_row"),
                "last_row": finding.rows.get("last_row", finding.rows.get("first_row")),
                "count": finding.extent_count,
                "share": round(finding.extent_share, 6),
                "severity": finding.severity,
                "dismissed": _reason(finding),
                "extent": extent(finding),
                "text": sentence(f"finding.{finding.kind}.case", finding.evidence),
            }
            for finding in found[:MOST]
        ]
    return {"count": found.count(), "worst": worst}


def _reason(finding: Finding) -> str:
    """Return the reason of a dismissal; one about a person is not published."""
    is_personal = finding.rater is not None and finding.rater.kind == Rater.Kind.MEMBER
    return "a manager dismissed it" if finding.comment and is_personal else finding.comment


def extent(finding: Finding) -> str:
    """Return where a finding is, in the reader's language: "rows 2,491 to 13,789, 82 % of train.csv"."""
    rows, share = finding.rows, round(100 * finding.extent_share)
    first, last, file = rows.get("first_row"), rows.get("last_row"), rows.get("file", "")
    if first is None or len(rows.get("utterances", ())) > 1:  # not one place, but many
        return sentence("finding.extent.share", {"count": f"{finding.extent_count:,}", "share": share})
    if last is None or last == first:
        return sentence("finding.extent.row", {"first": f"{first:,}", "file": file})
    return sentence("finding.extent.rows", {"first": f"{first:,}", "last": f"{last:,}", "share": share, "file": file})
