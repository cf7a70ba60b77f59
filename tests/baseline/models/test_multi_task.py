import pytest

from tests.baseline.torch_or_skip import torch

# isort: split
from baseline.data.minibatches import Collator
from baseline.data.release import Row
from baseline.data.vocabulary import Vocabulary
from baseline.features.ngrams import NgramFeatures
from baseline.models import multi_task
from baseline.models.multi_task import MultiTaskNetwork
from tests.baseline.material import MOODS, SENTIMENT, utterance

pytestmark = pytest.mark.torch

FEATURES = NgramFeatures(Vocabulary({"好": 2, "坏": 3}))
SPEAKERS = Vocabulary({"王": 2})


def sentiment_logits(network: MultiTaskNetwork, *dialogues: list[Row]) -> torch.Tensor:
    minibatch = Collator(FEATURES.encode, SPEAKERS, [SENTIMENT], context=1).collate(dialogues)
    with torch.no_grad():
        logits: torch.Tensor = network(minibatch)["sentiment"]
    return logits


@pytest.fixture
def network() -> MultiTaskNetwork:
    torch.manual_seed(0)
    untrained = MultiTaskNetwork(FEATURES, SPEAKERS, [SENTIMENT, MOODS])
    untrained.eval()
    return untrained


def test_earlier_utterances_within_the_context_change_the_logits(network: MultiTaskNetwork) -> None:
    alone = sentiment_logits(network, [utterance("好")])[-1]
    after = sentiment_logits(network, [utterance("坏"), utterance("好", order=2)])[-1]
    assert not torch.allclose(alone, after)


def test_utterances_before_the_context_do_not_change_the_logits(network: MultiTaskNetwork) -> None:
    def last_logits(first: str) -> torch.Tensor:
        texts = (first, "好", "好")
        return sentiment_logits(network, [utterance(text, order=order) for order, text in enumerate(texts)])[-1]

    assert torch.allclose(last_logits("好"), last_logits("坏"))


def test_other_dialogues_of_a_minibatch_do_not_change_the_logits(network: MultiTaskNetwork) -> None:
    alone = sentiment_logits(network, [utterance("好")])[-1]
    second = sentiment_logits(network, [utterance("坏", dialogue="x")], [utterance("好", dialogue="y")])[-1]
    assert torch.allclose(alone, second)


def test_hidden_speaker_equals_an_unknown_one(network: MultiTaskNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multi_task, "SPEAKER_DROPOUT", 1.0)
    network.train()
    network.dropout.eval()
    known, unknown = (sentiment_logits(network, [utterance("好", speaker=speaker)]) for speaker in ("王", "李"))
    assert torch.equal(known, unknown)
    network.eval()
    known, unknown = (sentiment_logits(network, [utterance("好", speaker=speaker)]) for speaker in ("王", "李"))
    assert not torch.allclose(known, unknown)
