from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.rules.shuffled_blocks import shuffled_blocks

EPISODES = {"first": 400, "second": 100, "third": 60, "last": 40}
ITEMS = [(f"{name} {n}", name) for name, count in EPISODES.items() for n in range(count)]


def episodes(order: list[str]) -> Counter[str]:
    return Counter(name.split()[0] for name in order)


@pytest.mark.parametrize("seed", ["a", "b", "c", "d"])
def test_each_block_has_the_same_share_of_each_episode_as_the_whole(seed: str) -> None:
    order = shuffled_blocks(ITEMS, seed=seed, block=60)
    for start in range(0, 600, 60):
        found = episodes(order[start : start + 60])
        assert all(abs(found[name] - count / 10) <= 2 for name, count in EPISODES.items())


def test_episodes_do_not_come_in_runs() -> None:
    order = [name.split()[0] for name in shuffled_blocks(ITEMS, seed="a")]
    assert sum(one == other for one, other in pairwise(order)) < 400


@given(st.lists(st.integers(0, 3), max_size=200), st.text(), st.integers(1, 70))
def test_every_item_appears_once(strata: list[int], seed: str, block: int) -> None:
    items = list(enumerate(strata))
    assert sorted(shuffled_blocks(items, seed=seed, block=block)) == list(range(len(items)))


def test_only_the_seed_decides() -> None:
    one, again, other = (shuffled_blocks(ITEMS, seed=seed) for seed in ("a", "a", "b"))
    assert (one == again, one == other) == (True, False)
