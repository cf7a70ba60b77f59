"""Positions of the marks in a small chart of scores, in SVG units; the template only draws them."""

from collections.abc import Sequence
from dataclasses import dataclass

from annotator.rules.scoring import Score

WIDTH, HEIGHT, EDGE = 220, 56, 8


@dataclass(frozen=True, slots=True)
class Point:
    """One score with its interval."""

    x: float
    y: float
    low: float
    high: float
    title: str


@dataclass(frozen=True, slots=True)
class ScoreChart:
    """A chart of scores over time between 0 and 100 %, with the pass mark."""

    points: tuple[Point, ...]
    line: str
    mark: float
    width: int = WIDTH
    height: int = HEIGHT


def score_chart(scores: Sequence[Score], *, percent: int) -> ScoreChart:
    """Return the chart of these scores, oldest first; empty scores are left out."""
    shown = [(score, score.share, score.interval) for score in scores]
    scored = [(score, share, interval) for score, share, interval in shown if share is not None and interval]
    step = (WIDTH - 2 * EDGE) / max(1, len(scored) - 1)
    points = tuple(
        Point(
            x=round(EDGE + step * place if len(scored) > 1 else WIDTH / 2, 1),
            y=_y(share),
            low=_y(interval[0]),
            high=_y(interval[1]),
            title=f"{score.right}/{score.judged}",
        )
        for place, (score, share, interval) in enumerate(scored)
    )
    return ScoreChart(points, " ".join(f"{point.x},{point.y}" for point in points), _y(percent / 100))


def _y(share: float) -> float:
    return round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * share, 1)
