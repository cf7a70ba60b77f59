"""The training loop, with early stopping on the development split."""

from __future__ import annotations

import copy
import random
import sys
from collections.abc import Iterable
from dataclasses import replace
from statistics import fmean

import torch

from baseline.data.dialogues import group_dialogues
from baseline.data.minibatches import Minibatch
from baseline.data.release import Release
from baseline.data.vocabulary import Vocabulary
from baseline.errors import BaselineError
from baseline.evaluation.measure import measure
from baseline.evaluation.predict import predict
from baseline.features.registry import FEATURES
from baseline.models.model import Model, untrained_model
from baseline.models.network import Network
from baseline.options import Options
from baseline.training.class_weights import class_weights
from baseline.training.loss import multi_task_loss

THREADS = 1  # the order of floating-point sums, and with it the result, depends on the number of threads
MINIBATCH_SIZE = 128  # utterances
LEARNING_RATE = 4e-3
WEIGHT_DECAY = 1e-4
MAX_GRADIENT_NORM = 1.0
PATIENCE = 4  # epochs without a better score on dev before training stops


def train(release: Release, options: Options) -> Model:
    """Train a model on all questions of a release; progress is written to stderr.

    Returns:
        The model with the weights of the epoch that had the highest mean macro F1 on dev.

    Raises:
        UsageError: the options name unknown features or an unknown model.
        BaselineError: the training or development split has no labels.
    """
    _make_reproducible(options.seed)
    rows = release.rows["train"]
    if not any(label is not None for row in rows for label in row.labels.values()):
        raise BaselineError("The training split has no labels. Label some of its dialogues and make a new release.")
    features = FEATURES.get(options.features).fit(rows)
    speakers = Vocabulary.from_speakers(row.speaker for row in rows)
    model = untrained_model(features, speakers, release.questions, options)
    optimizer = torch.optim.AdamW(model.network.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    weights = {question.slug: class_weights(rows, question) for question in release.questions}
    shuffler = random.Random(options.seed)  # noqa: S311 -- the order of the dialogues is not a secret
    dialogues = group_dialogues(rows)
    best_score, best_epoch, best_state = -1.0, 0, copy.deepcopy(model.network.state_dict())
    for epoch in range(1, options.epochs + 1):
        shuffler.shuffle(dialogues)
        minibatches = model.collator.minibatches(dialogues, size=MINIBATCH_SIZE)
        mean_loss = _run_epoch(model.network, optimizer, minibatches, weights)
        score = _dev_score(model, release)
        better = score > best_score
        if better:
            best_score, best_epoch, best_state = score, epoch, copy.deepcopy(model.network.state_dict())
        _log(f"epoch {epoch}/{options.epochs}  loss {mean_loss:.4f}  dev macro F1 {score:.4f}{'  best' * better}")
        if epoch - best_epoch >= PATIENCE:
            _log(f"No improvement for {PATIENCE} epochs. Training stopped; the model of epoch {best_epoch} is used.")
            break
    model.network.load_state_dict(best_state)
    return replace(model, best_epoch=best_epoch)


def _make_reproducible(seed: int) -> None:
    torch.set_num_threads(THREADS)
    torch.use_deterministic_algorithms(mode=True)
    torch.manual_seed(seed)


def _run_epoch(
    network: Network,
    optimizer: torch.optim.Optimizer,
    minibatches: Iterable[Minibatch],
    weights: dict[str, torch.Tensor],
) -> float:
    """Train on each minibatch once; return the mean loss."""
    network.train()
    losses = []
    for minibatch in minibatches:
        optimizer.zero_grad()
        loss = multi_task_loss(network(minibatch), minibatch.labels, weights)
        if not loss.requires_grad:
            continue  # no utterance of this minibatch has a label
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), MAX_GRADIENT_NORM)
        optimizer.step()
        losses.append(loss.item())
    return fmean(losses)


def _dev_score(model: Model, release: Release) -> float:
    """Return the mean macro F1 on dev over the questions that have labels there."""
    rows = release.rows["dev"]
    figures = measure(rows, predict(model, rows), release.questions)
    scores = [each.macro_f1 for each in figures.values() if each.macro_f1 is not None]
    if not scores:
        raise BaselineError("The development split has no labels, so training cannot select the best epoch.")
    return fmean(scores)


def _log(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
