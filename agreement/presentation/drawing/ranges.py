"""Values with their intervals on one axis: points, or bars from zero."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.html import escape

from agreement.presentation.drawing.svg import ACCENT, SURFACE, Drawing, element, fitted, linked, widest

ROW, AXIS, NAME, VALUE = 30, 340, 24, 64
ROOM = 36  # pixels of the name of a line


@dataclass(frozen=True, slots=True)
class Range:
    """A value with its interval.

    Attributes:
        name: to the left of it.
        value, low, high: None for none.
        text: to the right of it.
        hint: shown when pointed at.
        address: of its utterances.
        is_faint: whether it is grey, because its interval is not to be trusted.
    """

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    text: str = ""
    hint: str = ""
    address: str = ""
    is_faint: bool = False


def ranges(marks: Sequence[Range], *, bars: bool = False, marked: Sequence[tuple[float, str]] = ()) -> Drawing:
    """Return the drawing of values on an axis that ends at 1 and begins at 0 or below.

    Args:
        marks: from top to bottom.
        bars: draw bars from zero instead of points.
        marked: positions of vertical lines, with their names.
    """
    lowest = min((end for each in marks for end in (each.value, each.low) if end is not None), default=0.0)
    start = min(0.0, math.floor(lowest * 5) / 5)
    left = widest([each.name for each in marks], NAME) + 20
    top = 26 if marked else 8
    bottom = top + ROW * len(marks)
    drawing = Drawing(left + AXIS + VALUE + 16, bottom + 26)

    def at(value: float) -> float:
        return left + AXIS * (value - start) / (1 - start)

    for step in range(round((1 - start) / 0.2) + 1):
        tick = start + step * 0.2
        drawing.line(at(tick), top, at(tick), bottom)
        label = f"{tick:.1f}".replace("-0.0", "0.0").replace("-", "−")
        drawing.text(at(tick), bottom + 18, label, kind="muted", text_anchor="middle", font_size=12)
    last = -100.0
    for value, name in marked:
        drawing.line(at(value), top, at(value), bottom, kind="mark", stroke_dasharray="4 4")
        level = 16 if at(value) - last > ROOM else 5
        drawing.text(at(value), level, name, kind="warning", text_anchor="middle", font_size=12)
        last = at(value)
    for row, mark in enumerate(marks):
        y = top + ROW * row + ROW / 2
        drawing.text(left - 12, y + 4, fitted(mark.name, NAME), full=mark.name, text_anchor="end")
        if mark.value is not None:
            drawing.parts.append(linked(_mark(mark, y, at, bars=bars), mark.address, mark.hint or mark.name))
        kind = "muted" if mark.is_faint or mark.value is None else "ink"
        drawing.text(left + AXIS + 12 if mark.value is not None else left + 6, y + 4, mark.text, kind=kind)
    return drawing


def _mark(mark: Range, y: float, at: Callable[[float], float], *, bars: bool) -> str:
    stroke, suffix = ("#87928c", "-few") if mark.is_faint else (ACCENT, "")
    value = mark.value or 0.0
    parts = element("title", escape(mark.hint)) if mark.hint else ""
    if bars:
        x, end = sorted((at(0.0), at(value)))
        parts += element(
            "rect",
            x=x,
            y=y - 9,
            width=max(end - x, 1.0),
            height=18,
            fill=stroke,
            fill_opacity=0.35,
            class_=f"picture-bar{suffix}",
        )
    if mark.low is not None and mark.high is not None:
        ends = [(mark.low, mark.high, 0, 0), (mark.low, mark.low, -5, 5), (mark.high, mark.high, -5, 5)]
        for one, other, up, down in ends:
            parts += element(
                "line",
                x1=at(one),
                x2=at(other),
                y1=y + up,
                y2=y + down,
                stroke=stroke,
                stroke_width=2,
                class_=f"picture-whisker{suffix}",
            )
    if not bars:
        parts += element(
            "circle",
            cx=at(value),
            cy=y,
            r=5,
            fill=stroke,
            stroke=SURFACE,
            stroke_width=2,
            class_=f"picture-point{suffix}",
        )
    return element("g", parts)
