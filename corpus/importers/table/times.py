"""Start and end of an utterance as tables write them: seconds, milliseconds, a clock, or frames."""

from __future__ import annotations

import re
from collections.abc import Iterable

CLOCK = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,2})(?:[.,](\d{1,6}))?")
NUMBER = re.compile(r"\d{1,12}(?:[.,]\d{1,9})?")
LONGEST_MS = 1_000 * 3600 * 1000  # a thousand hours
FACTORS = {"seconds": 1000.0, "ms": 1.0}
SECONDS_AT_MOST = 5 * 3600  # whole numbers above are milliseconds: no recording of an utterance is so long


class UnreadableTimeError(ValueError):
    """A cell that holds no time in this notation."""


def milliseconds(cell: str, notation: str, fps: float) -> int:
    """Return a time in milliseconds.

    Args:
        cell: not blank.
        notation: `seconds`, `ms`, `clock` ([[h:]mm:]ss[.fraction]) or `frames`.
        fps: frames per second.

    Raises:
        UnreadableTimeError: the cell is no time in this notation.
    """
    text = cell.strip().replace("：", ":")
    if notation == "clock":
        match = CLOCK.fullmatch(text)
        if match is None or int(match[3]) > 59:
            raise UnreadableTimeError(cell)
        minutes = int(match[1] or 0) * 60 + int(match[2] or 0)
        found = (minutes * 60 + int(match[3])) * 1000 + round(int((match[4] or "0").ljust(6, "0")) / 1000)
    else:
        if not NUMBER.fullmatch(text):
            raise UnreadableTimeError(cell)
        factor = 1000 / fps if notation == "frames" else FACTORS[notation]
        found = round(float(text.replace(",", ".")) * factor)
    if found > LONGEST_MS:
        raise UnreadableTimeError(cell)
    return found


def notation_of(cells: Iterable[str]) -> str:
    """Return the notation of a column's cells: a clock, seconds if any has a fraction, else by their size."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if any(":" in cell.replace("：", ":") for cell in filled):
        return "clock"
    numbers = [cell for cell in filled if NUMBER.fullmatch(cell)]
    if any("." in cell or "," in cell for cell in numbers):
        return "seconds"
    return "ms" if any(float(cell) > SECONDS_AT_MOST for cell in numbers) else "seconds"
