"""The columns of a release: the plain ones, then three per question.

To add a plain column, add its name and its expression here; every format writes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

# column -> cell, "clip" -> name or None, "labels" -> question slug -> label, source, votes and perhaps distribution
Row = dict[str, Any]

UTTERANCE: dict[str, Combinable] = {
    "id": F("code"),
    "dialogue": F("dialogue__code"),
    "order": F("order"),
    "series": F("dialogue__series__name"),
    "episode": Coalesce(F("dialogue__episode__title"), Value("")),
    "speaker": Coalesce(F("speaker__name"), Value("")),
    "text": F("text"),
    "start_ms": F("start_ms"),
    "end_ms": F("end_ms"),
}
PLAIN = (*UTTERANCE, "clip")
PER_QUESTION = ("", "_source", "_votes")  # endings of the columns of a question: its label, source and votes
SOFT = "_distribution"  # ending of one more column, if the consensus method gives distributions


def column_names(questions: Sequence[str], *, is_soft: bool = False) -> list[str]:
    """Return the names of all columns of a flat table.

    Args:
        questions: slugs in the codebook's order.
        is_soft: whether the consensus method gives distributions.
    """
    endings = (*PER_QUESTION, SOFT) if is_soft else PER_QUESTION
    return [*PLAIN, *(f"{slug}{ending}" for slug in questions for ending in endings)]
