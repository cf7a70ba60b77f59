"""All figures of the answers to a codebook, as the JSON that reports and releases store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np

from agreement.judgements.tables import AnswerTables, LeftOut, Table
from agreement.statistics.distances import Level
from agreement.statistics.figures import MOST_SETS, TOO_MANY_SETS, Figure
from agreement.statistics.measures.measure import Measure
from agreement.statistics.measures.registry import measures
from agreement.statistics.patterns import MISSING, Floats, Ints
from agreement.statistics.prevalence import weighted_shares
from agreement.statistics.ratings import Ratings
from corpus.rules.codebook import Codebook, Link

FORMAT = "concord-agreement/1"


def figures(answers: AnswerTables, weights: Mapping[int, float] | None = None) -> dict[str, Any]:
    """Return every figure of every question.

    Args:
        answers: the compared answers.
        weights: dialogue -> inverse of the probability with which it was drawn; the others weigh 1.

    Returns:
        `format`, `raters`, `single`: `utterances` and `dialogues` that one rater alone labelled, which are not
        compared, and `questions`: a list of `question_figures` in the codebook's order.
    """
    return {
        "format": FORMAT,
        "raters": list(answers.raters),
        "single": {"utterances": answers.single[0], "dialogues": answers.single[1]},
        "questions": [
            question_figures(table, answers.dialogue, answers.raters, weight=_weight(answers.dialogue, weights or {}))
            for table in answers.tables
        ],
    }


def question_figures(
    table: Table, dialogue: Ints, raters: tuple[str, ...], weight: Floats | None = None
) -> dict[str, Any]:
    """Return the figures of one question.

    Args:
        table: codes (N, R).
        dialogue: (N,).
        raters: R slugs.
        weight: (N,) of each utterance; None if all weigh the same.

    Returns:
        `slug`, `kind`, `level`; a figure per measure of scope "question" under its key; `labels`, each with `label`,
        `given` (the number of times), `share` (of the compared ones), with weights `weighted_share` (of the compared
        ones, or of all if there are none) and the measures of scope "category"; `pairs`,
        each with `first`, `second` and the measures of scope "pair"; `coverage`, the number of answers (`labels`) and
        of annotations without one by reason; `left_out`, the incomparable answers by codebook version, each with
        `version`, `answers`, `raters` and `differences`, the reasons. A figure is `statistics.figures.Figure` as a
        dict.
    """
    variable = table.variable
    ratings = Ratings(
        codes=table.codes,
        categories=len(table.answers),
        dialogue=dialogue,
        level=variable.level,
        values=table.answers if variable.level == "sets" else variable.values,
    )
    return {
        "slug": variable.slug,
        "kind": variable.kind,
        "level": variable.level,
        **{measure.json_key: _json(_computed(measure, ratings)[0]) for measure in measures("question", variable.level)},
        "labels": _answers(table, ratings, weight),
        "pairs": _pairs(ratings, raters),
        **answer_counts(table),
    }


def answer_counts(table: Table) -> dict[str, Any]:
    """Return `coverage` and `left_out` of `question_figures`."""
    return {
        "coverage": {"labels": int((table.codes != MISSING).sum()), **table.gaps},
        "left_out": [_left_out_json(each) for each in table.left_out],
    }


def left_out_total(figures: Mapping[str, Any]) -> int:
    """Return the number of answers to all questions that a report or release left out as incomparable."""
    return sum(question["coverage"]["incomparable"] for question in figures["questions"])


def emptied_questions(figures: Mapping[str, Any], rules: Codebook) -> list[str]:
    """Return the slugs of the questions that have answers, all of which are incomparable.

    A link also counts if one of the tasks at its ends does: without a label there, the link gets none.
    """
    coverage = {question["slug"]: question["coverage"] for question in figures["questions"]}
    empty = {slug for slug, each in coverage.items() if each["incomparable"] and not each["labels"]}
    return [
        question.slug
        for question in rules.questions
        if question.slug in empty
        or (
            isinstance(question, Link)
            and coverage[question.slug]["labels"]
            and {question.source, question.target} & empty
        )
    ]


def _left_out_json(left_out: LeftOut) -> dict[str, Any]:
    return {
        "version": left_out.version,
        "answers": left_out.answers,
        "raters": left_out.raters,
        "differences": [difference.as_json() for difference in left_out.differences],
    }


def _computed(measure: Measure, ratings: Ratings) -> Sequence[Figure]:
    """Return the figures of a measure; with too many sets of choices only what they would compare, and the reason."""
    if ratings.level != "sets" or ratings.categories <= MOST_SETS:
        return measure.compute(ratings)
    compared = measure.compute(Ratings(np.minimum(ratings.codes, 0), 1, ratings.dialogue))
    return [
        replace(each, value=None, reason=TOO_MANY_SETS, low=None, high=None) if each.n_units else each
        for each in compared
    ]


def _weight(dialogue: Ints, weights: Mapping[int, float]) -> Floats | None:
    """Return the weight of each utterance (N,), or None if all weigh the same."""
    weight = np.array([weights.get(key, 1.0) for key in dialogue.tolist()], dtype=np.float64)
    return weight if len(weight) and np.ptp(weight) > 0 else None


def _answers(table: Table, ratings: Ratings, weight: Floats | None) -> list[dict[str, Any]]:
    """Return the figures of each possible answer, or of each choice of a task with several."""
    variable = table.variable
    if variable.level == "sets":
        return [
            _categories((choice,), _membership(table, choice, ratings.dialogue), variable.level, weight)[0]
            for choice in variable.answers
        ]
    return _categories(variable.answers, ratings, variable.level, weight)


def _categories(names: tuple[str, ...], ratings: Ratings, level: Level, weight: Floats | None) -> list[dict[str, Any]]:
    """Return the figures of the first categories of `ratings`, one per name."""
    columns = {measure: measure.compute(ratings) for measure in measures("category", level)}
    given = np.bincount(ratings.codes[ratings.codes != MISSING], minlength=ratings.categories).tolist()
    shares = ratings.patterns.shares()
    weighted = None if weight is None else weighted_shares(ratings.codes, ratings.categories, weight)
    return [
        {
            "label": name,
            "given": given[code],
            "share": round(shares[code], 12),
            **({} if weighted is None else {"weighted_share": round(float(weighted[code]), 12)}),
            **{measure.json_key: _json(column[code]) for measure, column in columns.items()},
        }
        for code, name in enumerate(names)
    ]


def _membership(table: Table, choice: str, dialogue: Ints) -> Ratings:
    """Return ratings of two categories: the answer, a set, has the choice (0), or it does not (1)."""
    code = np.array([0 if choice in answer else 1 for answer in table.answers] + [MISSING], dtype=np.int64)
    return Ratings(codes=code[table.codes], categories=2, dialogue=dialogue)


def _pairs(ratings: Ratings, raters: tuple[str, ...]) -> list[dict[str, Any]]:
    columns = {measure: _computed(measure, ratings) for measure in measures("pair", ratings.level)}
    return [
        {
            "first": first,
            "second": second,
            **{measure.json_key: _json(column[pair]) for measure, column in columns.items()},
        }
        for pair, (first, second) in enumerate(combinations(raters, 2))
    ]


def _json(figure: Figure) -> dict[str, Any]:
    """Return the figure as a dict, rounded to 12 digits because the last bits depend on the machine's arithmetic."""
    return {name: round(value, 12) if isinstance(value, float) else value for name, value in figure.as_json().items()}
