"""Files of blocks: SRT, WebVTT, SBV, SubViewer, and lists of times in frames (`HH:MM:SS:FF`).

A timing line begins a cue, and everything up to the next one belongs to it, except the number or identifier of the
next cue, comments, numbers that stand twice, and blocks that are damaged cues themselves. pysubs2 and others take
these for text of the cue before; here no damaged cue changes the text of another one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.rules.subtitles.formats.raw_cue import (
    LONGEST_REMARK,
    STAMP,
    UNTIMED,
    FileRemark,
    RawCue,
    RawFile,
    milliseconds,
)

FULL = r"-?\d{1,3}\s*[:：]\s*\d{2}\s*[:：]\s*\d{1,2}(?:\s*[.,:;，：。]\s*\d{1,9})?"
LEAD = r"^\s*(?:#?\d+(?:\s*[.):])?\s+)?"
TIMING = re.compile(rf"{LEAD}(?P<start>{STAMP})\s*[-‐‑–—=~]{{1,3}}\s*[>＞]\s*(?P<end>{STAMP})(?P<rest>(?:\s.*)?)$")
# without an arrow of the usual form the times must be complete: a text may hold "12:30 - 13:45"
LOOSE = re.compile(rf"{LEAD}(?P<start>{FULL})(?:\s*[>＞→⇒,~–—-]+\s*|\s+)(?P<end>{FULL})(?P<rest>(?:\s.*)?)$")
DAMAGED = re.compile(
    r"--\s*>|^(?=.*\d\s*[:：]\s*\d).*-\s*>|"  # an arrow
    r"^\s*\d{1,3}\s*[:：]\s*\d{2}\s*[:：]\s*\d{2}\S*+\s*+[-–—]*+[>→]?+\s*+[\d:：,.]*+\s*$"  # a time alone
)
NUMBER = re.compile(r"\s*#?(\d{1,7})\s*(?:\.\s*)?")
COMMENT = re.compile(r"\s*(WEBVTT|NOTE|STYLE|REGION|X-TIMESTAMP-MAP)([\s=]|$)")
FRAMES = re.compile(r"\d\s*[:：]\s*\d{2}\s*[:：]\s*\d{2}\s*[:;：；]\s*\d{1,2}(?!\d)")
MORE_TIMES = re.compile(rf"^(?:\s*(?:[-‐‑–—=~]+\s*)?[>＞→]\s*{STAMP})+")  # a time too many is no text
SPRUCE = re.compile(r"\s*(?://|\$\w+\s*=)")  # comments and settings of Spruce STL
SETTING = re.compile(r"\b(?:align|line|position|size|vertical|region):\S+|\b[XY][12]:\s*\d+", re.IGNORECASE)
USUAL = re.compile(r"-?(?:\d{1,3}:)?[0-5]?\d:[0-5]\d(?:[.,:]\d{1,3})?")


@dataclass
class Block:
    """Lines without an empty one between them: number of the first in the file, and the lines."""

    line: int
    lines: list[str]

    @property
    def number(self) -> int | None:
        """The number, if the block holds nothing else."""
        match = NUMBER.fullmatch(self.lines[0]) if len(self.lines) == 1 else None
        return int(match[1]) if match else None


def has_blocks(text: str) -> bool:
    """Return whether a text has a timing line or the remains of one."""
    return any(timing(line) or "-->" in line for line in text.split("\n"))


def timing(line: str) -> re.Match[str] | None:
    """Match a timing line: the groups are `start`, `end` and `rest`."""
    return TIMING.match(line) or LOOSE.match(line)


def read_blocks(text: str, fps: float) -> RawFile:
    """Read the cues of a file of blocks.

    Args:
        text: of the file, with plain line feeds and without invisible characters.
        fps: for times in frames.
    """
    lines = text.split("\n")
    is_vtt = text.lstrip().startswith("WEBVTT")
    matches = {at: match for at, line in enumerate(lines) if (match := timing(line))}
    frames = bool(matches) and all(
        FRAMES.search(match["start"]) and FRAMES.search(match["end"]) for match in matches.values()
    )
    found = RawFile("frames" if frames else "vtt" if is_vtt else "srt", uses_frames=frames)
    reader = _Reader(lines, found, fps, is_vtt=is_vtt)
    ends = [*list(matches)[1:], len(lines)]
    reader.head(next(iter(matches), len(lines)))
    for (at, match), end in zip(matches.items(), ends, strict=True) if matches else ():
        reader.cue(at, match, end)
    return found


class _Reader:
    """Divides the lines between timing lines."""

    def __init__(self, lines: list[str], found: RawFile, fps: float, *, is_vtt: bool) -> None:
        self.lines, self.found, self.fps, self.is_vtt = lines, found, fps, is_vtt
        self.number: int | None = None  # of the cue that is read

    def head(self, end: int) -> None:
        """Read what stands before the first timing line, which is at index `end`."""
        blocks, first = self._blocks(0, end, at_least=1)
        for block in blocks:
            if not self._aside(block, None, is_first=False):
                self.found.remarks.append(
                    FileRemark("before_first", block.line, " ".join(block.lines)[:LONGEST_REMARK])
                )
        self.number = first

    def cue(self, at: int, match: re.Match[str], end: int) -> None:
        """Read the cue whose timing line is at index `at`; the next one is at `end`."""
        start_ms, end_ms = self._times(match["start"], match["end"])
        rest, times_left_out = MORE_TIMES.subn("", SETTING.sub("", match["rest"]))
        rest = rest.strip()
        if self.found.uses_frames:  # Spruce STL: `start , end , text|text`
            rest = rest.removeprefix(",").strip().replace("|", "\n")
        body = [rest] if rest and not self.is_vtt else []
        blocks, following = self._blocks(at + 1, end, at_least=2)
        here = len(self.found.cues)
        for block in blocks:
            adjoins = block.line == at + 2
            if adjoins or not self._aside(block, following, is_first=not body):
                body += self._text(block)
        is_usual = USUAL.fullmatch(match["start"].strip()) and USUAL.fullmatch(match["end"].strip())
        is_repaired = (not is_usual and not self.found.uses_frames and start_ms != UNTIMED) or times_left_out
        notes = ("time_repaired",) if is_repaired else ()
        self.found.cues.insert(here, RawCue(at + 1, start_ms, end_ms, "\n".join(body), notes=notes))
        if following is None and self.number is not None:
            following = self.number + 1
        self.number = following

    def _blocks(self, start: int, end: int, *, at_least: int) -> tuple[list[Block], int | None]:
        """Return the blocks of some lines without the header of the next cue, and the number in that header.

        Args:
            start, end: indices of lines; a timing line follows, or the end of the file.
            at_least: number of blocks of which the last one may be an identifier of WebVTT.
        """
        blocks: list[Block] = []
        for at in range(start, end):
            if not self.lines[at].strip() or (self.found.uses_frames and SPRUCE.match(self.lines[at])):
                continue
            if not blocks or not self.lines[at - 1].strip():
                blocks.append(Block(at + 1, []))
            blocks[-1].lines.append(self.lines[at].rstrip())
        if end == len(self.lines) or not blocks:
            return blocks, None
        last, adjoins = blocks[-1], bool(self.lines[end - 1].strip())
        number = NUMBER.fullmatch(last.lines[-1])
        if number and self._is_next(int(number[1]), last, adjoins=adjoins):
            last.lines.pop()
            return [block for block in blocks if block.lines], int(number[1])
        if self.is_vtt and adjoins and len(last.lines) == 1 and len(blocks) >= at_least:
            blocks.pop()  # an identifier
        return blocks, None

    def _is_next(self, number: int, last: Block, *, adjoins: bool) -> bool:
        """Return whether a number is that of the next cue and no text."""
        return adjoins or len(last.lines) == 1 if self.number is None else adjoins or number == self.number + 1

    def _aside(self, block: Block, following: int | None, *, is_first: bool) -> bool:
        """Take a block that is no text of the cue before it; return whether it was one."""
        if self.is_vtt and COMMENT.match(block.lines[0]):
            return True
        expected = self.number + 1 if self.number is not None else None
        strays = {following} if is_first else {following, expected, self.number}
        if block.number is not None and block.number in strays:
            self.found.remarks.append(FileRemark("number_twice", block.line, str(block.number)))
            return True
        number = NUMBER.fullmatch(block.lines[0])
        damaged = [DAMAGED.search(line) is not None for line in block.lines[:2]]
        if damaged[0] or ((number or self.is_vtt) and damaged[-1]):
            self._damaged(block, 1 if damaged[0] else 2)
        elif number and len(block.lines) > 1 and int(number[1]) == expected:
            self._damaged(block, 1)
        else:
            return False
        self.number = int(number[1]) if number else self.number
        return True

    def _damaged(self, block: Block, skip: int) -> None:
        text = "\n".join(block.lines[skip:])
        line = block.line + skip - 1
        if DAMAGED.search(stamp := block.lines[skip - 1]):  # it may hold words
            self.found.remarks.append(FileRemark("damaged_line", line, stamp.strip()[:LONGEST_REMARK]))
        self.found.cues.append(RawCue(line, UNTIMED, UNTIMED, text, notes=("damaged_timing",)))

    def _text(self, block: Block) -> list[str]:
        """Return the text of a block up to a damaged timing line, which begins a cue of its own."""
        for at, line in enumerate(block.lines):
            if at and DAMAGED.search(line) and NUMBER.fullmatch(block.lines[at - 1]):
                self._damaged(Block(block.line + at - 1, block.lines[at - 1 :]), 2)
                return block.lines[: at - 1]
        return block.lines

    def _times(self, start: str, end: str) -> tuple[int, int]:
        try:
            return self._ms(start), self._ms(end)
        except ValueError:
            return UNTIMED, UNTIMED

    def _ms(self, stamp: str) -> int:
        return milliseconds(stamp, fps=self.fps, is_frames=True)
