"""Shares as bars that are divided: a distribution per row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape

from agreement.presentation.drawing.svg import INK, LETTER, SCALE, TINTS, Drawing, element, fitted, linked, room, widest

ROW, BAR, NAME, WIDTH = 30, 22, 22, 400
LONGEST = 24  # letters of an answer
LEAST = 24  # pixels of a part that has room for its percentage


@dataclass(frozen=True, slots=True)
class Bar:
    """A row: its name, the count of each answer, and the addresses of their utterances."""

    name: str
    counts: Sequence[int]
    hints: Sequence[str] = ()
    addresses: Sequence[str] = ()


def stacked(bars: Sequence[Bar], answers: Sequence[str], *, is_ordered: bool = False) -> Drawing:
    """Return the drawing of distributions, with the names of the answers above them and the sums beside them.

    Args:
        bars: from top to bottom.
        answers: names of what is counted.
        is_ordered: whether the answers are a scale, whose middle has the lightest tint.
    """
    tints = scale_of(len(answers)) if is_ordered else TINTS
    left = widest([bar.name for bar in bars], NAME) + 18
    drawing = Drawing(left + WIDTH + 76, 0)
    y = _legend(drawing, answers, tints, left)
    for bar in bars:
        total = sum(bar.counts)
        drawing.text(left - 10, y + BAR / 2 + 5, fitted(bar.name, NAME), full=bar.name, text_anchor="end")
        x = left
        for place, count in enumerate(bar.counts):
            wide = WIDTH * count / max(total, 1)
            if count:
                hint = bar.hints[place] if bar.hints else f"{answers[place]}: {count:,}"
                address = bar.addresses[place] if bar.addresses else ""
                drawing.parts.append(
                    linked(_part(tints[place % len(tints)], (x, y, wide), count / total, hint), address, hint)
                )
            x += wide
        drawing.text(left + WIDTH + 8, y + BAR / 2 + 5, f"{total:,}", kind="muted", font_size=12)
        y += ROW
    drawing.height = y + 4
    return drawing


def scale_of(count: int) -> Sequence[str]:
    """Return so many tints from one end of `SCALE` to the other."""
    last = len(SCALE) - 1
    return [SCALE[round(last * place / max(count - 1, 1))] for place in range(count)]


def _legend(drawing: Drawing, answers: Sequence[str], tints: Sequence[str], left: float) -> float:
    wanted = sum(36 + LETTER * min(room(name), LONGEST) for name in answers)
    left = left if wanted < WIDTH + 60 else min(left, 10.0)
    x, y = left, 6.0
    for place, name in enumerate(answers):
        shown = fitted(name, LONGEST)
        wide = 20 + LETTER * room(shown) + 16
        if x + wide > drawing.width and x > left:
            x, y = left, y + 22
        drawing.add("rect", x=x, y=y, width=14, height=14, fill=tints[place % len(tints)], class_="picture-tint")
        drawing.text(x + 20, y + 12, shown, full=name)
        x += wide
    return y + 26


def _part(tint: str, at: tuple[float, float, float], share: float, hint: str) -> str:
    x, y, wide = at
    parts = element("title", escape(hint)) + element(
        "rect",
        x=x,
        y=y,
        width=wide,
        height=BAR,
        fill=tint,
        stroke="#ffffff",
        stroke_width=0.5,
        class_="picture-tint",
    )
    if wide >= LEAST:
        label = f"{100 * share:.0f} %" if wide >= 1.6 * LEAST else f"{100 * share:.0f}"
        parts += element(
            "text",
            label,
            x=x + wide / 2,
            y=y + BAR / 2 + 4,
            fill=INK,
            class_="picture-on-tint",
            text_anchor="middle",
            font_size=12,
        )
    return element("g", parts)
