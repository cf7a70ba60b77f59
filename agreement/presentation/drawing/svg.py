"""Drawings: elements of SVG, and the documents made of them.

Colours are attributes, so that a file needs no style sheet. Elements have classes too: on a page the style sheet
replaces the colours by those of the page, light or dark (`static/css/pages/pictures.css`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

INK, MUTED, LINE, ACCENT, WARNING, SURFACE = "#18211e", "#57635e", "#dce1dd", "#0d6656", "#7c4f00", "#ffffff"
FONT = "Noto Sans, Noto Sans CJK SC, Helvetica, Arial, sans-serif"
SIZE = 13  # of a text, in pixels
CAPITAL = 1.3  # letters whose room a capital takes
LETTER = 7.2  # mean width of a Latin letter of this size; a Chinese character takes the room of two
# Tints on which dark text can be read; neighbours differ in hue and lightness (after Okabe & Ito 2008).
TINTS = (
    *("#8cc5e8", "#f2b950", "#7fd0ae", "#e9a3c4", "#d6d36b", "#b3b7e0"),
    *("#e5946a", "#b9c2bd", "#a5d8d8", "#d5b48c", "#c9a7dc", "#9fce6e"),
)
# Tints of a scale, from its low to its high end; the middle is the lightest.
SCALE = (
    *("#dd8452", "#e5a075", "#edbd9c", "#f3d8c5", "#e6e8e5"),
    *("#c5ded6", "#9fcfc1", "#79bfab", "#52af96"),
)


@dataclass(slots=True)
class Drawing:
    """A drawing under way: its size, and its elements as text.

    Attributes:
        width, height: in pixels.
        parts: the elements.
    """

    width: float
    height: float
    parts: list[str] = field(default_factory=list)

    def add(self, name: str, content: str = "", /, **attributes: object) -> None:
        """Add an element; see `element`."""
        self.parts.append(element(name, content, **attributes))

    def text(self, x: float, y: float, words: str, *, kind: str = "ink", full: str = "", **attributes: object) -> None:
        """Add a text; `full` is shown in place of a shortened one when pointed at."""
        hint = element("title", escape(full)) if full and full != words else ""
        fill = {"ink": INK, "muted": MUTED, "warning": WARNING}.get(kind, INK)
        self.add("text", f"{escape(words)}{hint}", x=x, y=y, fill=fill, class_=f"picture-{kind}", **attributes)

    def line(self, x1: float, y1: float, x2: float, y2: float, *, kind: str = "grid", **attributes: object) -> None:
        """Add a line: of the grid, a whisker of an interval, or a mark."""
        stroke = {"grid": LINE, "whisker": ACCENT, "mark": WARNING, "faint": "#87928c"}[kind]
        self.add("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, class_=f"picture-{kind}", **attributes)


def element(name: str, content: str = "", /, **attributes: object) -> str:
    """Return an element; a trailing `_` of an attribute is dropped, other `_` are hyphens; None leaves one out.

    Args:
        name: of the element.
        content: markup inside it, escaped already.
        attributes: their values are escaped here.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def _value(value: object) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(escape(value))


def linked(markup: str, address: str, name: str) -> str:
    """Return elements as a link with a name for those who cannot see it; without an address as they are."""
    if not address:
        return markup
    return element("a", markup, href=address, class_="picture-link", aria_label=name or address)


def as_markup(drawing: Drawing, *, name: str, title: str, description: str) -> SafeString:
    """Return a drawing for a page.

    Args:
        drawing: the drawing.
        name: unique on the page.
        title: what it shows.
        description: how to read it.
    """
    head = element("title", escape(title), id=f"{name}-title") + element("desc", escape(description), id=f"{name}-desc")
    size = {"width": drawing.width, "height": drawing.height}
    # every text and attribute was escaped by `element`
    return mark_safe(  # noqa: S308
        element(
            "svg",
            head + "".join(drawing.parts),
            class_="picture",
            viewBox=f"0 0 {drawing.width:.0f} {drawing.height:.0f}",
            **size,
            font_size=SIZE,
            role="group",
            aria_labelledby=f"{name}-title",
            aria_describedby=f"{name}-desc",
        )
    )


def as_file(drawing: Drawing, *, title: str, description: str) -> str:
    """Return a drawing as a file of its own."""
    head = element("title", escape(title)) + element("desc", escape(description))
    ground = element("rect", width="100%", height="100%", fill=SURFACE)
    whole = element(
        "svg",
        head + ground + "\n".join(drawing.parts),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {drawing.width:.0f} {drawing.height:.0f}",
        width=drawing.width,
        height=drawing.height,
        font_family=FONT,
        font_size=SIZE,
        role="img",
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{whole}\n'


def room(words: str) -> float:
    """Return the number of small Latin letters whose room a text takes."""
    return sum(_room(character) for character in words)


def _room(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return 2
    return CAPITAL if character.isupper() else 1


def fitted(words: str, letters: int) -> str:
    """Return a text cut to the room of so many Latin letters."""
    left = letters - room(words)
    if left >= 0:
        return words
    kept, left = "", letters - 1
    for character in words:
        left -= _room(character)
        if left < 0:
            break
        kept += character
    return f"{kept}…"


def widest(names: Sequence[str], most: int) -> float:
    """Return the width in pixels of the widest of some names, each cut to `most` letters."""
    return LETTER * max((min(room(name), most) for name in names), default=0)
