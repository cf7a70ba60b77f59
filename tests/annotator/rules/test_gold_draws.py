import pytest

from annotator.rules.gold_draws import in_drawn_order, is_gold


def turns(percent: int, seed: str = "s", person: str = "p", work: int = 1000) -> list[int]:
    return [place for place in range(work) if is_gold(seed=seed, person=person, place=place, percent=percent)]


@pytest.mark.parametrize("percent", [1, 5, 7, 33, 50])
def test_the_rate_is_the_same_for_everyone(percent: int) -> None:
    for person in "abc":
        assert len(turns(percent, person=person)) == pytest.approx(10 * percent, rel=0.2)


def test_one_is_drawn_in_each_section() -> None:
    assert [place // 20 for place in turns(5)] == list(range(50))


def test_the_draw_is_repeatable_and_differs_by_person() -> None:
    assert turns(5) == turns(5)
    assert len({tuple(turns(5, person=person)) for person in "abcd"}) == 4
    assert turns(5, seed="s") != turns(5, seed="t")


def test_the_position_within_a_section_varies() -> None:
    assert len({place % 20 for place in turns(5, work=10_000)}) == 20


def test_the_order_of_dialogues_differs_by_person() -> None:
    keys = [str(each) for each in range(9)]
    first, second = (in_drawn_order(keys, seed="s", person=person) for person in "ab")
    assert sorted(first) == sorted(second) == keys
    assert first != second
    assert first == in_drawn_order(keys[::-1], seed="s", person="a")
