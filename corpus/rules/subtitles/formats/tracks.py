"""Several subtitle tracks of one container, joined into one file so that they are read and stored together."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from corpus.rules.subtitles.formats.raw_cue import FileRemark, RawFile

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
    """Read joined tracks; each cue has the name of its track, and those of the others are marked `other_track`.

    Args:
        text: of `join_tracks`.
        read: reads the text of one track.
    """
    marks = list(MARK.finditer(text))
    found = RawFile("tracks")
    for number, mark in enumerate(marks):
        begin, end = mark.end() + 1, marks[number + 1].start() if number + 1 < len(marks) else len(text)
        part, lines = read(text[begin:end]), text.count("\n", 0, begin)
        for cue in part.cues:
            name = f"{mark[1]} · {cue.track}" if cue.track else mark[1]
            notes = (*cue.notes, "other_track") if number else cue.notes
            found.cues.append(replace(cue, line=cue.line + lines, track=name, notes=notes))
        found.remarks += [FileRemark(remark.code, remark.line + lines, remark.text) for remark in part.remarks]
        found.uses_frames = found.uses_frames or part.uses_frames
    return found
