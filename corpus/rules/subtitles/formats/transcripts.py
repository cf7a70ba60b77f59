"""Output of speech recognition: Whisper and WhisperX JSON, captions of YouTube as `json3`, and STM.

Only the output is read; Concord recognises no speech itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, groupby, repeat
from typing import Any

from corpus.rules.json_texts import BrokenJsonError, entry_lines, json_value
from corpus.rules.subtitles.cue import SubtitleFault
from corpus.rules.subtitles.formats.raw_cue import UNTIMED, FileRemark, RawCue, RawFile, in_ms, milliseconds, span_in_ms

LISTS = ("segments", "transcription", "chunks")
MOST_FOUND = 200  # characters of keys that a refusal repeats
STM = re.compile(r"^(\S+)\s+(\S+)\s+(\S+)\s+(-?\d+(?:\.\d+)?)\s+(-?\d+(?:\.\d+)?)\s+(?:<([^>]*)>\s*)?(.*)$")


def is_json(text: str) -> bool:
    """Return whether a text looks like JSON, and not like a section `[Script Info]` or text in brackets."""
    return re.match(r'\s*(?:\{\s*["}]|\[\s*(?:\{|\]))', text) is not None


def read_json(text: str) -> RawFile:
    """Read the segments of Whisper, WhisperX, faster-whisper (a list) or whisper.cpp.

    A segment whose words name several speakers is divided where the speaker changes.

    Args:
        text: of the file.

    Raises:
        SubtitleFault: `subtitles.damaged` with the line: no JSON; `subtitles.no_segments`: JSON of something else,
            with its line and outermost keys.
    """
    try:
        document = json_value(text)
    except BrokenJsonError as error:
        raise SubtitleFault("subtitles.damaged", line=error.line) from None
    segments, name = document, ""
    if isinstance(document, dict) and isinstance(document.get("events"), list):
        return _captions(document["events"], text)
    if isinstance(document, dict):
        name = next((name for name in LISTS if name in document), "")
        segments = document.get(name)
    if not isinstance(segments, list):
        found_keys = ", ".join(map(str, document)) if isinstance(document, dict) else type(document).__name__
        line = text.count("\n", 0, len(text) - len(text.lstrip())) + 1
        raise SubtitleFault("subtitles.no_segments", line=line, found=found_keys[:MOST_FOUND])
    found = RawFile("whisper")
    for number, (segment, line) in enumerate(zip(segments, _lines(text, name, "text"), strict=False), start=1):
        if not isinstance(segment, dict):
            found.remarks.append(FileRemark("no_segment", line, f"{number}"))
            continue
        found.cues += _segment(segment, line)
    return found


def _captions(events: list[Any], text: str) -> RawFile:
    """Read captions of YouTube: an event is a line of words; one that only appends a line feed is no cue."""
    found = RawFile("json3")
    for event, line in zip(events, _lines(text, "events", "tStartMs"), strict=False):
        parts = event.get("segs") if isinstance(event, dict) else None
        if not isinstance(parts, list):
            continue  # a window or a style
        said = "".join(str(part.get("utf8") or "") for part in parts if isinstance(part, dict))
        if not said.strip():
            continue
        try:
            start_ms = in_ms(event["tStartMs"])
            span = start_ms, in_ms(start_ms + in_ms(event["dDurationMs"]))
        except (KeyError, TypeError, ValueError):
            span = UNTIMED, UNTIMED
        found.cues.append(RawCue(line, *span, said))
    return found


def _segment(segment: dict[str, Any], line: int) -> Iterator[RawCue]:
    span = _span(segment)
    speaker = segment.get("speaker")
    text = str(segment.get("text") or "").strip()
    words = [word for word in segment.get("words") or [] if isinstance(word, dict)]
    if span == (UNTIMED, UNTIMED):
        timed = [one for one in map(_span, words) if one != (UNTIMED, UNTIMED)]
        span = (timed[0][0], timed[-1][1]) if timed else span
    speakers = {word["speaker"] for word in words if isinstance(word.get("speaker"), str)}
    if len(speakers) < 2:
        own = speaker if isinstance(speaker, str) else next(iter(speakers), "")
        yield RawCue(line, *span, text, own)
        return
    last = speaker if isinstance(speaker, str) else ""
    for word in words:
        last = word["speaker"] = word["speaker"] if isinstance(word.get("speaker"), str) else last
    parts = [(name, list(group)) for name, group in groupby(words, key=lambda word: word["speaker"])]
    joint = "" if any(str(word.get("word", "")).startswith(" ") for word in words) or _is_cjk(text) else " "
    start_ms = span[0]
    for at, (name, group) in enumerate(parts):
        timed = [one for one in map(_span, group) if one != (UNTIMED, UNTIMED)]
        end_ms = span[1] if at == len(parts) - 1 or not timed else timed[-1][1]
        begin_ms = timed[0][0] if timed and at else start_ms
        yield RawCue(line, begin_ms, end_ms, joint.join(str(word.get("word", "")) for word in group).strip(), name)
        start_ms = end_ms


def _span(given: dict[str, Any]) -> tuple[int, int]:
    """Return start and end in ms: seconds, `offsets` in ms or `timestamps` as text."""
    offsets, stamps, pair = given.get("offsets"), given.get("timestamps"), given.get("timestamp")
    try:
        if isinstance(offsets, dict):
            return in_ms(offsets["from"]), in_ms(offsets["to"])
        if isinstance(stamps, dict):
            return milliseconds(str(stamps["from"])), milliseconds(str(stamps["to"]))
        if isinstance(pair, list):
            return in_ms(pair[0], 1000), in_ms(pair[1], 1000)
        return in_ms(given["start"], 1000), in_ms(given["end"], 1000)
    except (KeyError, IndexError, TypeError, ValueError):
        return UNTIMED, UNTIMED


def _is_cjk(text: str) -> bool:
    return re.search(r"[\u3040-\u30ff\u3400-\u9fff]", text) is not None


def _lines(text: str, name: str, key: str) -> Iterator[int]:
    """Yield the lines of entries, and 1 for those that are not found."""
    return chain(entry_lines(text, name, key), repeat(1))


def is_stm(text: str) -> bool:
    """Return whether most lines have the form of STM: file, channel, speaker, start, end, label, text."""
    rows = [line for line in text.split("\n") if line.strip() and not line.startswith(";;")][:50]
    return bool(rows) and sum(STM.match(row) is not None for row in rows) > len(rows) / 2


def read_stm(text: str) -> RawFile:
    """Read an STM file (NIST): one segment per line, with its speaker.

    Args:
        text: of the file.
    """
    found = RawFile("stm")
    for number, line in enumerate(text.split("\n"), start=1):
        match = STM.match(line)
        if match is None:
            if line.strip() and not line.startswith(";;"):
                found.remarks.append(FileRemark("no_segment", number, line.strip()[:80]))
            continue
        said = match[7].strip()
        if said.casefold() == "ignore_time_segment_in_scoring":
            found.remarks.append(FileRemark("ignored_segment", number))
            continue
        span = span_in_ms(match[4], match[5], 1000)
        found.cues.append(RawCue(number, *span, said, match[3]))
    return found
