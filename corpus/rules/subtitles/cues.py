"""Reading subtitle files: SRT, WebVTT and ASS/SSA, as found in the wild, into cues.

What is wrong with single cues is no reason to refuse a file: such a cue stays in the list with a remark, and the
page shows it. Only a file that is no subtitle file at all is a fault.

pysubs2 reads the times and the whole of ASS. The blocks of SRT and WebVTT are cut here, because pysubs2 takes a NOTE
for text, an identifier for the last line of the cue before it, and a text that ends in a number for the next cue's.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pysubs2 import SSAFile
from pysubs2.time import TIMESTAMP, TIMESTAMP_SHORT, timestamp_to_ms

from common.errors import Refused
from corpus.rules.subtitles.speaker_names import split_lines
from corpus.rules.text_encodings import decode

MAX_BYTES = 10 * 2**20  # the subtitles of a film are about 0.1 MB
MAX_NAME = 120

TIMING = re.compile(r"^\s*-?\d\S*\s*-+>\s*-?\d")
VOICE = re.compile(r"<\s*v(?:\.[^\s>]*)?\s+([^>]+)>", re.IGNORECASE)
TAG = re.compile(r"</?[a-zA-Z][^<>]*>|</>|<[\d:.]+>|\{[^{}]*\}")


class SubtitleFault(Refused):
    """A refusal of a subtitle file; the codes start with `subtitles.`."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One subtitle line, or one speaker's part of it.

    Attributes:
        row: number of the cue in the file, from 1; the parts of one cue share it.
        start_ms, end_ms: times as the file has them (of a part: its share of the cue by length of text).
        text: without markup, its lines joined by a space; the speaker's name taken off.
        speaker: as the file names them, or "".
        opens: marked as another speaker's line (a dash, a name), so that it never joins the cue before it.
        remark: "" or one of `empty`, `untimed`, `backwards` (unusable) and `overlaps`, `clipped`, `past_end`, see
            `fit`; `past_end` is unusable too.
    """

    row: int
    start_ms: int
    end_ms: int
    text: str
    speaker: str = ""
    opens: bool = False
    remark: str = ""

    @property
    def usable(self) -> bool:
        """Whether the cue can become part of an utterance."""
        return self.remark in {"", "overlaps", "clipped"}


def read_cues(data: bytes, name: str) -> list[Cue]:
    """Read a subtitle file.

    Args:
        data: the file's bytes, in UTF-8, UTF-16 or GB18030.
        name: the file's name, for the error only; the format is told from the content.

    Returns:
        Cues by start; unusable ones among them carry a remark.

    Raises:
        SubtitleFault: `subtitles.too_large`, `subtitles.encoding`, `subtitles.format` (no SRT, WebVTT or ASS) or
            `subtitles.empty` (not one usable cue).
    """
    if len(data) > MAX_BYTES:
        raise SubtitleFault("subtitles.too_large", name=name, limit_mb=MAX_BYTES // 2**20)
    text = decode(data)
    if text is None:
        raise SubtitleFault("subtitles.encoding", name=name)
    text = "\n".join(text.splitlines())
    if re.search(r"^\s*\[(Script Info|V4\+? Styles|Events)\]", text, re.IGNORECASE | re.MULTILINE):
        raw = _read_ass(text, name)
    elif any(TIMING.match(line) for line in text.splitlines()):
        raw = _read_blocks(text)
    else:
        raise SubtitleFault("subtitles.format", name=name)
    cues = [part for cue in raw for part in _parts(cue)]
    cues = _remark_overlaps(sorted(cues, key=lambda cue: (cue.start_ms, cue.row)))
    if not any(cue.usable for cue in cues):
        raise SubtitleFault("subtitles.empty", name=name)
    return cues


def fit(cues: Iterable[Cue], duration_ms: int) -> list[Cue]:
    """Clip cues to the length of the film.

    Args:
        cues: as read.
        duration_ms: length of the film.

    Returns:
        The same cues; one that runs over the end is cut there and marked `clipped`, one that starts at or after the
        end is marked `past_end` and so unusable.
    """
    fitted = []
    for cue in cues:
        if cue.usable and cue.start_ms >= duration_ms:
            fitted.append(replace(cue, remark="past_end"))
        elif cue.usable and cue.end_ms > duration_ms:
            fitted.append(replace(cue, end_ms=duration_ms, remark="clipped"))
        else:
            fitted.append(cue)
    return fitted


def _read_ass(text: str, name: str) -> Iterator[Cue]:
    version = "ssa" if re.search(r"V4 Styles", text, re.IGNORECASE) else "ass"
    try:
        events = SSAFile.from_string(text, format_=version).events
    except (ValueError, KeyError, TypeError) as error:
        raise SubtitleFault("subtitles.format", name=name) from error
    spoken = (event for event in events if event.is_text)
    for row, event in enumerate(spoken, start=1):
        yield Cue(row, round(event.start), round(event.end), event.plaintext, event.name.strip())


def _read_blocks(text: str) -> Iterator[Cue]:
    """Yield the cues of an SRT or WebVTT file, their texts still with markup."""
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
    """Return start and end of a timing line in ms; -1, -1 where one is missing, negative or no time."""
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


def _parts(cue: Cue) -> list[Cue]:
    """Clean a raw cue and split it by its speakers, sharing its time among them by length of text."""
    before, *voices = VOICE.split(cue.text)
    spans = [(cue.speaker, before), *zip(voices[::2], voices[1::2], strict=True)]
    parts: list[Cue] = []
    for voice, span in spans:
        for number, line in enumerate(split_lines(html.unescape(TAG.sub("", span)))):
            if re.search(r"\w", line.text):  # more than music notes and dots
                speaker = line.speaker or (voice.strip() if number == 0 else "")
                parts.append(replace(cue, text=line.text, speaker=speaker[:MAX_NAME], opens=line.dashed))
    if not parts:
        return [replace(cue, text="", remark="empty")]
    if cue.start_ms < 0 or cue.end_ms < 0:
        return [replace(part, remark="untimed") for part in parts]
    if cue.end_ms - cue.start_ms < len(parts):
        return [replace(part, remark="backwards") for part in parts]
    return _share(parts)


def _share(parts: list[Cue]) -> list[Cue]:
    start_ms, end_ms = parts[0].start_ms, parts[0].end_ms
    weights = [len(part.text) for part in parts]
    total, spare = sum(weights), end_ms - start_ms - len(parts)  # each part gets at least 1 ms
    ends = [start_ms + at + spare * sum(weights[:at]) // total for at in range(1, len(parts) + 1)]
    starts = [start_ms, *ends[:-1]]
    return [replace(part, start_ms=start, end_ms=end) for part, start, end in zip(parts, starts, ends, strict=True)]


def _remark_overlaps(cues: list[Cue]) -> list[Cue]:
    remarked, latest_end = [], 0
    for cue in cues:
        if not cue.usable:
            remarked.append(cue)
            continue
        remarked.append(replace(cue, remark="overlaps") if cue.start_ms < latest_end else cue)
        latest_end = max(latest_end, cue.end_ms)
    return remarked
