"""Cues that stand several times: the layers of an outline or a shadow, files that were joined with themselves, and the
frames of a text that fades in or is typed letter by letter.
"""

from __future__ import annotations

from itertools import groupby

from corpus.rules.subtitles.recognition.draft import Draft

FRAME_MS = 250  # nobody says a line in less
TOUCH_MS = 50


def leave_out_repeats(drafts: list[Draft]) -> None:
    """Leave out a cue with the text, speaker and times of an earlier one.

    Args:
        drafts: of the file; changed in place.
    """
    seen: set[tuple[int, int, str, str]] = set()
    for draft in drafts:
        if not draft.is_speech or not draft.raw.is_timed:
            continue
        key = (draft.start_ms, draft.end_ms, draft.text, draft.raw.speaker)
        if key in seen:
            draft.leave_out("repeats")
        seen.add(key)


def join_frames(drafts: list[Draft]) -> None:
    """Make one cue of cues that show the same text frame by frame, or each a letter more.

    Args:
        drafts: of the file; changed in place. Each style is looked at for itself, since styles may alternate.
    """
    spoken = [draft for draft in drafts if draft.is_speech and draft.raw.is_timed]
    spoken.sort(key=lambda draft: (draft.raw.track, draft.raw.speaker))
    for _track, group in groupby(spoken, key=lambda draft: (draft.raw.track, draft.raw.speaker)):
        last: Draft | None = None
        for draft in group:
            if last is not None and _is_next_frame(last, draft):
                last.lines, last.end_ms = draft.lines, max(last.end_ms, draft.end_ms)
                last.note("repeats")
                draft.leave_out("repeats")
            else:
                last = draft


def _is_next_frame(shown: Draft, draft: Draft) -> bool:
    """Return whether a cue goes on with the text of the one before; `shown` may have grown already."""
    touches = abs(draft.start_ms - shown.end_ms) <= TOUCH_MS
    is_short = min(draft.end_ms - draft.start_ms, shown.raw.end_ms - shown.raw.start_ms) <= FRAME_MS
    grows = draft.text.startswith(shown.text) and len(draft.lines) == len(shown.lines)
    return touches and is_short and grows
