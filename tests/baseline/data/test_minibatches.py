from collections.abc import Sequence

import pytest

from tests.baseline.torch_or_skip import torch

# isort: split
from baseline.data.dialogues import group_dialogues
from baseline.data.minibatches import OUTSIDE, Collator
from baseline.data.release import Row
from baseline.data.vocabulary import UNKNOWN, Vocabulary
from baseline.features.ngrams import NgramFeatures
from tests.baseline.material import MOODS, SENTIMENT, utterance

pytestmark = pytest.mark.torch


def lengths(rows: Sequence[Row]) -> tuple[torch.Tensor, ...]:
    return (torch.tensor([len(row.text) for row in rows]),)


def collator(*, context: int = 1) -> Collator:
    return Collator(lengths, Vocabulary({"王": 2}), [SENTIMENT, MOODS], context)


def test_window_reaches_back_within_the_dialogue_only() -> None:
    rows = [
        utterance("a", dialogue="x", order=2, speaker="李"),
        utterance("b", dialogue="x", order=1),
        utterance("c", dialogue="y", order=1),
        utterance("d", dialogue="x", order=3),
    ]
    features = NgramFeatures(Vocabulary({"a": 2, "b": 3, "c": 4, "d": 5}))
    minibatch = Collator(features.encode, Vocabulary({}), [], context=2).collate(group_dialogues(rows))
    ngrams, starts = minibatch.features
    assert ngrams.tolist() == [3, 2, 5, 4]
    assert starts.tolist() == [0, 1, 2, 3]
    assert minibatch.windows.tolist() == [
        [OUTSIDE, OUTSIDE, 0],
        [OUTSIDE, 0, 1],
        [0, 1, 2],
        [OUTSIDE, OUTSIDE, 3],
    ]
    assert minibatch.same_speaker.tolist() == [[0, 0, 1], [0, 0, 1], [1, 0, 1], [0, 0, 1]]


def test_minibatch_contains_speakers_and_labels() -> None:
    rows = [utterance(sentiment="neutral", moods=["joy"]), utterance(speaker="李", order=2)]
    minibatch = collator().collate([rows])
    assert minibatch.speakers.tolist() == [2, UNKNOWN]
    assert minibatch.labels["sentiment"].tolist() == [1, -1]
    assert minibatch.labels["moods"].tolist() == [[1, 0], [-1, -1]]


def test_two_speakers_without_a_number_are_not_the_same_speaker() -> None:
    rows = [utterance(speaker="李"), utterance(speaker="赵", order=2)]
    assert collator().collate([rows]).same_speaker.tolist() == [[0, 1], [0, 1]]


@pytest.mark.parametrize(("size", "expected"), [(1, [3, 2, 1]), (4, [5, 1]), (6, [6]), (99, [6])])
def test_dialogues_are_never_divided(size: int, expected: list[int]) -> None:
    dialogues = [[utterance(order=order) for order in range(length)] for length in (3, 2, 1)]
    minibatches = collator().minibatches(dialogues, size=size)
    assert [len(minibatch.speakers) for minibatch in minibatches] == expected
