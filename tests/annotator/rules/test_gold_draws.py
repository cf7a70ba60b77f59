import pytest

from annotator.rules.gold_draws import in_drawn_order, is_gold


def turns(percent: int, seed: str = "s", person: str = "p", work: int = 1000) -> list[int]:
    return [place for place in range(work) if is_gold(seed=seed, person=person, place=place, percent=percent)]


@pytest.mark.parametrize("percent", [1, 5, 7, 33, 50])
def test_the_rate_holds_for_everybody(percent: int) -> None:
    for person in "abc":
        assert len(turns(percent, person=person)) == pytest.approx(10 * percent, rel=0.2)


def test_one_comes_in_each_stretch() -> None:
    assert [place // 20 for place in turns(5)] == list(range(50))


def test_it_repeats_and_is_each_persons_own() -> None:
    assert turns(5) == turns(5)
    assert len({tuple(turns(5, person=person)) for person in "abcd"}) == 4
    assert turns(5, seed="s") != turns(5, seed="t")


def test_the_place_within_a_stretch_is_anywhere() -> None:
    assert len({place % 20 for place in turns(5, work=10_000)}) == 20


def test_dialogues_come_in_an_order_of_ones_own() -> None:
    keys = [str(each) for each in range(9)]
    first, second = (in_drawn_order(keys, seed="s", person=person) for person in "ab")
    assert sorted(first) == sorted(second) == keys
    assert first != second
    assert first == in_drawn_order(keys[::-1], seed="s", person="a")
