from collections.abc import Sequence

import pytest

from tests.baseline.torch_or_skip import torch

# isort: split
from baseline.data.minibatches import Minibatch
from baseline.data.release import Question
from baseline.data.vocabulary import Vocabulary
from baseline.evaluation import predict as predict_module
from baseline.evaluation.predict import predict
from baseline.features.ngrams import NgramFeatures
from baseline.models.head import Head
from baseline.models.model import Model
from baseline.models.network import Network
from baseline.options import Options
from tests.baseline.material import SENTIMENT, utterance

pytestmark = pytest.mark.torch

FEATURES = NgramFeatures(Vocabulary({"坏": 2, "的": 3, "好": 4}))


class FirstNgram(Network):
    """Predicts the class that has the number of an utterance's first n-gram, less 2."""

    def __init__(self, questions: Sequence[Question]) -> None:
        super().__init__()
        self.heads = torch.nn.ModuleList(Head(1, question) for question in questions)

    def forward(self, minibatch: Minibatch) -> dict[str, torch.Tensor]:
        numbers, starts = minibatch.features
        classes = numbers[starts] - 2
        return {"sentiment": torch.nn.functional.one_hot(classes, 3).float()}


@pytest.mark.parametrize("size", [1, 512])
def test_predictions_are_in_the_order_of_the_rows(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predict_module, "MINIBATCH_SIZE", size)
    rows = [
        utterance("好", dialogue="x", order=2),
        utterance("坏", dialogue="y", order=1),
        utterance("的", dialogue="x", order=1),
    ]
    model = Model(FirstNgram([SENTIMENT]), FEATURES, Vocabulary({}), [SENTIMENT], Options())
    assert predict(model, rows) == {"sentiment": ["positive", "negative", "neutral"]}
    assert not model.network.training
