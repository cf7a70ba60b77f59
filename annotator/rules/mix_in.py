"""Random draw of mixed-in batches."""

from random import Random


def is_turn(*, percent: int, seed: str) -> bool:
    """Return True with a probability of `percent` percent; the same seed gives the same result."""
    return Random(seed).random() * 100 < percent  # noqa: S311 -- not for security
