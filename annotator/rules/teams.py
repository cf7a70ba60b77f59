"""Distribution of slots to named people."""

from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from random import Random
from typing import TypeVar

P = TypeVar("P", bound=Hashable)


def balanced_teams(people: Sequence[P], *, size: int, count: int, seed: str) -> list[tuple[P, ...]]:
    """Return `count` teams of `size` people with equal work for all and pairs as balanced as possible.

    The number of teams per person differs by at most one; among people with the least work, those who have been in the
    fewest teams together are combined.

    Args:
        people: at least `size` different ones.
        size: of each team.
        count: how many teams.
        seed: any text; breaks ties.

    Raises:
        ValueError: fewer people than a team has.
    """
    if len(set(people)) < size:
        raise ValueError(f"{len(set(people))} people are too few for a team of {size}")
    chance = Random(seed)  # noqa: S311 -- not for security
    work, together = Counter[P](), Counter[frozenset[P]]()
    teams = []
    for _ in range(count):
        team: list[P] = []
        order = list(people)
        chance.shuffle(order)
        for _place in range(size):
            team.append(
                min((each for each in order if each not in team), key=lambda each: _cost(each, team, work, together))
            )
        work.update(team)
        together.update(frozenset((one, other)) for place, one in enumerate(team) for other in team[:place])
        teams.append(tuple(team))
    return teams


def distribute(slots: Sequence[Collection[P]], *, work: Mapping[P, int]) -> list[P | None]:
    """Return the person who gets each slot: the eligible one with the least work; None if no one is eligible.

    Slots with few eligible people are distributed first, so that the others can balance the work.

    Args:
        slots: people who are eligible for each.
        work: number of slots that each person already has; ties go to the first person in it.
    """
    load, rank = dict(work), {person: place for place, person in enumerate(work)}
    chosen: list[P | None] = [None] * len(slots)
    for index in sorted(range(len(slots)), key=lambda each: len(slots[each])):
        if slots[index]:
            person = min(slots[index], key=lambda each: (load[each], rank[each]))
            chosen[index], load[person] = person, load[person] + 1
    return chosen


def _cost(person: P, team: list[P], work: Counter[P], together: Counter[frozenset[P]]) -> tuple[int, int]:
    return work[person], sum(together[frozenset((person, other))] for other in team)
