import numpy as np
import pytest

from tests.baseline import torch_or_skip  # noqa: F401

# isort: split
from baseline.data.predictions import Predictions, decided
from baseline.data.rows import Question
from baseline.data.targets import Codes, Floats, one_hot
from baseline.training.trust import Trust, chosen_trust, held_out, mixed
from tests.baseline.material import MOODS, SENTIMENT

pytestmark = pytest.mark.torch

DIALOGUES = [range(first, first + 5) for first in range(0, 400, 5)]
LABELS = np.random.default_rng(0).integers(0, 3, 400)


def guesses(right: float, seed: int) -> Floats:
    """Return probabilities whose most probable class is the label with the probability `right`, else a random one."""
    random = np.random.default_rng(seed)
    named = np.where(random.random(400) < right, LABELS, random.integers(0, 3, 400))
    return np.asarray(0.1 + 0.7 * one_hot(named, SENTIMENT), np.float32)


def chosen(linear: Floats, network: Floats, labels: Codes = LABELS) -> Trust:
    return chosen_trust(
        LABELS, labels, decided(linear, SENTIMENT), network, DIALOGUES, question=SENTIMENT, name="macro-f1"
    )


def test_a_network_that_is_clearly_better_is_trusted() -> None:
    found = chosen(guesses(0.3, 1), guesses(0.9, 2))
    assert found.share > 0.5
    assert found.gain > 5 * found.error > 0


def test_the_linear_model_decides_alone_where_the_network_is_worse_or_equal() -> None:
    linear = decided(guesses(0.6, 1), SENTIMENT)
    for network in (guesses(0.0, 2), linear.probabilities):
        found = chosen(linear.probabilities, network)
        assert found.share == 0
        assert found.predictions(linear, network, SENTIMENT) is linear


def test_a_gain_within_one_standard_error_is_not_trusted_and_one_above_it_is() -> None:
    within = chosen(guesses(0.6, 2), guesses(0.62, 102))
    assert 0 < within.gain < within.error
    assert within.share == 0
    above = chosen(guesses(0.6, 5), guesses(0.62, 105))
    assert above.gain > above.error
    assert above.share > 0


def test_noise_alone_is_seldom_trusted() -> None:
    labels = np.random.default_rng(1).integers(0, 3, 400)
    trusted = [chosen(guesses(0, seed), guesses(0, 100 + seed), labels).share > 0 for seed in range(40)]
    assert sum(trusted) < 8


def test_no_dialogue_chooses_its_own_bias() -> None:
    right, wrong = np.zeros((2, 3, 4))
    right[0, 0] = right[1, 1] = wrong[0, 1] = wrong[1, 0] = 1
    one = np.stack([right, wrong] * 5)  # ten dialogues, one in each fold
    other = np.stack([wrong, right] * 5)
    # Both biases are right in five dialogues; without one of these, the other dialogues prefer the other bias.
    found = held_out(np.stack([one, other]), SENTIMENT, "macro-f1")
    np.testing.assert_array_equal(found, np.stack([wrong] * 10))


def test_without_labels_in_dev_the_linear_model_decides() -> None:
    assert chosen(guesses(0.6, 1), guesses(0.9, 2), np.full(400, -1)).share == 0


@pytest.mark.parametrize("question", [SENTIMENT, MOODS], ids=["one answer", "many answers"])
def test_a_mixture_reaches_from_one_model_to_the_other(question: Question) -> None:
    first = np.array([[0.2, 0.5, 0.3]], np.float32)[:, : len(question.classes)]
    second = np.array([[0.6, 0.1, 0.3]], np.float32)[:, : len(question.classes)]
    np.testing.assert_allclose(mixed(first, second, 0.0, question), first, rtol=1e-5)
    np.testing.assert_allclose(mixed(first, second, 1.0, question), second, rtol=1e-5)
    between = mixed(first, second, 0.5, question)
    assert 0.2 < between[0, 0] < 0.6
    if not question.many:
        assert between.sum() == pytest.approx(1)


def test_the_bias_counts_in_the_predictions() -> None:
    even = np.full((1, 3), 1 / 3, np.float32)
    found = Trust(1.0, np.array([0, 1, 0], np.float32), 0.0, 0.0)
    assert found.predictions(Predictions(np.array([0]), even), even, SENTIMENT).choices.tolist() == [1]
