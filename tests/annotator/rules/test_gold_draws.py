import pytest

from annotator.rules.gold_draws import in_drawn_order, is_due


def turns(percent: int, seed: str = "s", person: str = "p", work: int = 1000) -> list[int]:
    given, last = [], -1
    for place in range(work):
        if is_due(seed=seed, person=person, place=place, last=last, percent=percent):
            given.append(place)
            last = place
    return given


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


def test_gold_that_could_not_be_given_stays_due_until_its_section_ends() -> None:
    due = [place for place in range(200) if is_due(seed="s", person="p", place=place, last=-1, percent=5)]
    for section, turn in enumerate(turns(5, work=200)):
        assert [place for place in due if place // 20 == section] == list(range(turn, 20 * (section + 1)))


def test_the_position_within_a_section_varies() -> None:
    assert len({place % 20 for place in turns(5, work=10_000)}) == 20


def test_the_order_of_dialogues_differs_by_person() -> None:
    keys = [str(each) for each in range(9)]
    first, second = (in_drawn_order(keys, seed="s", person=person) for person in "ab")
    assert sorted(first) == sorted(second) == keys
    assert first != second
    assert first == in_drawn_order(keys[::-1], seed="s", person="a")
