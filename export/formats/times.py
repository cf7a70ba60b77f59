"""Times as other formats write them."""

from __future__ import annotations


def clock(ms: int | None, point: str) -> str:
    """Return milliseconds as hours, minutes, seconds and thousandths, with this decimal sign; "" for no time."""
    if ms is None:
        return ""
    seconds, thousandths = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}{point}{thousandths:03}"
