import pytest

from annotator.rules.mix_in import is_turn


@pytest.mark.parametrize("percent", [1, 10, 50, 100])
def test_the_share_of_positive_draws_matches_the_percentage(percent: int) -> None:
    drawn = sum(is_turn(percent=percent, seed=str(n)) for n in range(4000))
    assert abs(drawn / 40 - percent) < 3


def test_the_same_draw_has_the_same_result() -> None:
    assert len({is_turn(percent=50, seed="x") for _ in range(20)}) == 1
