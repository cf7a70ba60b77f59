"""In which order dialogues are given out, so that drift in time is not drift of content.

People change while they label: they tire, they learn, the group's taste shifts. Where the episodes come one after the
other, a change of the people can't be told from a change of the story. In shuffled blocks every stretch of the work
holds something of everything.
"""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")

BLOCK = 50


def shuffled_blocks(items: Sequence[tuple[T, Hashable]], *, seed: str, block: int = BLOCK) -> list[T]:
    """Return all items, so that each block of `block` of them holds of each stratum what the whole holds.

    A stratum of n items gives a block of b out of N within one of n * b / N of them, two where the bounds of the block
    fall badly. Inside a block the order is chance.

    Args:
        items: each with its stratum (its episode, say), in an order of their own: the same order and seed give the
            same result.
        seed: any text.
        block: at least 1.
    """
    chance = Random(seed)  # noqa: S311 -- an order of work is no secret
    strata: dict[Hashable, list[T]] = defaultdict(list)
    for item, stratum in items:
        strata[stratum].append(item)
    placed: list[tuple[float, int, T]] = []
    for members in strata.values():
        chance.shuffle(members)
        # one member somewhere in each n-th part of the way
        placed += [((n + chance.random()) / len(members), len(placed) + n, each) for n, each in enumerate(members)]
    spread = [item for _place, _tie, item in sorted(placed, key=lambda each: each[:2])]
    ordered: list[T] = []
    for start in range(0, len(spread), block):
        part = spread[start : start + block]
        chance.shuffle(part)
        ordered += part
    return ordered
