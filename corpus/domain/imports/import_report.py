"""Findings on an imported corpus as rows of its import report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils import translation

from common.errors import sentence
from corpus.importers.remarks import ImportRemark
from corpus.models import Dialogue, Finding, Revision


def finding_remarks(findings: Iterable[Finding], columns: Mapping[str, str]) -> list[ImportRemark]:
    """Return findings as rows of the report, in English like the importer's remarks.

    Args:
        findings: of an imported corpus.
        columns: the importer's columns by question, see `corpus.importers.base.Importer`.
    """
    remarks = []
    with translation.override("en"):
        for finding in findings:
            column = columns.get(finding.task, finding.task)
            remarks.append(
                ImportRemark(
                    file=finding.rows.get("file", ""),
                    row=finding.rows.get("first_row", 0),
                    column=column,
                    raw=_cell(finding, column),
                    problem=finding.kind,
                    action=sentence(f"finding.{finding.kind}.case", finding.evidence),
                )
            )
    return remarks


def _cell(finding: Finding, column: str) -> str:
    """Return the source's value where a finding begins: of the first answer, else the code of the last dialogue."""
    if dialogues := finding.rows.get("dialogues"):
        return Dialogue.objects.filter(public_id=dialogues[-1]).values_list("code", flat=True).first() or ""
    first = Revision.objects.filter(
        annotation__rater=finding.rater, annotation__utterance__public_id=finding.rows.get("first"), number=1
    )
    raw: dict[str, str] = first.values_list("raw", flat=True).first() or {}
    return raw.get(column, "")
