import numpy as np
import pytest

from baseline.data.rows import Question
from baseline.data.targets import MASKED, encode
from baseline.measures.counts import Counts, class_counts, counts, total
from baseline.measures.from_counts import accuracy, macro_f1, macro_mae, quadratic_kappa, weighted_f1
from tests.baseline.material import EMOTION, LINK, MOODS

LABELS = ["joy", "joy", "joy", "anger", "anger", "fear"]
PREDICTIONS = ["joy", "joy", "anger", "anger", "fear", "joy"]


def counted(labels: list[object], predictions: list[object], question: Question) -> Counts:
    codes, choices = (encode(each, question) for each in (labels, predictions))  # type: ignore[arg-type]
    found: Counts = counts(codes, choices, [range(len(labels))], question)[0]
    return found


def test_figures_equal_those_calculated_by_hand() -> None:
    found = counted([*LABELS], [*PREDICTIONS], EMOTION)
    # joy: 2 of 3 labels found, 2 of 3 predictions right; anger: 1 of 2, 1 of 2; fear: 0 of 1, 0 of 1; neutral: absent
    assert [each.tolist() for each in class_counts(found, EMOTION)] == [[2, 1, 0, 0], [3, 2, 1, 0], [3, 2, 1, 0]]
    assert accuracy(found, EMOTION) == pytest.approx(3 / 6)
    assert macro_f1(found, EMOTION) == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)
    assert weighted_f1(found, EMOTION) == pytest.approx((3 * 2 / 3 + 2 * 1 / 2) / 6)


def test_class_that_occurs_only_in_predictions_lowers_the_macro_average() -> None:
    assert macro_f1(counted(["joy", "joy"], ["joy", "anger"], EMOTION), EMOTION) == pytest.approx((2 / 3 + 0) / 2)


def test_macro_averaged_error_gives_each_class_the_same_weight() -> None:
    # class -2 is wrong by 4 once in one; class 0 is right three times
    assert macro_mae(counted([-2, 0, 0, 0], [2, 0, 0, 0], LINK), LINK) == pytest.approx((4 + 0) / 2)


def test_quadratic_kappa_of_a_published_form_of_calculation() -> None:
    # observed: (1 + 4 + 0 + 0) / 4; expected: mean squared distance over all pairs of labels and predictions
    labels, predictions = [-2, 0, 1, 1], [-1, 2, 1, 1]
    expected = np.mean([[(a - b) ** 2 for b in predictions] for a in labels])
    found = quadratic_kappa(counted([*labels], [*predictions], LINK), LINK)
    assert found == pytest.approx(1 - (5 / 4) / expected)


def test_accuracy_of_many_answers_counts_equal_sets() -> None:
    found = counted([["joy"], ["joy", "anger"], []], [["joy"], ["joy"], ["anger"]], MOODS)
    assert accuracy(found, MOODS) == pytest.approx(1 / 3)
    assert macro_f1(found, MOODS) == pytest.approx((1 + 0) / 2)
    assert total(found, MOODS) == 3


def test_figures_are_undefined_without_labels() -> None:
    found = counted([None], ["joy"], EMOTION)
    assert np.isnan([accuracy(found, EMOTION), macro_f1(found, EMOTION), weighted_f1(found, EMOTION)]).all()


def test_a_link_between_wrong_ends_is_wrong() -> None:
    labels = np.array([0, 4, MASKED])
    wrong = np.array([True, False, True])
    found = counts(labels, np.array([0, 4, 4]), [range(3)], LINK, wrong=wrong).sum(axis=0)
    assert accuracy(found, LINK) == 0.5
    assert found[0, 5] == 1


def test_counts_of_dialogues_add_up() -> None:
    labels, choices = np.array([0, 1, 2, 3]), np.array([0, 1, 1, 3])
    apart = counts(labels, choices, [range(2), range(2, 4)], EMOTION)
    assert apart.shape == (2, 4, 5)
    assert apart.sum(axis=0).tolist() == counts(labels, choices, [range(4)], EMOTION)[0].tolist()
