"""Counts as columns: a histogram."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import escape

from agreement.presentation.drawing.svg import ACCENT, LETTER, Drawing, element, room

WIDE, HEIGHT, TOP = 54, 170, 22


def columns(names: Sequence[str], counts: Sequence[int], *, axis: str = "", hints: Sequence[str] = ()) -> Drawing:
    """Return the drawing of counts.

    Args:
        names: below the columns.
        counts: their heights, which are written above them.
        axis: name of the horizontal axis.
        hints: shown when a column is pointed at.
    """
    most = max(*counts, 1)
    wide = max(WIDE, *(LETTER * room(name) + 8 for name in names))
    width = 12 + wide * len(counts)
    drawing = Drawing(max(width, LETTER * room(axis)) + 12, TOP + HEIGHT + (46 if axis else 28))
    for place, (name, count) in enumerate(zip(names, counts, strict=True)):
        x, high = 12 + wide * place, HEIGHT * count / most
        hint = element("title", escape(hints[place])) if hints else ""
        bar = element(
            "rect",
            hint,
            x=x + 4,
            y=TOP + HEIGHT - high,
            width=wide - 8,
            height=max(high, 0.5),
            fill=ACCENT,
            fill_opacity=0.5,
            class_="picture-bar",
        )
        drawing.parts.append(bar)
        drawing.text(x + wide / 2, TOP + HEIGHT - high - 5, f"{count:,}", text_anchor="middle", font_size=12)
        drawing.text(x + wide / 2, TOP + HEIGHT + 16, name, kind="muted", text_anchor="middle", font_size=12)
    drawing.line(12, TOP + HEIGHT, width, TOP + HEIGHT, kind="faint")
    if axis:
        drawing.text(12 + (width - 12) / 2, TOP + HEIGHT + 38, axis, kind="muted", text_anchor="middle", font_size=12)
    return drawing
