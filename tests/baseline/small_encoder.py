"""A transformer with few random weights, in the place of MiniLM."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from baseline.features.base import Tokens
from tests.baseline.torch_or_skip import torch

SETTINGS: dict[str, Any] = {
    "hidden_size": 16,
    "intermediate_size": 32,
    "layer_norm_eps": 1e-12,
    "num_attention_heads": 2,
    "num_hidden_layers": 2,
}
VOCABULARY, LONGEST = 50, 40


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


def characters(texts: Sequence[str]) -> Tokens:
    """Return a token for each of the first 20 characters of a text."""
    numbers = [[ord(each) % VOCABULARY for each in text[:20]] for text in texts]
    starts = np.concatenate([[0], np.cumsum([len(each) for each in numbers])])
    return Tokens(starts, np.array([one for each in numbers for one in each], np.int64))
