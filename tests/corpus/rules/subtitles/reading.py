"""Helpers of the tests that read subtitle files."""

from __future__ import annotations

from corpus.rules.subtitles.cue_reading import Reading, read_subtitles
from corpus.rules.subtitles.cues_to_turns import into_turns
from corpus.rules.subtitles.options import Options

ASS = (
    "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize\nStyle: Default,Arial,20\n\n"
    "[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
)


def read(text: str, options: Options | None = None, **more: float) -> Reading:
    """Read a text as a file in UTF-8."""
    return read_subtitles(text.encode(), "x", options or Options(), **more)


def said(text: str, options: Options | None = None) -> list[tuple[str, str]]:
    """Return speaker and text of the utterances."""
    return [(turn.speaker, turn.text) for turn in into_turns(read(text, options).cues, merge_gap_ms=600)]


def srt(*texts: str) -> str:
    """Return an SRT file with a cue every five seconds."""
    blocks = [f"{n}\n00:{n // 12:02d}:{n % 12 * 5:02d},000 --> 00:{n // 12:02d}:{n % 12 * 5 + 2:02d},000\n{text}\n"
              for n, text in enumerate(texts, 1)]  # fmt: skip
    return "\n".join(blocks)


def ass(*events: tuple[str, str, str, str]) -> str:
    """Return an ASS file of (style, name, start as `m:ss.cc`, text); each event lasts two seconds."""
    lines = []
    for style, name, start, text in events:
        minute, _, second = start.partition(":")
        end = f"{minute}:{float(second) + 2:05.2f}"
        lines.append(f"Dialogue: 0,0:{start},0:{end},{style},{name},0,0,0,,{text}\n")
    return ASS + "".join(lines)
