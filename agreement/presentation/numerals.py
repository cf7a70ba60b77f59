"""Numbers for people."""

from __future__ import annotations


def number(value: float | None) -> str:
    """Return a value with three digits, or a dash if there is none."""
    return "–" if value is None else f"{value:.3f}".replace("-", "−")


def in_percent(value: float | None) -> str:
    """Return a share as a percentage with one digit, or a dash if there is none."""
    return "–" if value is None else f"{100 * value:.1f} %"


def points(value: float) -> str:
    """Return a difference of shares in percentage points with one digit and its sign."""
    rounded = round(100 * value, 1)
    return f"{rounded:+.1f}".replace("-", "−") if rounded else "0.0"


def interval(low: float | None, high: float | None) -> str:
    """Return an interval in square brackets, or nothing if there is none."""
    return "" if low is None or high is None else f"[{number(low)}, {number(high)}]"
