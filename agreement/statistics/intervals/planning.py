"""The further work that makes an interval as narrow as wanted."""

from __future__ import annotations

from math import ceil

from agreement.statistics.intervals.figures import FEW, Figure

REACH = 0.05


def more_dialogues(figure: Figure, reach: float = REACH) -> int | None:
    """Return how many more dialogues like those compared bring an interval to value +- `reach`; 0 if it is there.

    Half the width of an interval falls with the square root of the number of dialogues, so G dialogues with half a
    width of h become G (h / reach)^2 (Cochran 1977, chapter 4). None if there is no interval to start from,
    only a bound, or one of too few dialogues: an error of the estimated width enters squared.

    Args:
        figure: with the interval for these raters.
        reach: half the width wanted.
    """
    if figure.low is None or figure.high is None or figure.note == FEW:
        return None
    half = (figure.high - figure.low) / 2
    if half <= reach:
        return 0
    if not figure.error:  # a bound, which falls otherwise
        return None
    return max(0, ceil(figure.n_dialogues * (half / reach) ** 2 - 1e-9) - figure.n_dialogues)
