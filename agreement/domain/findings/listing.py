"""The findings of a corpus, as pages, commands and papers list them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from agreement.detectors.registry import DETECTORS
from common.errors import sentence
from corpus.domain.known_defects import extent, worst_first
from corpus.models import Corpus, Finding


@dataclass(frozen=True, slots=True)
class ListedFinding:
    """A finding with its texts in the reader's language.

    Attributes:
        finding: the row.
        summary: noun phrase of its kind.
        text: sentence about the case.
        extent: where it is, and how much of it.
        null: what it was compared with; empty for facts.
        subject: see `agreement.detectors.base.Subject`.
        has_rows: whether it concerns utterances that can be shown.
    """

    finding: Finding
    summary: str
    text: str
    extent: str
    null: str
    subject: str
    has_rows: bool

    @property
    def title(self) -> str:
        """The summary with a capital letter."""
        return self.summary[:1].upper() + self.summary[1:]

    def line(self, question: str) -> str:
        """Return the finding in one line: what it is, whose, about which question (its name or slug), and how much."""
        rater = self.finding.rater.slug if self.finding.rater else ""
        return f"{' · '.join(filter(None, (self.title, rater, question)))}: {self.text} ({self.extent})"


def findings_of(corpus: Corpus) -> QuerySet[Finding]:
    """Return the findings that hold, the most severe first, then the largest."""
    found = Finding.objects.filter(corpus=corpus, gone_at__isnull=True)
    return worst_first(found).select_related("rater__membership__user", "acknowledged_by")


def severe_findings(corpus: Corpus) -> QuerySet[Finding]:
    """Return the severe findings that hold and that nobody has dismissed."""
    return findings_of(corpus).filter(severity=Finding.Severity.SEVERE, acknowledged_at__isnull=True)


def concerned(findings: Iterable[Finding], questions: Collection[str], raters: Iterable[str] | None) -> set[str]:
    """Return the questions whose figures findings concern.

    A finding without a question concerns all; one about the answers of a rater concerns figures of this rater alone.

    Args:
        findings: with their raters.
        questions: slugs of all.
        raters: slugs of those whose answers the figures compare; None: of everybody.
    """
    compared = None if raters is None else set(raters)
    found: set[str] = set()
    for finding in findings:
        if compared is None or finding.rater is None or finding.rater.slug in compared:
            found |= {finding.task} if finding.task else set(questions)
    return found


def listed(finding: Finding) -> ListedFinding:
    """Return a finding with its texts."""
    detector = DETECTORS[finding.kind] if finding.kind in DETECTORS.names() else None
    return ListedFinding(
        finding=finding,
        summary=sentence(f"finding.{finding.kind}", {}),
        text=sentence(f"finding.{finding.kind}.case", finding.evidence),
        extent=extent(finding),
        null=str(detector.null) if detector else "",
        subject=detector.subject if detector else "material",
        has_rows=bool(finding.rows.get("utterances") or finding.rows.get("dialogues") or finding.rows.get("first")),
    )
