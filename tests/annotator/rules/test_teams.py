from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.rules.teams import balanced_teams, distribute


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 60), st.text())
def test_everyone_has_the_same_work(people: int, size: int, count: int, seed: str) -> None:
    names = list(range(max(people, size)))
    teams = balanced_teams(names, size=size, count=count, seed=seed)
    assert [len(set(team)) for team in teams] == [size] * count
    work = Counter(person for team in teams for person in team)
    assert max(work.values(), default=0) - min((work[name] for name in names), default=0) <= 1


def test_everyone_works_with_everyone() -> None:
    teams = balanced_teams("abcd", size=2, count=60, seed="x")
    together = Counter(frozenset(team) for team in teams)
    assert {together[frozenset(pair)] for pair in combinations("abcd", 2)} == {10}


def test_too_few_people_make_no_team() -> None:
    with pytest.raises(ValueError, match="2 people are too few for a team of 3"):
        balanced_teams("aba", size=3, count=1, seed="x")


def test_only_the_seed_decides() -> None:
    one, again, other = (balanced_teams("abcde", size=2, count=20, seed=seed) for seed in ("a", "a", "b"))
    assert (one == again, one == other) == (True, False)


def test_slots_go_to_the_eligible_person_with_the_least_work() -> None:
    assert distribute(["ab", "ab", "a", ""], work={"a": 0, "b": 0}) == ["b", "a", "a", None]
    assert distribute(["ab", "ab"], work={"a": 1, "b": 0}) == ["b", "a"]
