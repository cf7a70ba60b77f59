import numpy as np
import pytest

from tests.baseline.torch_or_skip import torch

# isort: split
from baseline.features import minilm
from baseline.networks.transformer import Encoder, published, utterance_vectors
from tests.baseline.small_encoder import SETTINGS, VOCABULARY, random_weights
from tests.conftest import missing

pytestmark = pytest.mark.torch

LENGTHS = [5, 3, 7, 4]  # tokens of four utterances
PUBLISHED = [[-0.330928, 0.076215, 0.094120], [-0.291996, -0.026467, 0.195597]]


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


def test_vectors_of_the_published_encoder_are_those_of_its_reference_implementation() -> None:
    if not minilm.is_installed():
        missing("the encoder MiniLM (`make minilm`)")
    texts = ["Also I was the point person on my company's transition.", "no"]
    found = utterance_vectors(published(), minilm.tokens(texts))
    # computed by AutoModel of transformers 4.57, mean over the tokens
    np.testing.assert_allclose(found[:, :3], PUBLISHED, atol=2e-5)
