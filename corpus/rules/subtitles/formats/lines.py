"""Formats of one line per cue: MicroDVD, MPL2 and TMPlayer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.rules.subtitles.formats.raw_cue import MAX_CUES, UNTIMED, FileRemark, RawCue, RawFile, span_in_ms

MICRODVD = re.compile(r"^\s*\{(\d+)\}\s*\{(\d*)\}(.*)$")
MPL2 = re.compile(r"^\s*\[(\d+)\]\s*\[(\d*)\](.*)$")
MICRODVD_STYLE = re.compile(r"^\s*\{DEFAULT\}", re.IGNORECASE)
TMPLAYER = re.compile(r"^\s*(\d{1,2}):([0-5]\d):([0-5]\d)(?:,\d)?[:=](?!\s*\d{1,2}(?:\D|$))(.*)$")
SHOWN_MS = (1500, 7000)  # least and longest time of a text without an end
MS_PER_CHARACTER = 70
WIDE = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")  # take as long as two letters
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
    texts = 0
    for number, line in enumerate(text.split("\n"), start=1):
        match = TMPLAYER.match(line)
        if match is not None:
            start_ms = ((int(match[1]) * 60 + int(match[2])) * 60 + int(match[3])) * 1000
            entries.append((number, start_ms, match[4].strip()))
            texts += bool(entries[-1][2])
            if texts > MAX_CUES:  # the file is refused
                break
        elif line.strip():
            found.remarks.append(FileRemark("no_cue", number, line.strip()[:80]))
    nexts = _next_starts([start_ms for _number, start_ms, _said in entries])
    for (number, start_ms, said), next_ms in zip(entries, nexts, strict=True):
        if said:  # an empty text ends the one before
            found.cues.append(RawCue(number, start_ms, read_by(said, start_ms, next_ms), _shown(said)))
    return found


def _shown(said: str) -> str:
    """Return the text of a cue with its lines and without the sign for italics."""
    return "\n".join(part.removeprefix("/") for part in said.split("|"))


def read_by(said: str, start_ms: int, next_ms: int | None) -> int:
    """Return when a text without an end was read, or when the next one begins.

    Args:
        said: the text.
        start_ms: its start.
        next_ms: as of `_next_starts`.
    """
    end_ms = start_ms + min(max(SHOWN_MS[0], MS_PER_CHARACTER * (len(said) + len(WIDE.findall(said)))), SHOWN_MS[1])
    return end_ms if next_ms is None else min(end_ms, next_ms)


def _next_starts(starts: Sequence[int]) -> list[int | None]:
    """Return for each start the first larger one after it in the file, or None; in time linear in their number."""
    nexts: list[int | None] = [None] * len(starts)
    later: list[int] = []  # starts that can still be the next larger one, the nearest and smallest last
    for at in range(len(starts) - 1, -1, -1):
        while later and later[-1] <= starts[at]:
            later.pop()
        nexts[at] = later[-1] if later else None
        later.append(starts[at])
    return nexts


def _lines(text: str, pattern: re.Pattern[str], unit: float, form: str) -> RawFile:
    """Read cues; one without an end stays until it can be read, or the next one begins."""
    found = RawFile(form)
    matches: list[tuple[int, re.Match[str]]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if (match := pattern.match(line)) is not None:
            matches.append((number, match))
            if len(matches) > MAX_CUES + 1:  # the file is refused; the first line of MicroDVD may be no cue
                break
        elif line.strip() and not MICRODVD_STYLE.match(line):
            found.remarks.append(FileRemark("no_cue", number, line.strip()[:80]))
    spans = [span_in_ms(match[1], match[2] or match[1], unit) for _number, match in matches]
    nexts = _next_starts([start_ms for start_ms, _end_ms in spans])
    for (number, match), (start_ms, given_ms), next_ms in zip(matches, spans, nexts, strict=True):
        said = CODES.sub("", match[3])
        is_damaged = given_ms == UNTIMED
        end_ms = given_ms if match[2] or is_damaged else read_by(said, start_ms, next_ms)
        notes = ("damaged_timing",) if is_damaged else () if match[2] else ("time_repaired",)
        found.cues.append(RawCue(number, start_ms, end_ms, _shown(said), notes=notes))
    return found


def _first(text: str) -> str:
    return next((line for line in text.split("\n") if line.strip() and not MICRODVD_STYLE.match(line)), "")
