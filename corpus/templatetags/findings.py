"""Known defects of a corpus on pages."""

from __future__ import annotations

from typing import Any

from django import template

from common.errors import sentence
from corpus.domain.known_defects import extent, known_defects
from corpus.models import Corpus, Finding

SHOWN = 10

register = template.Library()


@register.simple_tag
def known_defects_of(corpus: Corpus) -> dict[str, Any]:
    """Return the known defects of a corpus: `count` of all, and `rows` of the worst with their texts.

    Severe ones that nobody has dismissed are left out: the banner above shows them.
    """
    found = known_defects(corpus).exclude(severity=Finding.Severity.SEVERE, acknowledged_at__isnull=True)
    rows = [
        {
            "finding": finding,
            "extent": extent(finding),
            "summary": sentence(f"finding.{finding.kind}", {}),
            "text": sentence(f"finding.{finding.kind}.case", finding.evidence),
        }
        for finding in found[:SHOWN]
    ]
    count = found.count() if len(rows) == SHOWN else len(rows)
    return {"rows": rows, "count": count, "further": count - len(rows)}
