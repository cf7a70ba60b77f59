"""Interaction of the utterances of a dialogue: a recurrent layer and attention that knows the speakers."""

from __future__ import annotations

import torch
from torch import nn

from baseline.networks.minibatches import OUTSIDE

HEADS = 4
FARTHEST = 4  # longer distances between utterances share a bias
STEEPNESS = 4.0  # of biases in their weights: to single out one line takes several units, many steps of an optimizer


class DialogueContext(nn.Module):
    """A GRU over the dialogue, then attention whose weights depend on distance and on who spoke."""

    def __init__(self, width: int, dropout: float, *, past_only: bool) -> None:
        """Create the layers; with `past_only` no utterance depends on a later one."""
        super().__init__()
        self.past_only = past_only
        self.gru = nn.GRU(width, width if past_only else width // 2, batch_first=True, bidirectional=not past_only)
        self.queries, self.keys, self.values = (nn.Linear(width, width) for _ in range(3))
        self.relations = nn.Embedding(2 * (2 * FARTHEST + 1), HEADS)
        nn.init.normal_(self.relations.weight, std=1 / STEEPNESS)
        self.attended = nn.Linear(width, width)
        self.dropout = nn.Dropout(dropout)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2))

    def forward(self, utterances: torch.Tensor, places: torch.Tensor, same_speaker: torch.Tensor) -> torch.Tensor:
        """Return float (utterances, width): each utterance in its dialogue."""
        inside = places != OUTSIDE
        padded = utterances[places.clamp(min=0)] * inside[..., None]
        lengths = inside.sum(dim=1).cpu()
        packed = nn.utils.rnn.pack_padded_sequence(padded, lengths, batch_first=True, enforce_sorted=False)
        recurrent, _ = nn.utils.rnn.pad_packed_sequence(self.gru(packed)[0], batch_first=True)
        states = self.norms[0](padded + self.dropout(recurrent))
        attended = self._attend(states, inside, same_speaker)
        states = self.norms[1](states + self.dropout(attended))
        return states[inside]

    def _attend(self, states: torch.Tensor, inside: torch.Tensor, same_speaker: torch.Tensor) -> torch.Tensor:
        dialogues, longest, width = states.shape
        split = (dialogues, longest, HEADS, width // HEADS)
        queries, keys, values = (layer(states).view(split) for layer in (self.queries, self.keys, self.values))
        scores = torch.einsum("bihd,bjhd->bijh", queries, keys) / (width // HEADS) ** 0.5
        places = torch.arange(longest, device=states.device)
        distances = (places[None, :] - places[:, None]).clamp(-FARTHEST, FARTHEST) + FARTHEST
        relations = distances[None] + same_speaker.long() * (2 * FARTHEST + 1)
        allowed = inside[:, None, :].expand(-1, longest, -1)
        if self.past_only:
            allowed = allowed & (places[None, :] <= places[:, None])
        scores = (scores + STEEPNESS * self.relations(relations)).masked_fill(~allowed[..., None], float("-inf"))
        weights = scores.softmax(dim=2)
        mixed = torch.einsum("bijh,bjhd->bihd", weights, values).reshape(dialogues, longest, width)
        attended: torch.Tensor = self.attended(mixed)
        return attended
