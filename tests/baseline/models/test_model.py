import pytest

from tests.baseline import torch_or_skip  # noqa: F401

# isort: split
from baseline.data.vocabulary import Vocabulary
from baseline.errors import UsageError
from baseline.features.ngrams import NgramFeatures
from baseline.models.model import untrained_model
from baseline.models.multi_task import MultiTaskNetwork
from baseline.options import Options
from tests.baseline.material import SENTIMENT, utterance

pytestmark = pytest.mark.torch

FEATURES = NgramFeatures(Vocabulary({"好": 2}))


def test_options_choose_the_network() -> None:
    model = untrained_model(FEATURES, Vocabulary({}), [SENTIMENT], Options(model="multi-task"))
    assert isinstance(model.network, MultiTaskNetwork)
    assert model.best_epoch == 0


def test_unknown_model_is_refused() -> None:
    with pytest.raises(UsageError, match="Unknown model 'other'"):
        untrained_model(FEATURES, Vocabulary({}), [SENTIMENT], Options(model="other"))


def test_minibatches_fit_the_options() -> None:
    model = untrained_model(FEATURES, Vocabulary({"王": 2}), [SENTIMENT], Options(context=3))
    minibatch = model.collator.collate([[utterance("好", sentiment="neutral")]])
    assert minibatch.windows.shape == (1, 4)
    assert minibatch.speakers.tolist() == [2]
    assert minibatch.labels["sentiment"].tolist() == [1]
