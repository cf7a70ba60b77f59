"""Where the marks of a person's small chart go, in the units of its SVG; the template only draws them."""

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
class Spark:
    """Scores over time between 0 and 100 %, and the pass mark."""

    points: tuple[Point, ...]
    line: str
    mark: float
    width: int = WIDTH
    height: int = HEIGHT


def spark(scores: Sequence[Score], *, percent: int) -> Spark:
    """Return the chart of these scores, oldest first; those in which nothing was judged are left out."""
    shown = [(score, score.share, score.interval) for score in scores]
    kept = [(score, share, interval) for score, share, interval in shown if share is not None and interval]
    step = (WIDTH - 2 * EDGE) / max(1, len(kept) - 1)
    points = tuple(
        Point(
            x=round(EDGE + step * place if len(kept) > 1 else WIDTH / 2, 1),
            y=_y(share),
            low=_y(interval[0]),
            high=_y(interval[1]),
            title=f"{score.right}/{score.judged}",
        )
        for place, (score, share, interval) in enumerate(kept)
    )
    return Spark(points, " ".join(f"{point.x},{point.y}" for point in points), _y(percent / 100))


def _y(share: float) -> float:
    return round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * share, 1)
