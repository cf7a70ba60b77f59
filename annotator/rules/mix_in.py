"""Whether this claim brings something that is mixed in among the usual work."""

from random import Random


def is_turn(*, percent: int, seed: str) -> bool:
    """Tell by a draw whether it is the turn of what comes in `percent` of all cases; the same seed, the same answer."""
    return Random(seed).random() * 100 < percent  # noqa: S311 -- nothing is guarded by it
