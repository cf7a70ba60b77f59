"""Positions of the marks of a chart, in the units of its SVG; the templates draw them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agreement.presentation.drawing.svg import fitted
from agreement.presentation.interval_notes import is_grey

WIDTH = 960
LEFT, RIGHT = 210, 840  # ends of the axis; names are to the left of it, values to the right
TOP, ROW = 34, 34
NAME_CELLS = 24  # letters of a name that fit to the left of the axis; a Chinese character takes the room of two
THRESHOLDS = (0.667, 0.8)  # Krippendorff 2004: lower bounds of tentative and of reliable conclusions


@dataclass(frozen=True, slots=True)
class Mark:
    """One question on the axis; positions in SVG units, None if there is nothing to draw."""

    name: str
    y: int
    at: float | None
    low: float | None
    high: float | None
    figure: dict[str, Any]
    few: bool

    @property
    def short_name(self) -> str:
        """The name, cut to the room beside the axis."""
        return fitted(self.name, NAME_CELLS)


@dataclass(frozen=True, slots=True)
class Chart:
    """Alpha of all questions on one axis."""

    height: int
    bottom: int
    marks: list[Mark]
    ticks: list[tuple[float, str]]
    thresholds: list[tuple[float, str]]

    width: int = WIDTH
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP - 10


def alphas(named: Sequence[tuple[str, dict[str, Any]]]) -> Chart:
    """Return the chart of alphas.

    Args:
        named: name and figure (`value`, `low`, `high`) of each question, from top to bottom.
    """
    lowest = min((figure[end] for _, figure in named for end in ("value", "low") if figure[end] is not None), default=0)
    start = min(0.0, math.floor(lowest * 5) / 5)

    def position(value: float | None) -> float | None:
        if value is None:
            return None
        return round(LEFT + (RIGHT - LEFT) * (value - start) / (1 - start), 1)

    marks = [
        Mark(
            name=name,
            y=TOP + ROW * row + ROW // 2,
            at=position(figure["value"]),
            low=position(figure["low"]),
            high=position(figure["high"]),
            figure=figure,
            few=is_grey(figure),
        )
        for row, (name, figure) in enumerate(named)
    ]
    ticks = [start + step * 0.2 for step in range(round((1 - start) / 0.2) + 1)]
    bottom = TOP + ROW * len(named) + 4
    return Chart(
        height=bottom + 26,
        bottom=bottom,
        marks=marks,
        ticks=[(position(tick) or 0.0, f"{tick:.1f}".replace("-0.0", "0.0")) for tick in ticks],
        thresholds=[(position(threshold) or 0.0, f"{threshold:g}") for threshold in THRESHOLDS],
    )
