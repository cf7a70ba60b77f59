"""Linear models of n-grams as one model of all questions."""

from __future__ import annotations

from baseline.data.predictions import BySlug, decided
from baseline.data.rows import HELD_OUT
from baseline.linear.model import LinearModels
from baseline.models.base import Job, Model, Outcome


class Linear(Model):
    """A class-balanced logistic regression per question, with the penalty and the n-grams that are best on dev."""

    def __init__(self, *, context: bool) -> None:
        """With `context`, earlier utterances and the speaker are part of the input."""
        self.context = context

    def run(self, job: Job) -> Outcome:
        """Fit each question's model."""
        models = LinearModels(job.release, context=self.context)
        found: dict[str, BySlug] = {split: {} for split in HELD_OUT}
        chosen = {}
        for done, question in enumerate(job.release.questions, start=1):
            fitted = models.fit(question, job.options.criterion)
            probabilities = fitted.probabilities()
            for split in HELD_OUT:
                found[split][question.slug] = decided(probabilities[split], question)
            chosen[question.slug] = {"C": fitted.c, "n-grams": fitted.inputs, "dev": fitted.score}
            job.progress("questions", done, len(job.release.questions))
        return Outcome(found, {"chosen on dev": chosen})
