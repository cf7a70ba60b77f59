import pytest

from baseline.evaluation.metrics import ClassFigures, multiple, single

LABELS = ["joy", "joy", "joy", "anger", "anger", "fear"]
PREDICTIONS = ["joy", "joy", "anger", "anger", "fear", "joy"]


def test_figures_equal_those_calculated_by_hand() -> None:
    figures = single(LABELS, PREDICTIONS, ["joy", "anger", "fear", "neutral"])
    # joy: 2 of 3 labels found, 2 of 3 predictions right; anger: 1 of 2, 1 of 2; fear: 0 of 1, 0 of 1; neutral: absent
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


def test_class_that_occurs_only_in_predictions_lowers_the_macro_average() -> None:
    assert single(["a", "a"], ["a", "b"], ["a", "b", "c"]).macro_f1 == pytest.approx((2 / 3 + 0) / 2)


def test_majority_class_has_the_expected_macro_f1() -> None:
    # 90 of 100 are "no": F1(no) = 2*90/(90+100), F1(yes) = 0
    figures = single(["no"] * 90 + ["yes"] * 10, ["no"] * 100, ["no", "yes"])
    assert figures.accuracy == 0.9
    assert figures.macro_f1 == pytest.approx(180 / 190 / 2)
    assert figures.weighted_f1 == pytest.approx(0.9 * 180 / 190)


def test_mean_absolute_error_is_the_mean_distance_on_the_scale() -> None:
    figures = single([-2, 0, 2], [2, 0, 1], [-2, -1, 0, 1, 2], scale=True)
    assert figures.mean_absolute_error == pytest.approx((4 + 0 + 1) / 3)


def test_accuracy_of_many_answers_counts_equal_sets() -> None:
    figures = multiple([{"joy"}, {"joy", "anger"}, set()], [{"joy"}, {"joy"}, {"anger"}], ["joy", "anger"])
    assert figures.accuracy == pytest.approx(1 / 3)
    assert figures.per_class["joy"] == ClassFigures(1.0, 1.0, 1.0, 2)
    assert figures.per_class["anger"] == ClassFigures(0.0, 0.0, 0.0, 1)


def test_figures_are_none_without_labels() -> None:
    figures = single([], [], ["no", "yes"])
    assert (figures.n, figures.accuracy, figures.macro_f1, figures.weighted_f1) == (0, None, None, None)
