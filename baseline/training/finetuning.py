"""Finetuning of the pretrained encoder: with a head for each question, it learns from single utterances.

It has learned the labels of train from its vectors of train, so that a network on top of them trusts them too much: on
MELD's dev that is worse than a network of frozen features. So both learn apart, and their predictions are averaged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import torch
from torch import nn

from baseline.data.rows import Question
from baseline.data.targets import Floats
from baseline.features import minilm
from baseline.features.base import Tokens, Vectors
from baseline.networks.heads import head, probabilities
from baseline.networks.transformer import Encoder, utterance_vectors
from baseline.options import Options
from baseline.training import checkpoints
from baseline.training.loop import MAX_GRADIENT_NORM, WEIGHT_DECAY
from baseline.training.loss import loss
from baseline.training.targets import Targets

MINIBATCH = 32  # utterances
HEAD_LEARNING_RATE = 1e-3
DROPOUT = 0.2  # of the vectors
WARM_UP = 0.1  # share of the steps in which the learning rates rise


class Finetuning:
    """One finetuning of the encoder, that can be interrupted at any time.

    Args:
        tokens: split -> tokens of its utterances.
        questions: what the encoder learns, with a head each.
        targets: question -> targets of train.
        options: the learning rate, and the number of passes.
        seed: of the order of the utterances.
        checkpoint: file of the unfinished finetuning.
        key: names the finetuning; a checkpoint of another one is not used.
        device: of the encoder and the heads.
    """

    def __init__(
        self,
        tokens: Mapping[str, Tokens],
        questions: Sequence[Question],
        targets: Mapping[str, Targets],
        options: Options,
        *,
        seed: int,
        checkpoint: Path,
        key: str,
        device: str = "cpu",
    ) -> None:
        """Load the published weights, and go on from the checkpoint if there is one."""
        self._tokens, self._targets, self._epochs = tokens, targets, options.encoder_epochs
        self._questions = tuple(questions)
        self._layers = _Layers(questions).to(device)
        self._optimizer = torch.optim.AdamW(
            [
                {"params": list(self._layers.encoder.parameters()), "lr": options.encoder_learning_rate},
                {"params": list(self._layers.heads.parameters()), "lr": HEAD_LEARNING_RATE},
            ],
            weight_decay=WEIGHT_DECAY,  # of biases and norms too, unlike in the networks: so it was measured
        )
        self._rates = [group["lr"] for group in self._optimizer.param_groups]
        self._order = np.random.default_rng(seed)
        self._losses: list[float] = []
        self._checkpoint, self._key, self._device = checkpoint, key, device
        if state := checkpoints.load(checkpoint, key):
            self._restore(state)

    def run(self, progress: Callable[[str], None]) -> list[float]:
        """Finetune the encoder, and return the mean loss of each pass.

        Args:
            progress: is told one line per pass.
        """
        while len(self._losses) < self._epochs:
            self._losses.append(self._run_epoch())
            progress(f"finetuning, epoch {len(self._losses)}/{self._epochs}  loss {self._losses[-1]:.4f}")
            checkpoints.save(self._state(), self._checkpoint)
        return self._losses

    def vectors(self, split: str) -> Vectors:
        """Return the vectors of the utterances of a split."""
        return Vectors(utterance_vectors(self._layers.encoder, self._tokens[split]))

    def probabilities(self, split: str) -> dict[str, Floats]:
        """Return question -> float32 (utterances, classes): the probabilities of the classes in a split."""
        vectors = torch.from_numpy(np.asarray(self.vectors(split).values)).to(self._device)
        self._layers.eval()
        with torch.no_grad():
            outputs = self._layers.outputs(vectors)
        return {
            question.slug: probabilities(outputs[question.slug], question).cpu().numpy() for question in self._questions
        }

    def _run_epoch(self) -> float:
        self._layers.train()
        utterances = len(self._tokens["train"].present)
        minibatches = np.array_split(self._order.permutation(utterances), -(-utterances // MINIBATCH))
        done, steps = len(minibatches) * len(self._losses), len(minibatches) * self._epochs
        losses = []
        for number, rows in enumerate(minibatches):
            for group, rate in zip(self._optimizer.param_groups, self._rates, strict=True):
                group["lr"] = rate * share_of_rate(done + number, steps)
            value = self._loss(rows)
            self._optimizer.zero_grad()
            value.backward()
            nn.utils.clip_grad_norm_(self._layers.parameters(), MAX_GRADIENT_NORM)
            self._optimizer.step()
            losses.append(float(value.detach()))
        return fmean(losses)

    def _loss(self, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> torch.Tensor:
        numbers, starts = (torch.from_numpy(each).to(self._device) for each in self._tokens["train"].of(rows))
        chosen = torch.from_numpy(rows)
        targets = {
            slug: Targets(each.probabilities[chosen].to(self._device), each.weights[chosen].to(self._device))
            for slug, each in self._targets.items()
        }
        return loss(self._layers(numbers, starts), targets)

    def _state(self) -> dict[str, Any]:
        return {
            "key": self._key,
            "layers": self._layers.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "random": torch.get_rng_state(),
            "order": self._order.bit_generator.state,
            "losses": self._losses,
        }

    def _restore(self, state: dict[str, Any]) -> None:
        self._layers.load_state_dict(state["layers"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._order.bit_generator.state = state["order"]
        self._losses = state["losses"]
        torch.set_rng_state(state["random"])


class _Layers(nn.Module):
    """The encoder, and a head of each question on its vectors."""

    def __init__(self, questions: Sequence[Question]) -> None:
        super().__init__()
        weights, settings = minilm.weights()
        self.encoder = Encoder(weights, settings)
        self.dropout = nn.Dropout(DROPOUT)
        self.slugs = [question.slug for question in questions]
        self.heads = nn.ModuleList(head(settings["hidden_size"], question) for question in questions)

    def forward(self, numbers: torch.Tensor, starts: torch.Tensor) -> dict[str, torch.Tensor]:
        return self.outputs(self.encoder(numbers, starts))

    def outputs(self, vectors: torch.Tensor) -> dict[str, torch.Tensor]:
        """Return question -> float (utterances, classes), as heads return them."""
        dropped = self.dropout(vectors)
        return {slug: layer(dropped) for slug, layer in zip(self.slugs, self.heads, strict=True)}


def share_of_rate(step: int, steps: int) -> float:
    """Return the share of the learning rate at a step: it rises evenly to 1, then falls evenly towards 0.

    Args:
        step: from 0.
        steps: of the whole training.
    """
    rising = max(1, int(WARM_UP * steps))
    return min((step + 1) / rising, (steps - step) / max(1, steps - rising))
