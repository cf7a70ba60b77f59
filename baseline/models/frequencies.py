"""Models that know only how often labels occur: in train, with a speaker, or in a series."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from baseline.data.predictions import BySlug, Predictions, constant
from baseline.data.rows import HELD_OUT, Question, Row
from baseline.data.targets import Codes, Floats, codes, has_label, majority_code, one_hot
from baseline.models.base import Job, Model, Outcome

PRIOR = 1.0  # utterances that the shares of the whole split count as, beside those of a group


class Majority(Model):
    """The most frequent label of train, for every utterance."""

    def run(self, job: Job) -> Outcome:
        """Predict the most frequent label of each question; the probabilities are the shares of train."""
        train = job.release.rows["train"]
        found: dict[str, BySlug] = {split: {} for split in HELD_OUT}
        for question in job.release.questions:
            labels = codes(train, question)
            for split in HELD_OUT:
                rows = len(job.release.rows[split])
                found[split][question.slug] = constant(rows, majority_code(labels, question), _shares(labels, question))
        return Outcome(found, {})


class GroupFrequencies(Model):
    """The most frequent label of a group of train's utterances; of all utterances for a group that train lacks."""

    def __init__(self, group: Callable[[Row], str], name: str) -> None:
        """Group utterances by what `group` returns; `name` says what that is."""
        self.group, self.name = group, name

    def run(self, job: Job) -> Outcome:
        """Predict by the shares of labels in each group, and report how many utterances belong to no known group."""
        rows = job.release.rows
        found: dict[str, BySlug] = {split: {} for split in HELD_OUT}
        for question in job.release.questions:
            labels = codes(rows["train"], question)
            shares = self._shares(rows["train"], labels, question)
            rest = _shares(labels, question)
            for split in HELD_OUT:
                probabilities = np.stack([shares.get(self.group(row), rest) for row in rows[split]])
                choices = (probabilities > 0.5).astype(np.int64) if question.many else probabilities.argmax(axis=1)
                found[split][question.slug] = Predictions(choices, probabilities)
        known = {self.group(row) for row in rows["train"]}
        unknown = {split: float(np.mean([self.group(row) not in known for row in rows[split]])) for split in HELD_OUT}
        return Outcome(found, {f"share of utterances whose {self.name} is not in train": unknown})

    def _shares(self, rows: Sequence[Row], labels: Codes, question: Question) -> dict[str, Floats]:
        marks, known, rest = one_hot(labels, question), has_label(labels), _shares(labels, question)
        groups: dict[str, list[int]] = {}
        for number in np.flatnonzero(known).tolist():
            groups.setdefault(self.group(rows[number]), []).append(number)
        return {
            name: ((marks[numbers].sum(axis=0) + PRIOR * rest) / (len(numbers) + PRIOR)).astype(np.float32)
            for name, numbers in groups.items()
        }


def speaker_only() -> Model:
    """Return the model of the speaker within the series."""
    return GroupFrequencies(lambda row: f"{row.series}\0{row.speaker}", "speaker")


def series_only() -> Model:
    """Return the model of the series."""
    return GroupFrequencies(lambda row: row.series, "series")


def _shares(labels: Codes, question: Question) -> Floats:
    known = has_label(labels)
    if not known.any():
        return np.full(len(question.classes), 1 / len(question.classes), np.float32)
    return np.asarray(one_hot(labels, question)[known].mean(axis=0), np.float32)
