"""The distribution of a corpus's answers, against which disagreement is measured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from agreement.judgements.comparability import Codes
from agreement.judgements.variables import variable
from agreement.statistics.answers.patterns import Floats, Ints
from agreement.statistics.disagreement import disagreement, pair_weights
from corpus.rules.codebook import Codebook, CodeLayout
from corpus.rules.codebook.codes import CANNOT_JUDGE_CODE, Column

QUANTILES = 200  # of the scores of an order, between which audited utterances are placed
UNSURE = 1.0  # weight of an answer against "cannot judge": as much as two answers drawn by chance

Cells = tuple[int, ...]


class QuestionScale:
    """The answers to one question of the whole corpus.

    Args:
        codebook: has the question.
        column: its cells.
        times: cells of an answer -> how often it was given.
    """

    def __init__(self, codebook: Codebook, column: Column, times: Mapping[Cells, int]) -> None:
        question = next(each for each in codebook.questions if each.slug == column.slug)
        self.column, self._variable, self._times = column, variable(question), dict(times)

    @cached_property
    def _code(self) -> dict[Cells, int]:
        """Cells of each answer -> its row in the weights. A set of choices that nobody gave before has none."""
        if self.column.is_set:
            return {cells: code for code, cells in enumerate(self._times)}
        return {(code,): code for code in range(len(self.column.answers))}

    @cached_property
    def _weights(self) -> Floats:
        return self._weights_of(list(self._code))

    def _weights_of(self, answers: Sequence[Cells]) -> Floats:
        counts: Ints = np.array([self._times.get(cells, 0) for cells in answers], dtype=np.int64)
        values: Any = self._variable.values
        if self.column.is_set:
            values = [frozenset(map(str, self._choices(cells))) for cells in answers]
        return pair_weights(self._variable.level, counts, values)

    def disagreement(self, given: Sequence[Cells]) -> float:
        """Return the disagreement of answers, one for each rater; 1 on average for answers drawn by chance.

        *Cannot judge* against an answer counts as much as two answers drawn by chance. Missing answers, and links that
        some raters were not asked, count nothing.
        """
        answers = [cells for cells in given if cells[0] >= 0]
        unsure = sum(cells[0] == CANNOT_JUDGE_CODE for cells in given)
        if any(cells not in self._code for cells in answers):  # a set of choices that is new since
            known = list(dict.fromkeys([*self._code, *answers]))
            weights, code = self._weights_of(known), {cells: row for row, cells in enumerate(known)}
        else:
            weights, code = self._weights, self._code
        total = len(answers) + unsure
        if total < 2:
            return 0.0
        among = disagreement(weights, [code[cells] for cells in answers]) * len(answers) * (len(answers) - 1) / 2
        return (among + UNSURE * len(answers) * unsure) / (total * (total - 1) / 2)

    def as_json(self) -> list[list[Any]]:
        """Return the counts as JSON: cells and number of each answer."""
        return [[list(cells), number] for cells, number in sorted(self._times.items())]

    def _choices(self, cells: Cells) -> Any:
        row = (0,) * self.column.start + cells
        return self.column.decode(row)


class Scales:
    """The scales of all questions, and the scores between which audited utterances are placed.

    Args:
        codebook: the questions.
        times: per question slug, cells of an answer -> how often it was given.
        quantiles: per order of the queue, its scores at equal steps, ascending.
        sizes: per order of the queue, the number of its cases.
    """

    def __init__(
        self,
        codebook: Codebook,
        times: Mapping[str, Mapping[Cells, int]],
        quantiles: Mapping[str, Sequence[float]] | None = None,
        sizes: Mapping[str, int] | None = None,
    ) -> None:
        self.layout = CodeLayout(codebook)
        self.quantiles, self.sizes = dict(quantiles or {}), dict(sizes or {})
        self.questions = [QuestionScale(codebook, column, times.get(column.slug, {})) for column in self.layout.columns]

    @classmethod
    def of_profiles(cls, codebook: Codebook, codes: Codes, times: Ints) -> Scales:
        """Return the scales of whole profiles.

        Args:
            codebook: the questions.
            codes: (P, W) distinct profiles.
            times: (P,) how often each was given.
        """
        counted: dict[str, Counter[Cells]] = {}
        for column in CodeLayout(codebook).columns:
            counts: Counter[Cells] = Counter()
            cells = codes[:, column.start : column.start + column.width]
            distinct, of = np.unique(cells, axis=0, return_inverse=True)
            given = np.bincount(of.reshape(-1), weights=times, minlength=len(distinct))
            for row, number in zip(distinct.tolist(), given.tolist(), strict=True):
                if row[0] >= 0:
                    counts[tuple(row)] += int(number)
            counted[column.slug] = counts
        return cls(codebook, counted)

    @classmethod
    def from_json(cls, codebook: Codebook, document: Mapping[str, Any]) -> Scales:
        """Return the scales that `as_json` described."""
        times = {slug: {tuple(cells): n for cells, n in rows} for slug, rows in document["answers"].items()}
        return cls(codebook, times, document["quantiles"], document["sizes"])

    def as_json(self) -> dict[str, Any]:
        """Return the scales as JSON."""
        return {
            "answers": {each.column.slug: each.as_json() for each in self.questions},
            "quantiles": {order: list(scores) for order, scores in self.quantiles.items()},
            "sizes": self.sizes,
        }

    def score_at(self, order: str, position: float) -> float:
        """Return the score at a position, 0 to 1, of an order; 0 if the order is empty."""
        scores = self.quantiles.get(order) or [0.0]
        return float(np.interp(position * (len(scores) - 1), range(len(scores)), scores))


def quantiles_of(scores: Sequence[float]) -> list[float]:
    """Return the scores at equal steps from the lowest to the highest; empty without scores."""
    return np.quantile(np.array(scores), np.linspace(0, 1, QUANTILES + 1)).tolist() if scores else []
