"""Several files joined into one, so that they are read and stored together: the subtitle tracks of a container, or
subtitles and the speakers that a diarization found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from corpus.rules.subtitles.formats.raw_cue import FileRemark, RawCue, RawFile
from corpus.rules.subtitles.formats.rttm import name_speakers

MARK = re.compile(r"^== subtitle track (.*) ==$", re.MULTILINE)


def join_tracks(tracks: Sequence[tuple[str, str]]) -> str:
    """Return one text of several tracks.

    Args:
        tracks: (name, text), the preferred one first.
    """
    return "".join(f"== subtitle track {' '.join(name.split())} ==\n{text.rstrip()}\n\n" for name, text in tracks)


def is_joined(text: str) -> bool:
    """Return whether a text was made by `join_tracks`."""
    return MARK.match(text) is not None


def read_joined(text: str, read: Callable[[str], RawFile]) -> RawFile:
    """Read joined files. RTTM names the speakers of the cues of the others.

    With several tracks, each cue has the name of its track, and those of all but the first are marked `other_track`.

    Args:
        text: of `join_tracks`.
        read: reads the text of one track.
    """
    marks = list(MARK.finditer(text))
    parts: list[tuple[str, RawFile, int]] = []
    turns: list[RawCue] = []
    for number, mark in enumerate(marks):
        begin, end = mark.end() + 1, marks[number + 1].start() if number + 1 < len(marks) else len(text)
        part = read(text[begin:end])
        if part.form == "rttm":
            turns += part.cues
        else:
            parts.append((mark[1], part, text.count("\n", 0, begin)))
    found = parts[0][1] if len(parts) == 1 else _joined(parts)
    return replace(found, cues=name_speakers(found.cues, turns)) if turns else found


def _joined(parts: list[tuple[str, RawFile, int]]) -> RawFile:
    """Return several tracks as one file; their lines are those of the joined text."""
    found = RawFile("tracks")
    for number, (name, part, lines) in enumerate(parts):
        for cue in part.cues:
            track = f"{name} · {cue.track}" if cue.track else name
            notes = (*cue.notes, "other_track") if number else cue.notes
            found.cues.append(replace(cue, line=cue.line + lines, track=track, notes=notes))
        found.remarks += [FileRemark(remark.code, remark.line + lines, remark.text) for remark in part.remarks]
        found.uses_frames = found.uses_frames or part.uses_frames
    return found
