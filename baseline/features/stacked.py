"""The log-probabilities of the linear model as features, out of fold in the training split."""

from __future__ import annotations

import numpy as np

from baseline.data.rows import SPLITS
from baseline.data.targets import Floats
from baseline.features import cache
from baseline.features.base import Features, Prepared, Setting, Vectors
from baseline.linear.model import VERSION, LinearModels, out_of_fold

LEAST = 1e-4  # of a probability


class LinearLogProbabilities(Features):
    """For each row of train by a linear model of the other folds, for dev and test by one of the whole split.

    Character n-grams are left out: they take several times as long and add little to words (on MELD's dev, nothing).
    """

    name = "linear"
    modality = "text"
    context = False

    def prepare(self, setting: Setting) -> dict[str, Prepared]:
        """Fit the linear models, or read what the cache has for this release."""
        release = setting.release
        sizes = [len(release.rows[split]) for split in SPLITS]
        ends = np.cumsum([len(question.classes) for question in release.questions]).tolist()
        columns = {
            question.slug: slice(end - len(question.classes), end)
            for question, end in zip(release.questions, ends, strict=True)
        }
        key = cache.key(self.name, VERSION, [release.checksum.encode()])
        values = cache.stored(setting.cache / self.name, key, lambda: self._compute(setting))
        pieces = np.split(values, np.cumsum(sizes)[:-1])
        return {split: Vectors(piece, columns) for split, piece in zip(SPLITS, pieces, strict=True)}

    def _compute(self, setting: Setting) -> Floats:
        questions = setting.release.questions
        models = LinearModels(setting.release, context=self.context, kinds=["words"])
        columns = []
        for done, question in enumerate(questions, start=1):
            probabilities = out_of_fold(models, question)
            columns.append(np.concatenate([np.log(np.maximum(probabilities[split], LEAST)) for split in SPLITS]))
            setting.progress(f"features {self.name}", done, len(questions))
        return np.concatenate(columns, axis=1)


class LinearContextLogProbabilities(LinearLogProbabilities):
    """The same of the linear model that sees earlier utterances and the speakers."""

    name = "linear+context"
    context = True
