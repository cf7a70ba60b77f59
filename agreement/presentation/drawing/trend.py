"""A value over time, with its intervals and events."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.html import escape

from agreement.presentation.drawing.svg import ACCENT, SURFACE, Drawing, element, linked

LEFT, TOP, WIDTH, HEIGHT = 44, 40, 640, 220
LABELS = 8  # dates on the axis
APART = 30  # pixels between two names of events in one line


@dataclass(frozen=True, slots=True)
class Moment:
    """A value of one day or week; `is_faint`: its interval is not to be trusted."""

    day: date
    value: float
    low: float | None = None
    high: float | None = None
    hint: str = ""
    address: str = ""
    is_faint: bool = False


def trend(moments: Sequence[Moment], *, events: Sequence[tuple[date, str]] = (), mean: float | None = None) -> Drawing:
    """Return the drawing of values over time.

    Args:
        moments: by day, at least one.
        events: days with vertical lines, and their names; those outside of the time shown are left out.
        mean: of a horizontal line.
    """
    ends = [end for each in moments for end in (each.value, each.low, each.high) if end is not None]
    start, stop = (
        math.floor(min(*ends, mean or ends[0], 1) * 5) / 5,
        min(1.0, math.ceil(max(*ends, mean or ends[0], 0) * 5) / 5),
    )
    if stop <= start:
        start -= 0.2
    first, last = moments[0].day, moments[-1].day
    days = max((last - first).days, 1)
    drawing = Drawing(LEFT + WIDTH + 24, TOP + HEIGHT + 34)

    def x_of(day: date) -> float:
        return LEFT + 14 + (WIDTH - 28) * ((day - first).days / days if last > first else 0.5)

    def y_of(value: float) -> float:
        return TOP + HEIGHT * (stop - value) / (stop - start)

    for step in range(round((stop - start) / 0.2) + 1):
        tick = start + 0.2 * step
        drawing.line(LEFT, y_of(tick), LEFT + WIDTH, y_of(tick))
        label = f"{tick:.1f}".replace("-0.0", "0.0").replace("-", "−")
        drawing.text(LEFT - 8, y_of(tick) + 4, label, kind="muted", text_anchor="end", font_size=12)
    if mean is not None:
        drawing.line(LEFT, y_of(mean), LEFT + WIDTH, y_of(mean), kind="faint", stroke_dasharray="2 4")
    written = -1000.0
    for day, name in events:
        if first <= day <= last:
            x = x_of(day)
            drawing.line(x, TOP - 6, x, TOP + HEIGHT, kind="mark", stroke_dasharray="5 4")
            y = TOP - 12 if x - written > APART else TOP - 26
            drawing.text(x, y, name, kind="warning", text_anchor="middle", font_size=12)
            written = x
    path = " ".join(f"{x_of(each.day):.1f},{y_of(each.value):.1f}" for each in moments)
    drawing.add("polyline", points=path, fill="none", stroke=ACCENT, stroke_opacity=0.5, class_="picture-path")
    every = max(1, math.ceil(len(moments) / LABELS))
    for number, each in enumerate(moments):
        x = x_of(each.day)
        drawing.parts.append(linked(_moment(each, x, y_of), each.address, each.hint))
        if number % every == 0:
            drawing.text(
                x, TOP + HEIGHT + 20, each.day.isoformat()[2:], kind="muted", text_anchor="middle", font_size=12
            )
    return drawing


def _moment(each: Moment, x: float, y_of: Callable[[float], float]) -> str:
    stroke, suffix = ("#87928c", "-few") if each.is_faint else (ACCENT, "")
    parts = element("title", escape(each.hint)) if each.hint else ""
    if each.low is not None and each.high is not None:
        ends = {"y1": y_of(each.low), "y2": y_of(each.high)}
        parts += element("line", x1=x, x2=x, stroke=stroke, stroke_width=2, class_=f"picture-whisker{suffix}", **ends)
    parts += element(
        "circle",
        cx=x,
        cy=y_of(each.value),
        r=5,
        fill=stroke,
        stroke=SURFACE,
        stroke_width=2,
        class_=f"picture-point{suffix}",
    )
    return element("g", parts)
