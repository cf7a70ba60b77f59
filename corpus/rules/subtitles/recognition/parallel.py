"""Cues that stand at the same time as others."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from corpus.rules.subtitles.recognition.draft import Draft

START_MS, END_MS = 250, 600  # the ends of a translation differ more than its starts
OVERLAP = 0.5


class Spans:
    """The times of some cues, for finding those at a given time."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        self.drafts = sorted((draft for draft in drafts if draft.raw.is_timed), key=lambda draft: draft.start_ms)
        self.starts = [draft.start_ms for draft in self.drafts]
        self.longest = max((draft.end_ms - draft.start_ms for draft in self.drafts), default=0)

    def near(self, start_ms: int, end_ms: int) -> list[Draft]:
        """Return the cues that may overlap a span."""
        first = bisect_left(self.starts, start_ms - self.longest - START_MS)
        last = bisect_left(self.starts, end_ms + START_MS)
        return self.drafts[first:last]

    def share_of(self, others: Sequence[Draft], *, exact: bool = False) -> float:
        """Return the share of other cues that have a partner here.

        Args:
            others: to be found.
            exact: a partner has the same times; otherwise nearly the same.
        """
        timed = [draft for draft in others if draft.raw.is_timed]
        start, end = (0, 0) if exact else (START_MS, END_MS)
        hits = sum(
            any(
                abs(one.start_ms - draft.start_ms) <= start and abs(one.end_ms - draft.end_ms) <= end
                for one in self.near(draft.start_ms, draft.end_ms)
            )
            for draft in timed
        )
        return hits / len(timed) if timed else 0

    def partner(self, draft: Draft) -> Draft | None:
        """Return the cue that overlaps another one most, by at least half of the shorter one, or None."""
        best, most = None, 0
        for one in self.near(draft.start_ms, draft.end_ms):
            overlap = min(one.end_ms, draft.end_ms) - max(one.start_ms, draft.start_ms)
            shorter = min(one.end_ms - one.start_ms, draft.end_ms - draft.start_ms)
            if overlap > most and overlap >= OVERLAP * shorter:
                best, most = one, overlap
        return best


def attach(drafts: list[Draft]) -> None:
    """Give the lines of translations that stand in cues of their own to the cues of speech at the same time."""
    speech = Spans([draft for draft in drafts if draft.is_speech])
    for draft in drafts:
        if "translation" not in draft.notes:
            continue
        partner = speech.partner(draft) if draft.raw.is_timed else None
        if partner is None:
            draft.note("translation_alone")
        else:
            partner.translation += [line.text for line in draft.lines]
            partner.note("languages")
