"""Learn from the training split, stop when the development split gets no better."""

from __future__ import annotations

import copy
import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import torch

from baseline.dataset import PADDING, Batch, Vocabulary, batches, dialogues
from baseline.evaluate import measure, predict
from baseline.faults import Fault
from baseline.model import MultiTask, loss
from baseline.release import Question, Release, Row

THREADS = 1  # the model is small; and the order of floating-point sums, and so the result, depends on it
BATCH = 128
LEARNING_RATE = 4e-3
WEIGHT_DECAY = 1e-4
PATIENCE = 4


@dataclass(frozen=True)
class Options:
    """What a run may be told.

    Attributes:
        epochs: most passes over the training split.
        seed: same release, options and seed: the same model.
        context: earlier utterances of the dialogue that each utterance sees.
    """

    epochs: int = 30
    seed: int = 0
    context: int = 5


@dataclass(frozen=True)
class Trained:
    """A model at its best epoch."""

    model: MultiTask
    vocabulary: Vocabulary
    best_epoch: int


def train(release: Release, options: Options) -> Trained:
    """Train one model on all questions of a release; progress goes to stderr.

    Raises:
        Fault: the training split holds no label at all.
    """
    _be_reproducible(options.seed)
    rows, questions = release.rows["train"], release.questions
    if not any(label is not None for row in rows for label in row.labels.values()):
        raise Fault("The training split has no label to learn from.")
    vocabulary = Vocabulary.learn(rows)
    model = new_model(vocabulary, questions)
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    weights = {question.slug: class_weights(rows, question) for question in questions}
    shuffle = random.Random(options.seed)  # noqa: S311 -- the order of the batches is no secret
    talks = dialogues(rows)
    best = (-1.0, 0, copy.deepcopy(model.state_dict()))
    for epoch in range(1, options.epochs + 1):
        shuffle.shuffle(talks)
        mean_loss = _epoch(
            model, optimizer, list(batches(talks, vocabulary, questions, context=options.context, size=BATCH)), weights
        )
        score = _score(model, release, vocabulary, options)
        better = score > best[0]
        if better:
            best = (score, epoch, copy.deepcopy(model.state_dict()))
        _tell(f"epoch {epoch}/{options.epochs}  loss {mean_loss:.4f}  dev macro F1 {score:.4f}{'  best' * better}")
        if epoch - best[1] >= PATIENCE:
            _tell(f"no better for {PATIENCE} epochs: stopping, epoch {best[1]} is kept")
            break
    model.load_state_dict(best[2])
    return Trained(model, vocabulary, best[1])


def new_model(vocabulary: Vocabulary, questions: Sequence[Question]) -> MultiTask:
    """Return an untrained model that fits a vocabulary."""
    beside = PADDING + 2  # the padding and the unknown
    return MultiTask(len(vocabulary.grams) + beside, len(vocabulary.speakers) + beside, questions)


def class_weights(rows: Sequence[Row], question: Question) -> torch.Tensor:
    """Return a weight per class, the inverse square root of its frequency, 1 on average over the labels.

    Between plain counting, where a rare class is never answered, and full balance, where it drowns the others.
    """
    counts = Counter(label for row in rows if isinstance(label := row.labels.get(question.slug), str | int))
    raw = torch.tensor([max(counts[value], 1) ** -0.25 for value in question.classes])
    shares = torch.tensor([float(counts[value]) for value in question.classes])
    return raw * shares.sum() / (raw * shares).sum() if shares.sum() else torch.ones_like(raw)


def _be_reproducible(seed: int) -> None:
    torch.set_num_threads(THREADS)
    torch.use_deterministic_algorithms(mode=True)
    torch.manual_seed(seed)


def _epoch(
    model: MultiTask, optimizer: torch.optim.Optimizer, portions: Sequence[Batch], weights: dict[str, torch.Tensor]
) -> float:
    model.train()
    losses = []
    for batch in portions:
        optimizer.zero_grad()
        value = loss(model(batch), batch, weights)
        if not value.requires_grad:
            continue  # no utterance of this batch has a label
        value.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(value.item())
    return fmean(losses)


def _score(model: MultiTask, release: Release, vocabulary: Vocabulary, options: Options) -> float:
    rows = release.rows["dev"]
    predictions = predict(model, rows, vocabulary, release.questions, context=options.context)
    figures = measure(rows, predictions, release.questions)
    known = [each.macro_f1 for each in figures.values() if each.macro_f1 is not None]
    if not known:
        raise Fault("The development split has no label to stop by.")
    return fmean(known)


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
