"""The file formats of subtitles: ASS/SSA, SRT and WebVTT, read into raw cues with markup.

pysubs2 reads the times and all of ASS. The blocks of SRT and WebVTT are divided here, because pysubs2 takes a NOTE for
text, an identifier for the last line of the previous cue, and a text that ends in a number for that of the next cue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pysubs2 import SSAFile
from pysubs2.time import TIMESTAMP, TIMESTAMP_SHORT, timestamp_to_ms

from corpus.rules.subtitles.cue import Cue, SubtitleFault

TIMING = re.compile(r"^\s*-?\d\S*\s*-+>\s*-?\d")


def read_raw(text: str, name: str) -> Iterator[Cue]:
    """Yield the raw cues of a file; the format is recognized by its content.

    Args:
        text: of the file, with plain line feeds.
        name: of the file, for the error.

    Raises:
        SubtitleFault: `subtitles.format`, neither SRT nor WebVTT nor ASS.
    """
    if re.search(r"^\s*\[(Script Info|V4\+? Styles|Events)\]", text, re.IGNORECASE | re.MULTILINE):
        return read_ass(text, name)
    if any(TIMING.match(line) for line in text.splitlines()):
        return read_blocks(text)
    raise SubtitleFault("subtitles.format", name=name)


def read_ass(text: str, name: str) -> Iterator[Cue]:
    """Yield the raw cues of an ASS or SSA file."""
    version = "ssa" if re.search(r"V4 Styles", text, re.IGNORECASE) else "ass"
    try:
        events = SSAFile.from_string(text, format_=version).events
    except (ValueError, KeyError, TypeError) as error:
        raise SubtitleFault("subtitles.format", name=name) from error
    spoken = (event for event in events if event.is_text)
    for row, event in enumerate(spoken, start=1):
        yield Cue(row, round(event.start), round(event.end), event.plaintext, event.name.strip())


def read_blocks(text: str) -> Iterator[Cue]:
    """Yield the raw cues of an SRT or WebVTT file."""
    lines = [line.rstrip() for line in text.split("\n")]
    is_vtt = text.lstrip().startswith("WEBVTT")
    timings = [at for at, line in enumerate(lines) if TIMING.match(line)]
    for row, (at, following) in enumerate(zip(timings, [*timings[1:], len(lines)], strict=True), start=1):
        body = lines[at + 1 : following]
        if is_vtt:
            body = body[: body.index("")] if "" in body else body  # a blank line ends the cue; a NOTE may follow
        elif following < len(lines) and body and body[-1].strip().isdecimal():
            body = body[:-1]  # the next cue's number
        yield Cue(row, *_times(lines[at]), "\n".join(body))


def _times(line: str) -> tuple[int, int]:
    """Return start and end of a timing line in ms; -1, -1 if one of them is missing, negative or not a time."""
    start, _, end = line.partition("->")
    try:
        return _milliseconds(start.rstrip("- \t")), _milliseconds(end.split()[0])
    except (ValueError, IndexError):
        return -1, -1


def _milliseconds(stamp: str) -> int:
    """Read `h:mm:ss,mmm`, with a dot or a third colon for the comma, and `mm:ss.mmm`."""
    stamp = re.sub(r"[，:](\d{3})$", r".\1", stamp.strip())
    match = TIMESTAMP.fullmatch(stamp) or TIMESTAMP.fullmatch(f"0:{stamp}") or TIMESTAMP_SHORT.fullmatch(stamp)
    if match is None:
        raise ValueError(stamp)
    return timestamp_to_ms(match.groups())
