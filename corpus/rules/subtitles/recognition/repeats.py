"""Cues that stand twice: the layers of an outline or a shadow, and files that were joined with themselves."""

from __future__ import annotations

from corpus.rules.subtitles.recognition.draft import Draft


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
