"""A pretrained transformer over the tokens of each utterance.

The layers are those of BERT (Devlin et al. 2019), with the published weights of MiniLM (Wang et al. 2020). Utterances
do not see each other here, but in the networks that take their vectors: with the tokens of the whole dialogue in one
sequence, which these weights were never trained on, the criterion on MELD's dev was lower.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from baseline.features import minilm
from baseline.features.base import Tokens

DROPOUT = 0.1  # as in pretraining
ENCODED_AT_ONCE = 64  # utterances
Weights = Mapping[str, torch.Tensor]


class Encoder(nn.Module):
    """The transformer itself. The vectors of words and positions stay as published; the layers can be trained."""

    def __init__(self, weights: Weights, settings: Mapping[str, Any]) -> None:
        """Take the weights, named as published."""
        super().__init__()
        width, epsilon = settings["hidden_size"], settings["layer_norm_eps"]
        # not trained, so that a checkpoint does not repeat them
        self.register_buffer("words", weights["embeddings.word_embeddings.weight"], persistent=False)
        positions = (
            weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
        )
        self.register_buffer("positions", positions, persistent=False)
        self.norm = nn.LayerNorm(width, eps=epsilon)
        _take(self.norm, weights, "embeddings.LayerNorm")
        self.dropout = nn.Dropout(DROPOUT)
        self.layers = nn.ModuleList(
            _Layer(
                weights,
                f"encoder.layer.{number}.",
                settings["num_attention_heads"],
                settings["intermediate_size"],
                epsilon,
            )
            for number in range(settings["num_hidden_layers"])
        )

    def forward(self, numbers: torch.Tensor, starts: torch.Tensor) -> torch.Tensor:
        """Return float (utterances, width): the mean over the tokens of each utterance.

        Args:
            numbers: int64 (tokens).
            starts: int64 (utterances + 1), the first token of each utterance.
        """
        lengths = starts.diff()
        offsets = torch.arange(int(lengths.max()), device=starts.device)
        inside = offsets < lengths[:, None]
        utterance, position = inside.nonzero(as_tuple=True)  # of each token
        places = (starts[:-1, None] + offsets).clamp(max=len(numbers) - 1)
        states = self.dropout(self.norm(self.words[numbers] + self.positions[position]))
        for layer in self.layers:
            states = layer(states, places, inside)
        total = states.new_zeros(len(lengths), states.shape[1]).index_add(0, utterance, states)
        return total / lengths[:, None]


class _Layer(nn.Module):
    """One layer of BERT. Tokens stand in one sequence without padding; only attention needs them by utterance."""

    def __init__(self, weights: Weights, prefix: str, heads: int, inner: int, epsilon: float) -> None:
        super().__init__()
        width = len(weights[f"{prefix}attention.self.query.bias"])
        self.heads = heads
        self.projections = nn.Linear(width, 3 * width)
        parts = [f"{prefix}attention.self.{name}." for name in ("query", "key", "value")]
        with torch.no_grad():
            self.projections.weight.copy_(torch.cat([weights[f"{part}weight"] for part in parts]))
            self.projections.bias.copy_(torch.cat([weights[f"{part}bias"] for part in parts]))
        self.attended, self.wide, self.narrow = (
            nn.Linear(width, width),
            nn.Linear(width, inner),
            nn.Linear(inner, width),
        )
        self.norms = nn.ModuleList(nn.LayerNorm(width, eps=epsilon) for _ in range(2))
        _take(self.attended, weights, f"{prefix}attention.output.dense")
        _take(self.norms[0], weights, f"{prefix}attention.output.LayerNorm")
        _take(self.wide, weights, f"{prefix}intermediate.dense")
        _take(self.narrow, weights, f"{prefix}output.dense")
        _take(self.norms[1], weights, f"{prefix}output.LayerNorm")
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, states: torch.Tensor, places: torch.Tensor, inside: torch.Tensor) -> torch.Tensor:
        """Return float (tokens, width).

        Args:
            states: float (tokens, width).
            places: int64 (utterances, longest), the token at each place; any after the end.
            inside: bool (utterances, longest), the places that count.
        """
        width = states.shape[1]
        queries, keys, values = (
            each.unflatten(2, (self.heads, width // self.heads)).transpose(1, 2)
            for each in self.projections(states)[places].split(width, dim=2)
        )
        seen = inside[:, None, None, :].expand(-1, -1, inside.shape[1], -1)
        # no dropout of attention, unlike in pretraining: it would keep torch from its fast kernel
        mixed = functional.scaled_dot_product_attention(queries, keys, values, attn_mask=seen)
        taken = mixed.transpose(1, 2).flatten(start_dim=2)[inside]
        states = self.norms[0](states + self.dropout(self.attended(taken)))
        wide = functional.gelu(self.wide(states))
        normed: torch.Tensor = self.norms[1](states + self.dropout(self.narrow(wide)))
        return normed


@cache
def published() -> Encoder:
    """Return the encoder with the published weights, which nothing trains."""
    return Encoder(*minilm.weights())


def _take(layer: nn.Module, weights: Weights, name: str) -> None:
    layer.load_state_dict({"weight": weights[f"{name}.weight"], "bias": weights[f"{name}.bias"]})


def utterance_vectors(encoder: Encoder, found: Tokens) -> NDArray[np.float32]:
    """Return float32 (utterances, width): the vectors of single utterances; puts the encoder into evaluation mode.

    Args:
        encoder: the transformer.
        found: tokens of the utterances.
    """
    encoder.eval()
    device = encoder.words.device
    vectors = np.empty((len(found.present), encoder.norm.normalized_shape[0]), np.float32)
    order = np.argsort(np.diff(found.starts), kind="stable")  # together with others of similar length
    with torch.no_grad():
        for rows in np.array_split(order, -(-len(order) // ENCODED_AT_ONCE)) if len(order) else ():
            numbers, starts = (torch.from_numpy(each).to(device) for each in found.of(rows))
            vectors[rows] = encoder(numbers, starts).cpu().numpy()
    return vectors
