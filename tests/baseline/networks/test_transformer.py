from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.baseline.torch_or_skip import torch

# isort: split
from baseline.data.release import read
from baseline.features import minilm
from baseline.features.base import Setting, Tokens
from baseline.models.base import Job
from baseline.models.registry import MODELS
from baseline.networks.minibatches import Split
from baseline.networks.network import Network
from baseline.networks.transformer import Encoder, utterance_vectors
from baseline.options import Options
from baseline.training.loop import Training
from tests.baseline.material import utterance
from tests.conftest import missing

pytestmark = pytest.mark.torch

SETTINGS: dict[str, Any] = {
    "hidden_size": 16,
    "intermediate_size": 32,
    "layer_norm_eps": 1e-12,
    "num_attention_heads": 2,
    "num_hidden_layers": 2,
}
VOCABULARY, LONGEST = 50, 40
LENGTHS = [5, 3, 7, 4]  # tokens of four utterances
PUBLISHED = [[-0.330928, 0.076215, 0.094120], [-0.291996, -0.026467, 0.195597]]


def random_weights() -> dict[str, "torch.Tensor"]:
    generator = torch.Generator().manual_seed(0)

    def matrix(*sizes: int) -> "torch.Tensor":
        return torch.randn(sizes, generator=generator) * 0.3

    width, inner = SETTINGS["hidden_size"], SETTINGS["intermediate_size"]
    found = {
        "embeddings.word_embeddings.weight": matrix(VOCABULARY, width),
        "embeddings.position_embeddings.weight": matrix(LONGEST, width),
        "embeddings.token_type_embeddings.weight": matrix(2, width),
    }
    layers: dict[str, tuple[int, ...]] = {"embeddings.LayerNorm": (width,)}
    for number in range(int(SETTINGS["num_hidden_layers"])):
        prefix = f"encoder.layer.{number}."
        for name in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            layers[prefix + name] = (width, width)
        layers |= {f"{prefix}intermediate.dense": (inner, width), f"{prefix}output.dense": (width, inner)}
        layers |= {f"{prefix}{name}.LayerNorm": (width,) for name in ("attention.output", "output")}
    for name, sizes in layers.items():
        found |= {f"{name}.weight": matrix(*sizes), f"{name}.bias": matrix(sizes[0])}
    return found


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "weights", lambda: (random_weights(), SETTINGS))
    monkeypatch.setattr(minilm, "tokens", _characters)


def _characters(texts: list[str]) -> Tokens:
    numbers = [[ord(each) % VOCABULARY for each in text[:20]] for text in texts]
    starts = np.concatenate([[0], np.cumsum([len(each) for each in numbers])])
    return Tokens(starts, np.array([one for each in numbers for one in each], np.int64))


def test_an_utterance_does_not_depend_on_the_others_beside_it() -> None:
    numbers = torch.randint(VOCABULARY, (sum(LENGTHS),), generator=torch.Generator().manual_seed(1))
    starts = torch.tensor([0, *np.cumsum(LENGTHS)])
    encoder = Encoder(random_weights(), SETTINGS).eval()
    together = encoder(numbers, starts)
    for number, length in enumerate(LENGTHS):
        alone = encoder(numbers[starts[number] : starts[number + 1]], torch.tensor([0, length]))
        torch.testing.assert_close(alone[0], together[number], atol=1e-5, rtol=1e-5)


def test_one_utterance_equals_the_layers_of_torch() -> None:
    weights = random_weights()
    width, heads = SETTINGS["hidden_size"], SETTINGS["num_attention_heads"]
    numbers = torch.tensor([3, 1, 4, 1, 5])
    states = weights["embeddings.word_embeddings.weight"][numbers]
    states = states + weights["embeddings.position_embeddings.weight"][:5]
    states = states + weights["embeddings.token_type_embeddings.weight"][0]
    norm = "embeddings.LayerNorm"
    functional = torch.nn.functional
    states = functional.layer_norm(states, (width,), weights[f"{norm}.weight"], weights[f"{norm}.bias"], 1e-12)[None]
    for number in range(int(SETTINGS["num_hidden_layers"])):
        prefix = f"encoder.layer.{number}."
        layer = torch.nn.TransformerEncoderLayer(
            width, heads, SETTINGS["intermediate_size"], 0.0, functional.gelu, 1e-12, batch_first=True
        )
        inside = [f"{prefix}attention.self.{name}" for name in ("query", "key", "value")]
        names = {
            "self_attn.out_proj": f"{prefix}attention.output.dense",
            "linear1": f"{prefix}intermediate.dense",
            "linear2": f"{prefix}output.dense",
            "norm1": f"{prefix}attention.output.LayerNorm",
            "norm2": f"{prefix}output.LayerNorm",
        }
        state = {
            f"{ours}.{kind}": weights[f"{name}.{kind}"] for ours, name in names.items() for kind in ("weight", "bias")
        }
        state["self_attn.in_proj_weight"] = torch.cat([weights[f"{name}.weight"] for name in inside])
        state["self_attn.in_proj_bias"] = torch.cat([weights[f"{name}.bias"] for name in inside])
        layer.load_state_dict(state)
        states = layer.eval()(states)
    found = Encoder(weights, SETTINGS).eval()(numbers, torch.tensor([0, 5]))
    torch.testing.assert_close(found, states.mean(dim=1), atol=1e-5, rtol=1e-5)


@pytest.mark.usefixtures("small")
def test_the_layers_are_trained_at_their_own_rate_and_words_and_positions_are_kept() -> None:
    rows = [utterance(dialogue=name, text=f"text {name}") for name in "abcd"]
    found = minilm.tokens([row.text for row in rows])
    options = Options(width=8, encoder_learning_rate=1e-4)
    network = Network([], [("text", found)], 0, "hard-sharing", options)
    rates = {
        id(weight): group["lr"]
        for group in Training(network, Split(rows, [found], {}, "cpu"), {}, {}, options, seed=0).optimizer.param_groups
        for weight in group["params"]
    }
    encoder = next(each for each in network.modules() if isinstance(each, Encoder))
    assert {rates[id(weight)] for weight in encoder.parameters()} == {1e-4}
    assert {rates[id(weight)] for weight in network.speakers.parameters()} == {options.learning_rate}
    assert not {"words", "positions"} & {name.rpartition(".")[2] for name in network.state_dict()}


@pytest.mark.usefixtures("small")
def test_an_interrupted_training_of_the_encoder_ends_with_the_same_bytes(
    write_release: Callable[..., Path], tmp_path: Path
) -> None:
    release = read(write_release())
    options = Options(features=("minilm-finetuned",), width=16, epochs=3, minibatch=32)

    def run(folder: str, log: Callable[[str], None]) -> Any:
        place = tmp_path / folder
        place.mkdir(exist_ok=True)
        prepared = [("text", minilm.MiniLMTokens().prepare(Setting(release, tmp_path)))]
        return MODELS.get("hard-sharing").run(Job(release, options, 0, place, lambda: prepared, "key", log))

    def stop(line: str) -> None:
        if "epoch 2/" in line:
            raise KeyboardInterrupt

    whole = run("whole", print)
    with pytest.raises(KeyboardInterrupt):
        run("cut", stop)
    resumed = run("cut", print)
    for slug, each in whole.predictions["test"].items():
        assert np.array_equal(each.probabilities, resumed.predictions["test"][slug].probabilities)


def test_vectors_of_the_published_encoder_are_those_of_its_reference_implementation() -> None:
    if not minilm.is_installed():
        missing("the encoder MiniLM (`make minilm`)")
    texts = ["Also I was the point person on my company's transition.", "no"]
    found = utterance_vectors(minilm.tokens(texts), np.arange(2))
    # computed by AutoModel of transformers 4.57, mean over the tokens
    np.testing.assert_allclose(found[:, :3], PUBLISHED, atol=2e-5)
