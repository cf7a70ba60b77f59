"""The consequences of a deletion, counted before it is confirmed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db.models import Q, Sum

from corpus.domain.deletion.removal import Removal
from corpus.models import Corpus, Episode, MediaFile, Revision, Series

# tables whose rows people count; the others are counted together by `rows`
COUNTED = {
    "series": "corpus_series",
    "episodes": "corpus_episode",
    "dialogues": "corpus_dialogue",
    "utterances": "corpus_utterance",
    "annotations": "corpus_annotation",
    "revisions": "corpus_revision",
    "members": "corpus_membership",
    "assignments": "annotator_assignment",
    "late_operations": "annotator_lateoperation",
    "answer_sets": "annotator_answerset",
    "flags": "annotator_flag",
    "inquiries": "annotator_inquiry",
    "decisions": "agreement_decision",
    "reports": "agreement_report",
    "releases": "export_release",
}


_OF_SERIES = "annotation__utterance__dialogue__series"


@dataclass(frozen=True, slots=True)
class Consequences:
    """Numbers of rows by name (see `COUNTED`), rows of all tables, bytes of files, and active time of people."""

    counts: dict[str, int]
    rows: int
    bytes: int
    active_ms: int = 0

    def as_document(self) -> dict[str, int]:
        """Return the numbers for the record of the deletion."""
        return {**self.counts, "rows": self.rows, "bytes": self.bytes}


def of_corpus(corpus: Corpus) -> Consequences:
    """Return what the deletion of a corpus takes away."""
    return _consequences(Removal(Corpus, corpus.pk), MediaFile.objects.filter(corpus=corpus).aggregate(n=Sum("size")))


def of_part(part: Series | Episode) -> Consequences:
    """Return what the deletion of a series or an episode takes away."""
    files = files_of(part)
    found = _consequences(Removal(type(part), part.pk), MediaFile.objects.filter(pk__in=files).aggregate(n=Sum("size")))
    of = "annotation__utterance__dialogue__episode" if isinstance(part, Episode) else _OF_SERIES
    active_ms = Revision.objects.filter(**{of: part}).aggregate(n=Sum("active_ms"))["n"] or 0
    return replace(found, active_ms=active_ms)


def files_of(part: Series | Episode) -> list[int]:
    """Return the keys of the files that an episode, or the episodes of a series, and their clips use."""
    episodes = Q(pk=part.pk) if isinstance(part, Episode) else Q(series=part)
    found: set[int | None] = set()
    for row in Episode.objects.filter(episodes).values_list("source", "subtitles", "playable", "peaks", "marks"):
        found.update(row)
    clips = "clips__utterance__dialogue__episode" if isinstance(part, Episode) else "clips__utterance__dialogue__series"
    found.update(MediaFile.objects.filter(**{clips: part}).values_list("pk", flat=True))
    return sorted(key for key in found if key is not None)


def _consequences(removal: Removal, size: dict[str, int | None]) -> Consequences:
    rows = removal.count()
    counts = {name: rows[of] for name, of in COUNTED.items() if of in rows}
    return Consequences(counts, sum(rows.values()), size["n"] or 0)
