"""A matrix of shaded cells: heat maps and confusion matrices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape

from agreement.presentation.drawing.svg import (
    ACCENT,
    INK,
    LETTER,
    LINE,
    MUTED,
    SIZE,
    Drawing,
    element,
    fitted,
    linked,
    room,
    widest,
)

HIGH, WIDE, NARROW = 40, 84, 60
MANY = 9  # columns; with more, cells are narrow
TURNED = 18  # letters of a column's name that is turned, because it is wider than its cell
NAME = 22  # letters of a row's name
DARKEST = 0.44  # share of the accent colour, on which dark text can be read


@dataclass(frozen=True, slots=True)
class Square:
    """A cell.

    Attributes:
        text: the figure in it.
        below: a second one in small letters.
        shade: 0 to 1; None for no colour.
        hint: shown when pointed at.
        address: of its utterances; "" for no link.
        is_faint: whether it is grey, because it rests on too little.
        is_strong: whether it is framed.
        is_other: whether it has the other colour, for values below zero.
    """

    text: str
    below: str = ""
    shade: float | None = None
    hint: str = ""
    address: str = ""
    is_faint: bool = False
    is_strong: bool = False
    is_other: bool = False


def matrix(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[Square | None]],
    *,
    row_title: str = "",
    column_title: str = "",
) -> Drawing:
    """Return the drawing of a matrix.

    Args:
        rows, columns: their names.
        cells: row by row; None leaves a place empty.
        row_title, column_title: of the names.
    """
    wide = NARROW if len(columns) > MANY else WIDE
    is_turned = any(LETTER * room(name) > wide - 6 for name in columns)
    most = TURNED if is_turned else int((wide - 6) / LETTER)
    left = max(widest([*rows, row_title], NAME), LETTER * 4) + 16
    head = widest(columns, most) * 0.6 + 22 if is_turned else 22
    top = head + (22 if column_title else 4)
    drawing = Drawing(
        left + wide * len(columns) + (widest(columns[-1:], most) * 0.6 if is_turned else 8), top + HIGH * len(rows) + 8
    )
    if column_title:
        shown = fitted(column_title, max(int(wide * len(columns) / LETTER), NAME))
        drawing.text(left, 14, shown, kind="muted", full=column_title, font_size=12)
    if row_title:
        shown = fitted(row_title, NAME)
        drawing.text(left - 10, top - 8, shown, kind="muted", full=row_title, font_size=12, text_anchor="end")
    for place, name in enumerate(columns):
        x = left + wide * (place + 0.5)
        turned = {"transform": f"rotate(-35 {x - 6:.0f} {top - 8:.0f})"} if is_turned else {"text_anchor": "middle"}
        drawing.text(x - 6 if is_turned else x, top - 8, fitted(name, most), full=name, **turned)
    for number, (name, line) in enumerate(zip(rows, cells, strict=True)):
        y = top + HIGH * number
        drawing.text(left - 10, y + HIGH / 2 + 4, fitted(name, NAME), full=name, text_anchor="end")
        for place, cell in enumerate(line):
            if cell is not None:
                drawing.parts.append(_cell(cell, left + wide * place, y, wide))
    return drawing


def _cell(cell: Square, x: float, y: float, wide: float) -> str:
    fill = {"fill": "#eef0ed", "class_": "picture-faint"}
    if cell.is_other:
        fill = {"fill": "#c2571a", "class_": "picture-shade-other"}
    elif not cell.is_faint:
        fill = {"fill": ACCENT, "class_": "picture-shade"}
    opacity = (
        1
        if cell.is_faint and not cell.is_other
        else round(0.03 + (DARKEST - 0.03) * min(max(cell.shade or 0, 0), 1), 3)
    )
    if cell.shade is None and not cell.is_faint:
        opacity = 0
    frame = {"stroke": INK, "stroke_width": 2} if cell.is_strong else {"stroke": LINE}
    box = element(
        "rect",
        x=x,
        y=y,
        width=wide,
        height=HIGH,
        fill_opacity=opacity,
        **fill,
        **{k: v for k, v in frame.items() if not cell.is_strong},
    )
    if cell.is_strong:
        box += element(
            "rect",
            x=x + 1.5,
            y=y + 1.5,
            width=wide - 3.0,
            height=HIGH - 3.0,
            fill="none",
            class_="picture-frame",
            **frame,
        )
    kind = "muted" if cell.is_faint else "ink"
    size = min(SIZE, SIZE * (wide - 4) / max(LETTER * len(cell.text), 1))
    middle = x + wide / 2
    text = element(
        "text",
        escape(cell.text),
        x=middle,
        y=y + (HIGH / 2 + 4 if not cell.below else HIGH / 2 - 2),
        fill=MUTED if cell.is_faint else INK,
        class_=f"picture-{kind}",
        text_anchor="middle",
        font_size=size if size < SIZE else None,
    )
    if cell.below:
        small = min(11, 11 * (wide - 4) / max(0.85 * LETTER * len(cell.below), 1))
        text += element(
            "text",
            escape(cell.below),
            x=middle,
            y=y + HIGH / 2 + 13,
            fill=MUTED if cell.is_faint else INK,
            class_=f"picture-{kind}",
            text_anchor="middle",
            font_size=small,
        )
    hint = element("title", escape(cell.hint)) if cell.hint else ""
    return linked(element("g", hint + box + text), cell.address, cell.hint or cell.text)
