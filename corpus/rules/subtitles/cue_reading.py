"""Subtitle files, as found in practice, into cues.

A defect of a single cue is no reason to refuse a file: the cue stays in the list with a remark, and the page shows it.
Only a file that is not a subtitle file is refused.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import replace

from corpus.rules.subtitles.cue import Cue, SubtitleFault
from corpus.rules.subtitles.file_formats import read_raw
from corpus.rules.subtitles.speaker_names import split_lines
from corpus.rules.text_encodings import decode

MAX_BYTES = 10 * 2**20  # the subtitles of a feature film are about 0.1 MB
MAX_NAME = 120

VOICE = re.compile(r"<\s*v(?:\.[^\s>]*)?\s+([^>]+)>", re.IGNORECASE)
TAG = re.compile(r"</?[a-zA-Z][^<>]*>|</>|<[\d:.]+>|\{[^{}]*\}")


def read_cues(data: bytes, name: str) -> list[Cue]:
    """Read a subtitle file.

    Args:
        data: bytes of the file, in UTF-8, UTF-16 or GB18030.
        name: of the file, for the error; the format is recognized by the content.

    Returns:
        Cues by start; unusable ones have a remark.

    Raises:
        SubtitleFault: `subtitles.too_large`, `subtitles.encoding`, `subtitles.format` (no SRT, WebVTT or ASS) or
            `subtitles.empty` (no usable cue).
    """
    if len(data) > MAX_BYTES:
        raise SubtitleFault("subtitles.too_large", name=name, limit_mb=MAX_BYTES // 2**20)
    text = decode(data)
    if text is None:
        raise SubtitleFault("subtitles.encoding", name=name)
    text = "\n".join(text.splitlines())
    cues = [part for cue in read_raw(text, name) for part in _parts(cue)]
    cues = _remark_overlaps(sorted(cues, key=lambda cue: (cue.start_ms, cue.row)))
    if not any(cue.usable for cue in cues):
        raise SubtitleFault("subtitles.empty", name=name)
    return cues


def fit(cues: Iterable[Cue], duration_ms: int) -> list[Cue]:
    """Clip cues to the duration of the media.

    Args:
        cues: as read.
        duration_ms: of the media.

    Returns:
        The same cues; one that exceeds the end is shortened and marked `clipped`, one that starts at or after the end
        is marked `past_end` and so unusable.
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


def _parts(cue: Cue) -> list[Cue]:
    """Remove the markup of a raw cue and split it by speakers, dividing its time by length of text."""
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
