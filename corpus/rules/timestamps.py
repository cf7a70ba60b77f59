"""Times in human-readable notation."""

from __future__ import annotations

import re

STAMP = re.compile(r"(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,2})(?:[.,](\d{1,3}))?")


def stamp(ms: int) -> str:
    """Return `m:ss.mmm`, or `h:mm:ss.mmm` from an hour on."""
    seconds, thousandths = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    clock = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    return f"{clock}:{seconds:02d}.{thousandths:03d}"


def milliseconds(text: str) -> int:
    """Read `[h:][m]m:ss[.mmm]` or a plain number of milliseconds.

    Raises:
        ValueError: it is neither, or has more than 59 seconds (or minutes, with hours).
    """
    text = text.strip().replace("：", ":")
    if text.isascii() and text.isdecimal() and len(text) <= 9:
        return int(text)
    match = STAMP.fullmatch(text)
    if match is None or ":" not in text:
        raise ValueError(text)
    hours, minutes, seconds = (int(group or 0) for group in match.groups()[:3])
    if seconds > 59 or (match[1] and minutes > 59):
        raise ValueError(text)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int((match[4] or "0").ljust(3, "0"))
