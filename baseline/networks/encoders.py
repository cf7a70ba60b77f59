"""Encoders of modalities and their fusion."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional

from baseline.features.base import Bags, Prepared, Vectors

HEADS = 4


class ModalityEncoder(nn.Module):
    """One vector per utterance from all features of a modality: projected, added up and normalised."""

    def __init__(self, prepared: Sequence[Prepared], width: int, dropout: float) -> None:
        """Create a layer for each features, with their mean and spread in train."""
        super().__init__()
        self.layers = nn.ModuleList(_layer(each, width) for each in prepared)
        self.missing = nn.Parameter(torch.zeros(len(self.layers), width))
        self.norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, features: Sequence[tuple[torch.Tensor, torch.Tensor]]) -> tuple[torch.Tensor, torch.Tensor]:
        """Return float (utterances, width), and bool (utterances): which have at least one of the features."""
        total, anything = torch.zeros(()), torch.zeros((), dtype=torch.bool)
        for number, (layer, inputs) in enumerate(zip(self.layers, features, strict=True)):
            vectors, present = layer(*inputs)
            vectors = torch.where(present[:, None], vectors, self.missing[number])
            total, anything = total + vectors, anything.to(present.device) | present
        return self.norm(functional.gelu(self.dropout(total))), anything


class _Projection(nn.Module):
    def __init__(self, prepared: Vectors, width: int) -> None:
        super().__init__()
        known = torch.from_numpy(prepared.values[prepared.present])
        few = len(known) < 2
        zeros = torch.zeros(prepared.values.shape[1])
        self.register_buffer("mean", zeros if few else known.mean(dim=0))
        self.register_buffer("spread", zeros + 1 if few else known.std(dim=0).clamp(min=1e-4))
        self.dropout = nn.Dropout(0.2)
        self.linear = nn.Linear(prepared.values.shape[1], width)

    def forward(self, vectors: torch.Tensor, present: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return self.linear(self.dropout((vectors - self.mean) / self.spread)), present


class _Bag(nn.EmbeddingBag):
    def __init__(self, bags: Bags, width: int) -> None:
        super().__init__(bags.size, width, mode="mean")

    def forward(self, numbers: torch.Tensor, starts: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return super().forward(numbers, starts), torch.ones(len(starts), dtype=torch.bool, device=starts.device)


def _layer(prepared: Prepared, width: int) -> nn.Module:
    return _Bag(prepared, width) if isinstance(prepared, Bags) else _Projection(prepared, width)


class AttentionFusion(nn.Module):
    """Each modality attends to the others; a gate decides how much it takes; a second attention adds them up."""

    def __init__(self, modalities: int, width: int, dropout: float) -> None:
        """Create the layers; a single modality needs none."""
        super().__init__()
        self.modalities = modalities
        if modalities > 1:
            self.attention = nn.MultiheadAttention(width, HEADS, dropout=dropout / 2, batch_first=True)
            self.gate = nn.Linear(2 * width, width)
            self.score = nn.Linear(width, 1)
            self.names = nn.Parameter(torch.randn(modalities, width) * 0.02)

    def forward(self, vectors: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
        """Fuse float (utterances, modalities, width), of which `present` (utterances, modalities) count."""
        if self.modalities == 1:
            return vectors[:, 0]
        present = present | ~present.any(dim=1, keepdim=True)  # attention over nothing is undefined
        named = vectors + self.names
        taken, _ = self.attention(named, named, named, key_padding_mask=~present, need_weights=False)
        gate = torch.sigmoid(self.gate(torch.cat([vectors, taken], dim=-1)))
        mixed = vectors + gate * taken
        weights = self.score(mixed)[..., 0].masked_fill(~present, float("-inf")).softmax(dim=1)
        return (weights[..., None] * mixed).sum(dim=1)


class ConcatenationFusion(nn.Module):
    """One layer over all modalities side by side; missing ones are 0. The plain comparison for attention."""

    def __init__(self, modalities: int, width: int, dropout: float) -> None:  # noqa: ARG002 -- as the other fusion
        """Create the layer."""
        super().__init__()
        self.linear = nn.Linear(modalities * width, width)

    def forward(self, vectors: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
        """Fuse float (utterances, modalities, width), of which `present` (utterances, modalities) count."""
        fused: torch.Tensor = self.linear((vectors * present[..., None]).flatten(start_dim=1))
        return fused


FUSIONS: dict[str, type[AttentionFusion] | type[ConcatenationFusion]] = {
    "attention": AttentionFusion,
    "concatenation": ConcatenationFusion,
}
