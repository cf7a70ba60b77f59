"""Encoders of modalities and their fusion."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from baseline.features.base import Bags, Frames, NetworkInput, Vectors

HEADS = 4
SAMPLE = 20_000  # rows of which the mean and spread of vectors are taken
CHANNELS = (8, 16, 32)  # of the convolutions, each of which halves the picture
GROUPS = 4  # of channels that are normalised together
FRAMES_IN_TRAINING = 1  # drawn of each utterance and step; all of them would take several times as long


class ModalityEncoder(nn.Module):
    """One vector per utterance from all features of a modality: projected, added up and normalised."""

    def __init__(self, prepared: Sequence[NetworkInput], width: int, dropout: float) -> None:
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
        rows = np.flatnonzero(prepared.present)
        known = torch.from_numpy(prepared.values[rows[:: max(1, -(-len(rows) // SAMPLE))]])
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


class _Standardised(nn.Module):
    """Learned values, made to differ between pictures: minus their mean, by their spread, as vectors are.

    All pictures have most of the pooled values in common, and what tells one from another is small beside that. In
    training mean and spread are those of the minibatch, otherwise running ones.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        # Parameters rather than buffers, so that averaged weights have averaged ones.
        self.mean = nn.Parameter(torch.zeros(width), requires_grad=False)
        self.variance = nn.Parameter(torch.ones(width), requires_grad=False)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        of_minibatch = self.training and len(values) > 1  # a single picture has no spread
        return functional.batch_norm(values, self.mean, self.variance, training=of_minibatch)


class _Pictures(nn.Module):
    """A small convolutional network of each frame; the mean over the frames of an utterance.

    Mean and maximum over the picture are taken after every convolution: a slanted line is told by the first ones, and
    is lost to the later ones while a larger sign, such as a mouth, teaches them.
    In training a frame is drawn `FRAMES_IN_TRAINING` times and turned left to right at random; otherwise all count.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        sizes = (3, *CHANNELS)
        self.convolutions = nn.ModuleList(
            nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride=2, padding=1), nn.GroupNorm(GROUPS, outputs), nn.ReLU())
            for inputs, outputs in zip(sizes, CHANNELS, strict=False)
        )
        self.standardised = _Standardised(2 * sum(CHANNELS))
        self.linear = nn.Linear(2 * sum(CHANNELS), width)

    def forward(self, pixels: torch.Tensor, starts: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        counts = starts.diff()
        present = counts > 0
        utterances = torch.arange(len(counts), device=counts.device).repeat_interleave(counts)
        if self.training:
            utterances = present.nonzero()[:, 0].repeat_interleave(FRAMES_IN_TRAINING)
            drawn = torch.rand(len(utterances), device=counts.device) * counts[utterances]
            pixels = pixels[starts[:-1][utterances] + drawn.long().clamp(max=counts[utterances] - 1)]
            turned = torch.rand(len(pixels), device=pixels.device) < 0.5
            pixels = torch.where(turned[:, None, None, None], pixels.flip(dims=[2]), pixels)
        maps, pooled = pixels.permute(0, 3, 1, 2).float() / 127.5 - 1, []
        for layer in self.convolutions:
            maps = layer(maps)
            pooled += [maps.mean(dim=(2, 3)), maps.amax(dim=(2, 3))]
        of_frames = self.linear(self.standardised(torch.cat(pooled, dim=1)))
        total = of_frames.new_zeros(len(counts), of_frames.shape[1]).index_add(0, utterances, of_frames)
        seen = torch.full_like(counts, FRAMES_IN_TRAINING) if self.training else counts
        return total / seen.clamp(min=1)[:, None], present


def _layer(prepared: NetworkInput, width: int) -> nn.Module:
    if isinstance(prepared, Frames):
        return _Pictures(width)
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


class OwnFusion(nn.Module):
    """A fusion for each question: it adds vectors of the modalities behind the shared fusion and the context.

    The values are those of all questions; each question has its own gates, a factor per modality and unit. Without it
    a label that follows from several modalities competes with all other questions for the units of a single vector.
    """

    def __init__(self, questions: int, modalities: int, width: int, dropout: float) -> None:
        """Create gates that are open at first."""
        super().__init__()
        self.values = nn.Linear(width, width)
        self.gates = nn.Parameter(torch.ones(questions, modalities, width))
        self.bias = nn.Parameter(torch.zeros(questions, 1, width))
        self.dropout = nn.Dropout(dropout)

    def forward(self, vectors: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
        """Return float (questions, utterances, width).

        Args:
            vectors: float (utterances, modalities, width).
            present: bool (utterances, modalities), which of them count.
        """
        values = self.values(vectors) * present[..., None]
        taken = torch.einsum("nmw,qmw->qnw", values, self.gates)
        return self.dropout(functional.relu(taken + self.bias))


FUSIONS: dict[str, type[AttentionFusion] | type[ConcatenationFusion]] = {
    "attention": AttentionFusion,
    "concatenation": ConcatenationFusion,
}
