"""The selection of a corpus on pages."""

from __future__ import annotations

from typing import Any

from django import template

from corpus.domain.selection.summary import selection_counts
from corpus.models import Corpus

SHOWN = 10

register = template.Library()


@register.simple_tag
def selection_of(corpus: Corpus) -> dict[str, Any]:
    """Return `is_documented`, and if it is, the `counts` and the newest `steps` that hold."""
    steps = list(corpus.selection_steps.filter(undone_at__isnull=True)[:SHOWN])
    if not steps:
        return {"is_documented": False}
    return {"is_documented": True, "counts": selection_counts(corpus), "steps": steps}
