"""The contract of models: every entry of the registry must pass, and entries can be added from another file."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.baseline.torch_or_skip import torch

# isort: split
from baseline.cli import main
from baseline.data.minibatches import Collator, Minibatch
from baseline.data.release import Question
from baseline.data.vocabulary import Vocabulary
from baseline.features.base import Features
from baseline.features.ngrams import NgramFeatures
from baseline.models.head import Head
from baseline.models.network import Network, NetworkFactory
from baseline.models.registry import DEFAULT, MODELS
from baseline.training.loss import multi_task_loss
from tests.baseline.material import LINK, MOODS, SENTIMENT, utterance

pytestmark = pytest.mark.torch

Write = Callable[..., Path]

QUESTIONS = [SENTIMENT, MOODS, LINK]
FEATURES = NgramFeatures(Vocabulary({"好": 2, "坏": 3}))
SPEAKERS = Vocabulary({"王": 2})
DIALOGUES = [
    [
        utterance("好", dialogue="x", order=1, sentiment="positive", moods=["joy"], moods_sentiment=1),
        utterance("坏", dialogue="x", order=2, speaker="李", sentiment="negative", moods=[], moods_sentiment=-2),
        utterance("", dialogue="x", order=3),
    ],
    [utterance("坏好", dialogue="y", order=1, sentiment="neutral")],
]


class HeadsOnly(Network):
    """A linear network: one encoder per question and no layer between encoder and head."""

    def __init__(self, features: Features, _: Vocabulary, questions: Sequence[Question]) -> None:
        super().__init__()
        self.encoders = torch.nn.ModuleList(features.encoder() for _ in questions)
        self.heads = torch.nn.ModuleList(Head(features.width, question) for question in questions)

    def forward(self, minibatch: Minibatch) -> dict[str, torch.Tensor]:
        return {
            head.question.slug: head(encoder(*minibatch.features))
            for encoder, head in zip(self.encoders, self.heads, strict=True)
        }


@pytest.fixture(params=[*MODELS, HeadsOnly], ids=lambda entry: getattr(entry, "name", "dummy"))
def factory(request: pytest.FixtureRequest) -> NetworkFactory:
    entry: NetworkFactory = request.param if isinstance(request.param, type) else request.param.load()
    return entry


@pytest.fixture
def network(factory: NetworkFactory) -> Network:
    return new_network(factory)


def new_network(factory: NetworkFactory) -> Network:
    torch.manual_seed(0)
    return factory(FEATURES, SPEAKERS, QUESTIONS)


def collate() -> Minibatch:
    return Collator(FEATURES.encode, SPEAKERS, QUESTIONS, context=1).collate(DIALOGUES)


def evaluated(network: Network) -> dict[str, torch.Tensor]:
    network.eval()
    with torch.no_grad():
        logits: dict[str, torch.Tensor] = network(collate())
    return logits


def test_default_is_registered() -> None:
    assert DEFAULT in [entry.name for entry in MODELS]


def test_network_has_one_head_per_question(network: Network) -> None:
    assert [head.question for head in network.heads] == QUESTIONS


def test_logits_have_one_column_per_class(network: Network) -> None:
    shapes = {slug: tuple(logits.shape) for slug, logits in evaluated(network).items()}
    assert shapes == {question.slug: (4, len(question.classes)) for question in QUESTIONS}


def test_heads_predict_one_label_per_utterance(network: Network) -> None:
    logits = evaluated(network)
    for head in network.heads:
        predictions = head.predictions(logits[head.question.slug])
        assert len(predictions) == 4
        for prediction in predictions:
            classes = prediction if head.question.many else {prediction}
            assert set(classes) <= set(head.question.classes)


def test_evaluation_is_deterministic(network: Network) -> None:
    first, second = evaluated(network), evaluated(network)
    assert all(torch.equal(first[slug], second[slug]) for slug in first)


def test_logits_do_not_depend_on_labels(network: Network) -> None:
    network.eval()
    minibatch = collate()
    without = Minibatch(minibatch.features, minibatch.speakers, minibatch.windows, minibatch.same_speaker, labels={})
    with torch.no_grad():
        first, second = network(minibatch), network(without)
    assert all(torch.equal(first[slug], second[slug]) for slug in first)


def test_loss_reaches_every_parameter(network: Network) -> None:
    network.train()
    minibatch = collate()
    weights = {question.slug: torch.ones(len(question.classes)) for question in QUESTIONS}
    multi_task_loss(network(minibatch), minibatch.labels, weights).backward()
    assert [name for name, parameter in network.named_parameters() if parameter.grad is None] == []


def test_state_restores_the_network(factory: NetworkFactory, network: Network) -> None:
    torch.manual_seed(1)
    other = factory(FEATURES, SPEAKERS, QUESTIONS)
    other.load_state_dict(network.state_dict())
    first, second = evaluated(network), evaluated(other)
    assert all(torch.equal(first[slug], second[slug]) for slug in first)


def test_seed_determines_the_initial_weights(factory: NetworkFactory, network: Network) -> None:
    again = new_network(factory).state_dict()
    assert all(torch.equal(weight, again[name]) for name, weight in network.state_dict().items())


@pytest.mark.parametrize("name", [*(entry.name for entry in MODELS), "heads-only"])
def test_model_can_be_trained_and_evaluated_by_name(
    name: str,
    write_release: Write,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(MODELS, "_entries", dict(MODELS._entries))  # the registry of other tests stays as it is
    MODELS.register("heads-only", lambda: HeadsOnly, summary="a linear network, for tests")
    release, out = str(write_release()), tmp_path / "out"
    assert main(["train", release, "--model", name, "--epochs", "1", "--out", str(out)]) == 0
    trained = capsys.readouterr().out
    assert main(["evaluate", release, "--model", str(out)]) == 0
    assert capsys.readouterr().out == trained
    assert json.loads((out / "metrics.json").read_text(encoding="utf-8"))["options"]["model"] == name


def test_added_model_is_listed_by_help(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(MODELS, "_entries", dict(MODELS._entries))
    MODELS.register("heads-only", lambda: HeadsOnly, summary="100 % linear")
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    assert "heads-only (100 % linear)" in " ".join(capsys.readouterr().out.split())
