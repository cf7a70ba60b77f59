"""Formats of one line per cue: MicroDVD and MPL2; SAMI is read by pysubs2."""

from __future__ import annotations

import re

from pysubs2 import SSAFile

from corpus.rules.subtitles.cue import SubtitleFault
from corpus.rules.subtitles.formats.raw_cue import FileRemark, RawCue, RawFile

MICRODVD = re.compile(r"^\s*\{(\d+)\}\s*\{(\d*)\}(.*)$")
MPL2 = re.compile(r"^\s*\[(\d+)\]\s*\[(\d*)\](.*)$")
CODES = re.compile(r"\{[A-Za-z]:[^{}]*\}")


def has_microdvd(text: str) -> bool:
    """Return whether a text begins with a line of MicroDVD."""
    return MICRODVD.match(_first(text)) is not None


def has_mpl2(text: str) -> bool:
    """Return whether a text begins with a line of MPL2."""
    return MPL2.match(_first(text)) is not None


def is_sami(text: str) -> bool:
    """Return whether a text is a SAMI document."""
    return re.search(r"<sami\b", text[:4000], re.IGNORECASE) is not None


def read_microdvd(text: str, fps: float) -> RawFile:
    """Read MicroDVD: times in frames; a first cue `{1}{1}23.976` states the frames per second.

    Args:
        text: of the file.
        fps: frames per second, unless the file states them.
    """
    stated = re.fullmatch(r"\s*\{[01]\}\{[01]\}\s*(\d+[.,]\d+|\d+)\s*", _first(text))
    rate = float(stated[1].replace(",", ".")) if stated else fps
    found = _lines(text, MICRODVD, 1000 / rate if rate > 0 else 1000 / fps, "microdvd")
    found.uses_frames = stated is None
    if stated:
        found.cues = found.cues[1:]
    return found


def read_mpl2(text: str) -> RawFile:
    """Read MPL2: times in tenths of a second.

    Args:
        text: of the file.
    """
    return _lines(text, MPL2, 100, "mpl2")


def read_sami(text: str) -> RawFile:
    """Read SAMI (Korean subtitles) with pysubs2, which knows no lines; a cue has the line of its `SYNC`.

    Raises:
        SubtitleFault: `subtitles.damaged`.
    """
    try:
        events = SSAFile.from_string(text, format_="sami").events
    except Exception:  # noqa: BLE001 -- the parser raises what it meets
        raise SubtitleFault("subtitles.damaged", line=1) from None
    starts: dict[int, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        for found in re.finditer(r"<sync\s+start\s*=\s*[\"']?(\d+)", line, re.IGNORECASE):
            starts.setdefault(int(found[1]), number)
    cues = [RawCue(starts.get(event.start, 1), event.start, event.end, event.plaintext) for event in events]
    return RawFile("sami", cues)


def _lines(text: str, pattern: re.Pattern[str], unit: float, form: str) -> RawFile:
    found = RawFile(form)
    for number, line in enumerate(text.split("\n"), start=1):
        match = pattern.match(line)
        if match is None:
            if line.strip():
                found.remarks.append(FileRemark("no_cue", number, line.strip()[:80]))
            continue
        start_ms = round(int(match[1]) * unit)
        end_ms = round(int(match[2]) * unit) if match[2] else -1
        said = "\n".join(part.removeprefix("/") for part in CODES.sub("", match[3]).split("|"))
        found.cues.append(RawCue(number, start_ms, end_ms, said) if match[2] else RawCue(number, -1, -1, said))
    return found


def _first(text: str) -> str:
    return next((line for line in text.split("\n") if line.strip()), "")
