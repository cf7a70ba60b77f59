"""Who judges which dialogue, where each place is given to a named person."""

from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from random import Random
from typing import TypeVar

P = TypeVar("P", bound=Hashable)


def balanced_teams(people: Sequence[P], *, size: int, count: int, seed: str) -> list[tuple[P, ...]]:
    """Return `count` teams of `size` people with the same work for all, and everybody with everybody as far as it goes.

    Nobody is in two teams more than anybody else is; among those with the least work the ones go together who did so
    least often.

    Args:
        people: at least `size` different ones.
        size: of each team.
        count: how many teams.
        seed: any text; decides between people who are equal in all this.

    Raises:
        ValueError: fewer people than a team has.
    """
    if len(set(people)) < size:
        raise ValueError(f"{len(set(people))} people make no team of {size}")
    chance = Random(seed)  # noqa: S311 -- who works with whom is no secret
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


def given_on(places: Sequence[Collection[P]], *, work: Mapping[P, int]) -> list[P | None]:
    """Return who gets each place: of those who may have it the one with the least work; None where nobody may.

    Places that few may have are given first, so that the others can make up for them.

    Args:
        places: who may have each.
        work: how many places each person has already; who stands first in it gets the first of equals.
    """
    load, rank = dict(work), {person: place for place, person in enumerate(work)}
    chosen: list[P | None] = [None] * len(places)
    for index in sorted(range(len(places)), key=lambda each: len(places[each])):
        if places[index]:
            person = min(places[index], key=lambda each: (load[each], rank[each]))
            chosen[index], load[person] = person, load[person] + 1
    return chosen


def _cost(person: P, team: list[P], work: Counter[P], together: Counter[frozenset[P]]) -> tuple[int, int]:
    return work[person], sum(together[frozenset((person, other))] for other in team)
