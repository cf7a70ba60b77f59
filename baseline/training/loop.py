"""The training loop: averaged weights, early stopping on a smoothed criterion, and a checkpoint after each epoch."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import torch
from torch import nn

from baseline.networks.minibatches import Minibatch, Split
from baseline.networks.network import Network
from baseline.options import Options
from baseline.training import checkpoints
from baseline.training.loss import loss
from baseline.training.targets import Targets

LEAST_MINIBATCH = 32  # utterances
MINIBATCHES = 16  # of an epoch, if they can be small enough: a small corpus would else end after a few steps
WEIGHT_DECAY = 1e-2
MAX_GRADIENT_NORM = 1.0
SMOOTHED = 3  # epochs whose mean criterion decides
AVERAGE = 0.99  # share of the average weights that a step keeps

Evaluate = Callable[[Network], float]


@dataclass
class History:
    """The course of a training.

    Attributes:
        losses: mean loss of each epoch.
        scores: criterion on dev after each epoch, of the averaged weights.
        best_epoch: the epoch whose averaged weights are used.
    """

    losses: list[float] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    best_epoch: int = 0

    @property
    def smoothed(self) -> float:
        """Return the mean criterion of the last `SMOOTHED` epochs."""
        return fmean(self.scores[-SMOOTHED:])


class Training:
    """One training of one network, that can be interrupted at any time.

    Args:
        network: the network, with random weights.
        split: the inputs of train.
        targets: question -> targets of train.
        links: strengths of links, as `link_strengths` returns them.
        options: sizes and limits.
        seed: of the order of the dialogues.
        checkpoint: file of the unfinished training, None for none.
        key: names the training; a checkpoint of another one is not used.
    """

    def __init__(
        self,
        network: Network,
        split: Split,
        targets: Mapping[str, Targets],
        links: Mapping[tuple[int, int], torch.Tensor],
        options: Options,
        *,
        seed: int,
        checkpoint: Path | None = None,
        key: str = "",
    ) -> None:
        """Prepare the optimizer, and go on from the checkpoint if there is one."""
        self.network, self.average = network, copy.deepcopy(network)
        self.split, self.targets, self.links, self.options = split, targets, links, options
        self.optimizer = torch.optim.AdamW(_groups(network), lr=options.learning_rate)
        self.order = np.random.default_rng(seed)
        self.history, self.best, self.best_score, self.steps = History(), _copy(self.average), -1.0, 0
        self._checkpoint, self._key = checkpoint, key
        if checkpoint and (state := checkpoints.load(checkpoint, key)):
            self._restore(state)

    def run(self, evaluate: Evaluate, progress: Callable[[str], None]) -> Network:
        """Train until the criterion no longer improves, and return the averaged network of the best epoch.

        Args:
            evaluate: network -> criterion on dev.
            progress: is told one line per epoch.
        """
        while len(self.history.scores) < self.options.epochs and not self._is_over():
            mean_loss = self._run_epoch()
            self.history.losses.append(mean_loss)
            self.history.scores.append(evaluate(self.average))
            epoch = len(self.history.scores)
            if self.history.smoothed > self.best_score:
                self.best_score, self.history.best_epoch = self.history.smoothed, epoch
                self.best = _copy(self.average)
            progress(f"epoch {epoch}/{self.options.epochs}  loss {mean_loss:.4f}  dev {self.history.scores[-1]:.4f}")
            if self._checkpoint:
                checkpoints.save(self._state(), self._checkpoint)
        self.average.load_state_dict(self.best)
        return self.average

    def _is_over(self) -> bool:
        return len(self.history.scores) - self.history.best_epoch >= self.options.patience

    def _run_epoch(self) -> float:
        self.network.train()
        losses = []
        order = self.order.permutation(len(self.split.dialogues)).tolist()
        size = minibatch_size(sum(map(len, self.split.dialogues)), self.options.minibatch)
        for minibatch in self.split.minibatches(order, size=size):
            rows = torch.from_numpy(minibatch.rows)
            device = minibatch.speakers.device
            of_rows = {
                slug: Targets(each.probabilities[rows].to(device), each.weights[rows].to(device))
                for slug, each in self.targets.items()
            }
            strengths = {ends: each[rows].to(device) for ends, each in self.links.items()}
            value = self._loss(minibatch, of_rows) + self.network.sharing.penalty(strengths)
            self.optimizer.zero_grad()
            value.backward()
            nn.utils.clip_grad_norm_(self.network.parameters(), MAX_GRADIENT_NORM)
            self.optimizer.step()
            self._update_average()
            losses.append(float(value.detach()))
        return fmean(losses)

    def _loss(self, minibatch: Minibatch, of_rows: Mapping[str, Targets]) -> torch.Tensor:
        """Return the sum of the losses of the network and of its parts.

        With one loss for all, an encoder that learns slowly stops once the others have learned the labels by heart.
        Source: Wang, Tran & Feiszli (2020), "What makes training multi-modal classification networks hard?".
        """
        losses = [
            loss(part.outputs, {slug: each.only(part.present) for slug, each in of_rows.items()})
            for part in self.network.with_parts(minibatch)
        ]
        return torch.stack(losses).sum()

    def _update_average(self) -> None:
        self.steps += 1
        kept = min(AVERAGE, self.steps / (self.steps + 10))
        with torch.no_grad():
            for mean, weight in zip(self.average.parameters(), self.network.parameters(), strict=True):
                mean.lerp_(weight, 1 - kept)

    def _state(self) -> dict[str, Any]:
        return {
            "key": self._key,
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "best": self.best,
            "best_score": self.best_score,
            "optimizer": self.optimizer.state_dict(),
            "random": torch.get_rng_state(),
            "order": self.order.bit_generator.state,
            "history": vars(self.history),
            "steps": self.steps,
        }

    def _restore(self, state: dict[str, Any]) -> None:
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.best, self.best_score, self.steps = state["best"], state["best_score"], state["steps"]
        self.order.bit_generator.state = state["order"]
        self.history = History(**state["history"])
        torch.set_rng_state(state["random"])


def minibatch_size(utterances: int, most: int) -> int:
    """Return the number of utterances in a minibatch of a corpus: fewer of a small one, so that it has enough steps.

    Args:
        utterances: of the training split.
        most: the size for a large corpus.
    """
    return min(most, max(LEAST_MINIBATCH, utterances // MINIBATCHES))


def _groups(network: Network) -> list[dict[str, Any]]:
    weights = list(network.parameters())
    return [
        {"params": [each for each in weights if each.ndim > 1], "weight_decay": WEIGHT_DECAY},
        {"params": [each for each in weights if each.ndim <= 1], "weight_decay": 0.0},
    ]


def _copy(network: Network) -> dict[str, torch.Tensor]:
    return {name: tensor.clone() for name, tensor in network.state_dict().items()}
