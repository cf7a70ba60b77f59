"""Praat TextGrid, long and short form: an interval with text is a cue, its tier is the speaker.

praatio reads only from a path and refuses tiers with overlapping or unordered intervals, which occur; a TextGrid is
a list of numbers and quoted strings, read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.rules.subtitles.cue import SubtitleFault
from corpus.rules.subtitles.formats.raw_cue import UNTIMED, FileRemark, RawCue, RawFile, span_in_ms

TOKEN = re.compile(r'"((?:[^"]|"")*)"|(?<![\w\[.])(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)(?![\w\]])|(<exists>|<absent>)')
HEADER = re.compile(r'^\s*(?:File type = )?"ooTextFile', re.IGNORECASE)

Token = tuple[str, bool]


def is_textgrid(text: str) -> bool:
    """Return whether a text is a TextGrid."""
    return HEADER.match(text) is not None and "TextGrid" in text[:500]


def read_textgrid(text: str) -> RawFile:
    """Read the intervals of all tiers that hold text; tiers of points are remarked and left out.

    Args:
        text: of the file.

    Raises:
        SubtitleFault: `subtitles.damaged` with the line at which the file breaks off or holds something else.
    """
    found = RawFile("textgrid", tracks_are_speakers=True)
    tokens = _Tokens(text)
    try:
        for value, is_text in tokens:
            if is_text and value in {"IntervalTier", "TextTier"}:
                _tier(tokens, found, value)
    except (StopIteration, ValueError, OverflowError):  # a number of intervals that is infinite
        raise SubtitleFault("subtitles.damaged", line=tokens.line) from None
    return found


class _Tokens:
    """Iterates over (value, whether it is a quoted string); `line` is that of the last one."""

    def __init__(self, text: str) -> None:
        self.text, self.line, self.at = text, 1, 0
        self.matches = TOKEN.finditer(text)

    def __iter__(self) -> Iterator[Token]:
        return self

    def __next__(self) -> Token:
        match = next(self.matches)
        self.line += self.text.count("\n", self.at, match.start())
        self.at = match.start()
        is_text = match[1] is not None
        return match[1].replace('""', '"') if is_text else match[2] or match[3], is_text

    def number(self) -> float:
        value, is_text = next(self)
        if is_text:
            raise ValueError(value)
        return float(value)

    def string(self) -> str:
        value, is_text = next(self)
        if not is_text:
            raise ValueError(value)
        return value


def _tier(tokens: _Tokens, found: RawFile, kind: str) -> None:
    line, name = tokens.line, tokens.string()
    tokens.number(), tokens.number()
    count = int(tokens.number())
    if kind == "TextTier":
        found.remarks.append(FileRemark("point_tier", line, name))
        for _ in range(count):
            tokens.number(), tokens.string()
        return
    for _ in range(count):
        start = tokens.number()
        at, end, label = tokens.line, tokens.number(), tokens.string()
        if label.strip():
            span = span_in_ms(start, end, 1000) if min(start, end) >= 0 else (UNTIMED, UNTIMED)
            found.cues.append(RawCue(at, *span, label, name, name))
