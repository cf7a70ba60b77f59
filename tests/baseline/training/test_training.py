from dataclasses import replace

import numpy as np
import pytest

from tests.baseline.torch_or_skip import torch

# isort: split
from baseline.data.rows import Label
from baseline.data.targets import one_hot
from baseline.features.base import Vectors
from baseline.networks.minibatches import Split
from baseline.networks.network import Network
from baseline.options import Options
from baseline.training import checkpoints
from baseline.training.biases import tuned_bias
from baseline.training.loop import History, Training, minibatch_size
from baseline.training.loss import loss
from baseline.training.targets import Targets, link_strengths, targets
from tests.baseline.material import LINK, MOODS, SENTIMENT, utterance

pytestmark = pytest.mark.torch

PLAIN = Options(class_weight=0.0, label_smoothing=0.0)


def test_rare_classes_weigh_more_and_the_mean_weight_is_one() -> None:
    rows = [*[utterance(sentiment="neutral")] * 9, utterance(sentiment="positive"), utterance()]
    found = targets(rows, SENTIMENT, replace(PLAIN, class_weight=-0.5)).weights
    assert float(found[9] / found[0]) == pytest.approx(3)
    assert float(found.sum()) == pytest.approx(10)
    assert float(found[10]) == 0


def test_votes_are_targets_unless_labels_are_asked_for() -> None:
    votes: dict[str, dict[str, Label]] = {
        "sentiment": {"a": "positive", "b": "neutral", "c": "neutral", "d": "neutral"}
    }
    rows = [replace(utterance(sentiment="neutral"), votes=votes)]
    assert targets(rows, SENTIMENT, PLAIN).probabilities.tolist() == [[0, 0.75, 0.25]]
    assert targets(rows, SENTIMENT, replace(PLAIN, soft_labels=False)).probabilities.tolist() == [[0, 1, 0]]


def test_a_row_whose_votes_are_split_teaches_their_shares_although_it_has_no_label() -> None:
    votes: dict[str, dict[str, Label]] = {"sentiment": {"a": "positive", "b": "neutral"}}
    rows = [utterance(sentiment="neutral"), replace(utterance(), votes=votes), utterance()]
    found = targets(rows, SENTIMENT, PLAIN)
    assert found.probabilities[1].tolist() == [0, 0.5, 0.5]
    assert found.weights.tolist() == [1, 1, 0]
    assert targets(rows, SENTIMENT, replace(PLAIN, soft_labels=False)).weights.tolist() == [1, 0, 0]


def test_smoothing_spreads_a_share_of_the_target() -> None:
    found = targets([utterance(sentiment="neutral")], SENTIMENT, replace(PLAIN, label_smoothing=0.3)).probabilities
    assert found.tolist() == [pytest.approx([0.1, 0.8, 0.1])]


def test_loss_is_the_mean_over_questions_and_ignores_rows_without_a_label() -> None:
    rows = [utterance(sentiment="neutral", moods=["joy"]), utterance()]
    both = {question.slug: targets(rows, question, PLAIN) for question in (SENTIMENT, MOODS)}
    outputs = {"sentiment": torch.log(torch.tensor([[0.25, 0.5, 0.25]] * 2)), "moods": torch.zeros(2, 2)}
    assert float(loss(outputs, both)) == pytest.approx((np.log(2) + np.log(2)) / 2, rel=1e-5)
    nothing = {slug: Targets(each.probabilities, each.weights * 0) for slug, each in both.items()}
    assert float(loss(outputs, nothing)) == 0


def test_a_part_learns_nothing_from_utterances_that_lack_its_modality() -> None:
    rows = [utterance(sentiment="neutral", moods=["joy"])] * 2
    for question in (SENTIMENT, MOODS):
        found = targets(rows, question, PLAIN).only(torch.tensor([True, False]))
        assert float(found.weights[0].sum()) > 0
        assert float(found.weights[1].sum()) == 0


def test_the_head_of_a_modality_learns_nothing_from_utterances_that_lack_it() -> None:
    rows = [utterance(sentiment="neutral"), utterance(order=2)]  # the first one has a label, but no sound
    text, sound = (Vectors(np.array(each, np.float32)) for each in ([[1, 2], [3, 4]], [[np.nan, np.nan], [5, 6]]))
    network = Network([SENTIMENT], [("text", text), ("audio", sound)], 0, "hard-sharing", Options(width=8))
    split = Split(rows, [text, sound], {}, "cpu")
    labels = {"sentiment": targets(rows, SENTIMENT, PLAIN)}
    training = Training(network, split, labels, {}, Options(width=8), seed=0)
    training._loss(split.collate(split.dialogues), labels).backward()
    of_text, of_sound = (
        [float(weight.grad.abs().sum()) for weight in heads.parameters() if weight.grad is not None]
        for heads in network.unimodal
    )
    assert sum(of_text) > 0
    assert sum(of_sound) == 0


@pytest.mark.parametrize(("utterances", "size"), [(50, 32), (672, 42), (2_048, 128), (100_000, 128)])
def test_minibatches_of_a_small_corpus_are_smaller(utterances: int, size: int) -> None:
    assert minibatch_size(utterances, 128) == size


def test_the_strength_of_a_link_is_its_size_on_the_scale() -> None:
    rows = [utterance(moods_sentiment=-2), utterance(moods_sentiment=1), utterance()]
    (found,) = link_strengths(rows, [SENTIMENT, MOODS, LINK], [LINK]).items()
    assert found[0] == (1, 0)
    np.testing.assert_allclose(found[1], [1, 0.5, np.nan])


def test_a_bias_makes_up_for_probabilities_that_lean_to_the_frequent_class() -> None:
    train = np.array([1] * 90 + [2] * 10)
    dev = np.array([1] * 18 + [2] * 2)
    probabilities = np.tile(np.array([0.0, 0.6, 0.4], np.float32), (20, 1))
    probabilities[18:] = [0.0, 0.52, 0.48]
    bias, score = tuned_bias(train, dev, probabilities, [range(20)], question=SENTIMENT, name="macro-f1")
    assert score == 1.0
    assert (np.log(np.clip(probabilities, 1e-9, 1)) + bias).argmax(axis=1).tolist() == dev.tolist()


def test_no_bias_is_chosen_where_it_would_not_help() -> None:
    labels = np.array([0, 1, 2] * 4)
    found = one_hot(labels, SENTIMENT)
    bias, _ = tuned_bias(labels, labels, found, [range(12)], question=SENTIMENT, name="mean")
    assert bias.tolist() == [0, 0, 0]


def test_the_criterion_is_smoothed_over_three_epochs() -> None:
    assert History(scores=[0.9, 0.1, 0.2, 0.3]).smoothed == pytest.approx(0.2)


def test_a_damaged_checkpoint_or_one_of_another_training_is_not_used(tmp_path: object) -> None:
    from pathlib import Path

    file = Path(str(tmp_path)) / "x.checkpoint"
    assert checkpoints.load(file, "key") is None
    checkpoints.save({"key": "key", "value": torch.ones(2)}, file)
    restored = checkpoints.load(file, "key")
    assert restored is not None
    assert restored["value"].tolist() == [1, 1]
    assert checkpoints.load(file, "other") is None
    file.write_bytes(file.read_bytes()[:100])
    assert checkpoints.load(file, "key") is None
