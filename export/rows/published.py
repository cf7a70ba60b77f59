"""Labels of imported releases: the importer keeps `label.QUESTION` and `source.QUESTION` beside the answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from corpus.importers.concord.reader import LABELS
from corpus.models import Revision

__all__ = ["LABELS", "published_labels"]


def published_labels(dialogues: Iterable[int]) -> dict[int, Mapping[str, str]]:
    """Return utterance -> the labels that its release stated, for the dialogues (primary keys) that have them."""
    first = Revision.objects.filter(
        annotation__utterance__dialogue__in=list(dialogues), number=1, cause=Revision.Cause.IMPORT, raw__isnull=False
    )
    rows = first.order_by("pk").values_list("annotation__utterance_id", "raw")
    return {utterance: raw for utterance, raw in rows if raw and any(name.startswith("source.") for name in raw)}
