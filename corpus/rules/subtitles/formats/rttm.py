"""RTTM: who speaks when, as a diarization writes it. It holds no text, so it names the speakers of subtitles."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from corpus.rules.subtitles.formats.raw_cue import UNTIMED, FileRemark, RawCue, RawFile, span_in_ms

ROW = re.compile(r"^SPEAKER\s+\S+\s+\S+\s+(\d+(?:\.\d+)?)\s+(\d+(?:\.\d+)?)\s+\S+\s+\S+\s+(\S+)")
OTHER = re.compile(r"^(?:SPKR-INFO|NON-SPEECH|NOSCORE|NO_RT_METADATA|LEXEME|SEGMENT|;;)")
MOST = 0.5  # of a cue's time that its speaker must hold


def is_rttm(text: str) -> bool:
    """Return whether a text begins with a row of RTTM."""
    return ROW.match(first_other(text)[1]) is not None


def first_other(text: str) -> tuple[int, str]:
    """Return the first line that is neither blank nor of a kind that RTTM has beside `SPEAKER`, with its number."""
    rows = enumerate(text.split("\n"), start=1)
    return next(((number, line) for number, line in rows if line.strip() and not OTHER.match(line)), (1, ""))


def read_rttm(text: str) -> RawFile:
    """Read the rows `SPEAKER file channel start duration <NA> <NA> name`, as cues without text.

    Args:
        text: of the file.
    """
    found = RawFile("rttm")
    for number, line in enumerate(text.split("\n"), start=1):
        match = ROW.match(line)
        span = span_in_ms(match[1], float(match[1]) + float(match[2]), 1000) if match else (UNTIMED, UNTIMED)
        if match and span != (UNTIMED, UNTIMED):
            found.cues.append(RawCue(number, *span, "", match[3]))
        elif line.strip() and not OTHER.match(line):
            found.remarks.append(FileRemark("no_segment", number, line.strip()[:80]))
    return found


def name_speakers(cues: Sequence[RawCue], turns: Sequence[RawCue]) -> list[RawCue]:
    """Return cues with the speaker who speaks for at least half of their time, unless they name one themselves.

    Args:
        cues: of subtitles.
        turns: of `read_rttm`.
    """
    ordered = sorted(turns, key=lambda turn: turn.start_ms)
    longest = max((turn.end_ms - turn.start_ms for turn in ordered), default=0)
    named, first = [], 0
    for cue in sorted(cues, key=lambda one: one.start_ms):
        while first < len(ordered) and ordered[first].start_ms + longest <= cue.start_ms:
            first += 1
        shares: defaultdict[str, int] = defaultdict(int)
        for turn in ordered[first:]:
            if turn.start_ms >= cue.end_ms:
                break
            shares[turn.speaker] += max(0, min(turn.end_ms, cue.end_ms) - max(turn.start_ms, cue.start_ms))
        best = max(shares, key=lambda name: shares[name], default="")
        fits = cue.is_timed and not cue.speaker and best and shares[best] >= MOST * (cue.end_ms - cue.start_ms)
        named.append(replace(cue, speaker=best, notes=(*cue.notes, "diarized")) if fits else cue)
    return sorted(named, key=lambda one: one.line)
