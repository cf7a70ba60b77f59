"""Markup of subtitle texts, invisible characters and line breaks of other formats."""

from __future__ import annotations

import html
import re
from typing import NamedTuple

from corpus.rules.subtitles.paths import IN_PATH, hide_paths

# byte order marks inside a file, direction marks, zero-width spaces, soft hyphens; joiners are letters' shapes and stay
# the last one is a byte order mark of UTF-8 that was read as Windows-1252
INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]|ï»¿")
LINE_ENDS = re.compile("(?<!\r)\r+\n|\r|\x0b|\x0c|\x1c|\x1d|\x1e|\x85|\u2028|\u2029")
# of ASS; escaped twice, in full width, or with a space as a translation by machine leaves it
BREAK = re.compile(r"(?<!\\)\\+[Nn]|＼[NnＮｎ]|\\ N(?![A-Za-z])|<\s*br\s*/?\s*>|\[br\]", re.IGNORECASE)
VOICE = re.compile(r"<\s*v(?:\.[^\s<>]*)?\s+([^\s<>][^<>]*)>", re.IGNORECASE)
TAG = re.compile(r"</?[a-zA-Z][^<>]*>|</>|<[\d:.]+>|\{[^{}]*\}|\\[hH](?=\s|$)")
HARD_SPACE = re.compile(r"\\h")  # of ASS, left in other formats
RUBY = re.compile(r"<ruby\b[^<>]*>(?:(?!<ruby\b).)*?</ruby\s*>", re.IGNORECASE | re.DOTALL)
# beside characters; inside <ruby> it may stay open
READING = re.compile(r"<(rt|rp)\b[^<>]*>(?:(?!<(?:ruby|rt|rp)\b).)*?</\1\s*>", re.IGNORECASE | re.DOTALL)
OPEN_READING = re.compile(r"<(?:rt|rp)\b[^<>]*>[^<\n]*", re.IGNORECASE)
DRAWING = re.compile(
    r"\{[^{}\\]*+(?:\\(?!p[1-9])[^{}\\]*+)*+\\p[1-9][^{}]*+\}.*?(?:\{[^{}\\]*+(?:\\(?!p0)[^{}\\]*+)*+\\p0[^{}]*+\}|$)",
    re.DOTALL,
)
# of ASS, without its tags, as converters leave it: `m 0 0 l 100 0 100 100`
DRAWING_ALONE = re.compile(r"\s*m(?:\s+-?\d+(?:\.\d+)?){2}(?:\s+[mnlbspc](?:\s+-?\d+(?:\.\d+)?)*)+\s*")
LONG_REFERENCE = re.compile(r"&#(?=\d{9})\d++;?")  # to no character; Python converts no thousands of digits
BLANKS = re.compile(r"[^\S\n]+")


class Line(NamedTuple):
    """A line of a cue without markup, and the voice that WebVTT names for it, or ""."""

    text: str
    voice: str = ""


def plain_file(text: str) -> tuple[str, int]:
    """Return a file's text with plain line feeds and without invisible characters, and the first line that had any.

    Args:
        text: as decoded. `CR CR LF` is one line end: an editor made it by converting twice.

    Returns:
        The text, and the line from 1, or 0 if nothing invisible was removed.
    """
    text = LINE_ENDS.sub("\n", text.removeprefix("\ufeff"))
    first = INVISIBLE.search(text)
    return (INVISIBLE.sub("", text), text.count("\n", 0, first.start()) + 1) if first else (text, 0)


def plain_lines(raw: str) -> tuple[list[Line], bool]:
    """Return the lines of a cue without markup, and whether it held line breaks of another format.

    Args:
        raw: the text of the cue with markup and line feeds.
    """
    kept = hide_paths(raw)
    broken = BREAK.sub("\n", DRAWING.sub("", kept))
    broken = RUBY.sub(lambda ruby: OPEN_READING.sub("", READING.sub("", ruby[0])), broken)
    broken = READING.sub("", broken)
    broken = HARD_SPACE.sub(" ", broken)
    lines: list[Line] = []
    before, *voices = VOICE.split(broken)
    for voice, span in [("", before), *zip(voices[::2], voices[1::2], strict=True)]:
        text = TAG.sub("", _unescaped(_unescaped(TAG.sub("", span))))  # some files escape twice
        texts = [BLANKS.sub(" ", line).strip() for line in INVISIBLE.sub("", text).replace(IN_PATH, "\\").split("\n")]
        lines += [Line(said, " ".join(voice.split())) for said in texts if said]
    return lines, BREAK.search(kept) is not None


def _unescaped(text: str) -> str:
    return html.unescape(LONG_REFERENCE.sub("\ufffd", text))
