"""Random draws from groups of dialogues.

Each dialogue gets a permanent random number from the seed and its id, and the dialogues with the smallest numbers are
taken. So a draw can be repeated, does not depend on the order of the dialogues, and a larger draw with the same seed
contains the smaller one (permanent random numbers: Ohlsson 1995, in Business Survey Methods, ch. 9).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DrawnGroup:
    """The draw from one group.

    Attributes:
        name: of the group; "" if there is only one.
        population: number of its members.
        taken: ids of those taken, in the order of their random numbers.
    """

    name: str
    population: int
    taken: tuple[str, ...]

    @property
    def probability(self) -> float:
        """The probability that a member is taken: simple random sampling without replacement."""
        return len(self.taken) / self.population


def draw(groups: Mapping[str, Sequence[str]], *, number: int, seed: int) -> list[DrawnGroup]:
    """Draw from each group; a group that is smaller than `number` is taken whole.

    Args:
        groups: name of the group -> ids of its members; no group is empty.
        number: to take from each group, at least 1.
        seed: any integer.

    Returns:
        The groups by name.
    """
    return [
        DrawnGroup(name, len(members), tuple(sorted(members, key=lambda each: _random_number(seed, each))[:number]))
        for name, members in sorted(groups.items())
    ]


def _random_number(seed: int, member: str) -> bytes:
    return hashlib.sha256(f"{seed}:{member}".encode()).digest()
