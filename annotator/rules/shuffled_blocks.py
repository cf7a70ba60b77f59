"""Order in which dialogues are given out, so that drift over time is not confounded with content.

Annotators change while they label: they tire, they learn, the standards of the group shift. With the episodes in order,
a change of the annotators cannot be distinguished from a change of the story. In shuffled blocks every section of the
work contains a part of everything.
"""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")

BLOCK = 50


def shuffled_blocks(items: Sequence[tuple[T, Hashable]], *, seed: str, block: int = BLOCK) -> list[T]:
    """Return all items, so that each block of `block` items has the same share of each stratum as the whole.

    Of a stratum with n items, a block of b out of N contains n * b / N items, give or take one, or two in unfavourable
    cases. The order within a block is random.

    Args:
        items: each with its stratum (such as its episode); the same order and seed give the same result.
        seed: any text.
        block: at least 1.
    """
    chance = Random(seed)  # noqa: S311 -- not for security
    strata: dict[Hashable, list[T]] = defaultdict(list)
    for item, stratum in items:
        strata[stratum].append(item)
    placed: list[tuple[float, int, T]] = []
    for members in strata.values():
        chance.shuffle(members)
        # one member at a random position in each n-th part
        placed += [((n + chance.random()) / len(members), len(placed) + n, each) for n, each in enumerate(members)]
    spread = [item for _place, _tie, item in sorted(placed, key=lambda each: each[:2])]
    ordered: list[T] = []
    for start in range(0, len(spread), block):
        part = spread[start : start + block]
        chance.shuffle(part)
        ordered += part
    return ordered
