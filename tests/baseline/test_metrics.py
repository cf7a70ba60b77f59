import pytest

from baseline.metrics import ClassFigures, multiple, single

GOLD = ["joy", "joy", "joy", "anger", "anger", "fear"]
GUESS = ["joy", "joy", "anger", "anger", "fear", "joy"]


def test_figures_are_those_worked_out_by_hand() -> None:
    figures = single(GOLD, GUESS, ["joy", "anger", "fear", "neutral"])
    # joy: 2 of 3 found, 2 of 3 guesses right; anger: 1 of 2, 1 of 2; fear: 0 of 1, 0 of 1; neutral never occurs
    assert figures.per_class == {
        "joy": ClassFigures(2 / 3, 2 / 3, 2 / 3, 3),
        "anger": ClassFigures(0.5, 0.5, 0.5, 2),
        "fear": ClassFigures(0.0, 0.0, 0.0, 1),
        "neutral": ClassFigures(0.0, 0.0, 0.0, 0),
    }
    assert figures.accuracy == pytest.approx(3 / 6)
    assert figures.macro_f1 == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)
    assert figures.weighted_f1 == pytest.approx((3 * 2 / 3 + 2 * 1 / 2) / 6)
    assert figures.mean_absolute_error is None


def test_class_that_is_only_guessed_pulls_the_macro_average_down() -> None:
    assert single(["a", "a"], ["a", "b"], ["a", "b", "c"]).macro_f1 == pytest.approx((2 / 3 + 0) / 2)


def test_majority_class_alone_has_the_known_macro_f1() -> None:
    # 90 of 100 are "no": F1(no) = 2*90/(90+100), F1(yes) = 0
    figures = single(["no"] * 90 + ["yes"] * 10, ["no"] * 100, ["no", "yes"])
    assert figures.accuracy == 0.9
    assert figures.macro_f1 == pytest.approx(180 / 190 / 2)
    assert figures.weighted_f1 == pytest.approx(0.9 * 180 / 190)


def test_distance_on_a_scale() -> None:
    figures = single([-2, 0, 2], [2, 0, 1], [-2, -1, 0, 1, 2], scale=True)
    assert figures.mean_absolute_error == pytest.approx((4 + 0 + 1) / 3)


def test_several_answers_count_exactly_right_sets_and_each_class() -> None:
    figures = multiple([{"joy"}, {"joy", "anger"}, set()], [{"joy"}, {"joy"}, {"anger"}], ["joy", "anger"])
    assert figures.accuracy == pytest.approx(1 / 3)
    assert figures.per_class["joy"] == ClassFigures(1.0, 1.0, 1.0, 2)
    assert figures.per_class["anger"] == ClassFigures(0.0, 0.0, 0.0, 1)


def test_nothing_to_compare_gives_no_figures() -> None:
    figures = single([], [], ["no", "yes"])
    assert (figures.n, figures.accuracy, figures.macro_f1, figures.weighted_f1) == (0, None, None, None)
