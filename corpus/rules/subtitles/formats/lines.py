"""Formats of one line per cue: MicroDVD, MPL2 and TMPlayer; SAMI is read by pysubs2."""

from __future__ import annotations

import re

from pysubs2 import SSAFile

from corpus.rules.subtitles.cue import SubtitleFault
from corpus.rules.subtitles.formats.raw_cue import FileRemark, RawCue, RawFile

MICRODVD = re.compile(r"^\s*\{(\d+)\}\s*\{(\d*)\}(.*)$")
MPL2 = re.compile(r"^\s*\[(\d+)\]\s*\[(\d*)\](.*)$")
MICRODVD_STYLE = re.compile(r"^\s*\{DEFAULT\}", re.IGNORECASE)
TMPLAYER = re.compile(r"^\s*(\d{1,2}):([0-5]\d):([0-5]\d)(?:,\d)?[:=](?!\s*\d{1,2}(?:\D|$))(.*)$")
SHOWN_MS = (1500, 7000)  # least and longest time of a text without an end
MS_PER_CHARACTER = 70
CODES = re.compile(r"\{[A-Za-z]:[^{}]*\}")


def has_microdvd(text: str) -> bool:
    """Return whether a text begins with a line of MicroDVD."""
    return MICRODVD.match(_first(text)) is not None


def has_mpl2(text: str) -> bool:
    """Return whether a text begins with a line of MPL2."""
    return MPL2.match(_first(text)) is not None


def has_tmplayer(text: str) -> bool:
    """Return whether a text begins with lines of TMPlayer."""
    first = [line for line in text.split("\n") if line.strip()][:3]
    return bool(first) and all(TMPLAYER.match(line) for line in first)


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


def read_tmplayer(text: str) -> RawFile:
    """Read TMPlayer (`h:mm:ss:text`), which has no ends: a text stays until it can be read, or the next one begins.

    Args:
        text: of the file.
    """
    found = RawFile("tmplayer")
    entries: list[tuple[int, int, str]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        match = TMPLAYER.match(line)
        if match is not None:
            start_ms = ((int(match[1]) * 60 + int(match[2])) * 60 + int(match[3])) * 1000
            entries.append((number, start_ms, match[4].strip()))
        elif line.strip():
            found.remarks.append(FileRemark("no_cue", number, line.strip()[:80]))
    for at, (number, start_ms, said) in enumerate(entries):
        if said:  # an empty text ends the one before
            readable = min(max(SHOWN_MS[0], MS_PER_CHARACTER * len(said)), SHOWN_MS[1])
            later = next((other for _line, other, _said in entries[at + 1 :] if other > start_ms), start_ms + readable)
            parts = (part.removeprefix("/") for part in said.split("|"))
            found.cues.append(RawCue(number, start_ms, min(later, start_ms + readable), "\n".join(parts)))
    return found


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
            if line.strip() and not MICRODVD_STYLE.match(line):
                found.remarks.append(FileRemark("no_cue", number, line.strip()[:80]))
            continue
        start_ms = round(int(match[1]) * unit)
        end_ms = round(int(match[2]) * unit) if match[2] else -1
        said = "\n".join(part.removeprefix("/") for part in CODES.sub("", match[3]).split("|"))
        found.cues.append(RawCue(number, start_ms, end_ms, said) if match[2] else RawCue(number, -1, -1, said))
    return found


def _first(text: str) -> str:
    return next((line for line in text.split("\n") if line.strip() and not MICRODVD_STYLE.match(line)), "")
