"""All figures of the answers to a codebook, as the JSON that reports and releases store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np

from agreement.judgements.tables import AnswerTables, LeftOut, Table
from agreement.statistics.answers.dialogues import Dialogues, Floats, Ints, dialogues_of
from agreement.statistics.answers.distances import Level
from agreement.statistics.answers.profiles import MISSING, Profiles
from agreement.statistics.answers.ratings import Ratings, ratings
from agreement.statistics.gwet_errors import gwet_errors
from agreement.statistics.intervals.by_dialogues import figures_of
from agreement.statistics.intervals.estimates import Estimate
from agreement.statistics.intervals.figures import MOST_SETS, TOO_MANY_SETS, Figure
from agreement.statistics.intervals.planning import more_dialogues
from agreement.statistics.measures.measure import Measure, Scope
from agreement.statistics.measures.registry import measures
from agreement.statistics.prevalence import weighted_shares
from agreement.statistics.two_way import DEFAULT_FROM, LEAST_RATERS, two_way, without_each
from corpus.rules.codebook import Codebook, Link

FORMAT = "concord-agreement/1"
# The least number of raters for an interval that also generalises over raters.
WIDE = {
    "alpha": LEAST_RATERS,
    "alpha_of_label": LEAST_RATERS,
    **dict.fromkeys(("fleiss", "ac1", "percent", "specific_agreement"), DEFAULT_FROM),
}


def figures(answers: AnswerTables, weights: Mapping[int, float] | None = None) -> dict[str, Any]:
    """Return every figure of every question.

    Args:
        answers: the compared answers.
        weights: dialogue -> inverse of the probability with which it was drawn; the others weigh 1.

    Returns:
        `format`, `raters`, `single`: `utterances` and `dialogues` that one rater alone labelled, which are not
        compared, and `questions`: a list of `question_figures` in the codebook's order.
    """
    dialogues = dialogues_of(answers.dialogue, len(answers.dialogue))
    weight = _weight(answers.dialogue, weights or {})
    return {
        "format": FORMAT,
        "raters": list(answers.raters),
        "single": {"utterances": answers.single[0], "dialogues": answers.single[1]},
        "questions": [question_figures(table, dialogues, answers.raters, weight=weight) for table in answers.tables],
    }


def with_more_dialogues(computed: dict[str, Any]) -> dict[str, Any]:
    """Return figures with `more_dialogues` in each question: so many bring its alpha to value +- 0.05, or None."""
    return {
        **computed,
        "questions": [
            {**question, "more_dialogues": more_dialogues(Figure(**question["alpha"]))}
            for question in computed["questions"]
        ],
    }


def question_figures(
    table: Table, dialogues: Dialogues, raters: tuple[str, ...], weight: Floats | None = None
) -> dict[str, Any]:
    """Return the figures of one question.

    Args:
        table: codes (N, R).
        dialogues: of the N utterances.
        raters: R slugs.
        weight: (N,) of each utterance; None if all weigh the same.

    Returns:
        `slug`, `kind`, `level`; a figure per measure of scope "question" under its key; `labels`, each with `label`,
        `given` (the number of times), `share` (of the compared ones), with weights `weighted_share` (of the compared
        ones, or of all if there are none) and the measures of scope "category"; `pairs`,
        each with `first`, `second` and the measures of scope "pair"; `gwet_errors`, see `statistics.gwet_errors`;
        `coverage`, the number of answers (`labels`) and of annotations without one by reason; `left_out`, the
        incomparable answers by codebook version, each with `version`, `answers`, `raters` and `differences`, the
        reasons. A figure is `statistics.figures.Figure` as a dict.
    """
    variable = table.variable
    rated = ratings(
        table.codes,
        len(table.answers),
        dialogues,
        level=variable.level,
        values=table.answers if variable.level == "sets" else variable.values,
        distances=variable.distances,
    )
    batch = Batch()
    own = {measure.json_key: batch.add(measure, rated)[0] for measure in _applying("question", rated)}
    labels = _answers(table, rated, batch, weight)
    between = {measure.json_key: batch.add(measure, rated) for measure in _applying("pair", rated)}
    batch.finish()
    return {
        "slug": variable.slug,
        "kind": variable.kind,
        "level": variable.level,
        **{key: batch.json(place) for key, place in own.items()},
        "labels": [{**label, **{key: batch.json(place) for key, place in places.items()}} for label, places in labels],
        "pairs": [
            {
                "first": first,
                "second": second,
                **{key: batch.json(places[pair]) for key, places in between.items()},
            }
            for pair, (first, second) in enumerate(combinations(raters, 2))
        ],
        "gwet_errors": {
            name: error if error is None else round(error, 12) for name, error in gwet_errors(rated.patterns).items()
        },
        **answer_counts(table),
    }


class Batch:
    """Estimates of one question, whose intervals are computed together."""

    def __init__(self) -> None:
        self._estimates: list[Estimate] = []
        self._figures: list[Figure] = []
        self._left: list[tuple[int, list[Sequence[Estimate]]]] = []

    def add(self, measure: Measure, rated: Ratings) -> list[int]:
        """Take the estimates of a measure; return their places."""
        found = _estimates(measure, rated)
        if rated.n_columns >= WIDE.get(measure.name, rated.n_columns + 1) and any(
            each.value is not None for each in found
        ):
            self._left.append((len(self._estimates), without_each(measure, rated)))
        self._estimates += found
        return list(range(len(self._estimates) - len(found), len(self._estimates)))

    def finish(self) -> None:
        """Compute the intervals."""
        self._figures = figures_of(self._estimates)
        for first, left in self._left:
            places = slice(first, first + len(left[0])) if left else slice(first, first)
            self._figures[places] = two_way(self._estimates[places], self._figures[places], left)

    def json(self, place: int) -> dict[str, Any]:
        """Return a figure as a dict."""
        return self._figures[place].rounded()


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


def _applying(scope: Scope, rated: Ratings) -> list[Measure]:
    return [measure for measure in measures(scope) if measure.applies(rated)]


def _weight(dialogue: Ints, weights: Mapping[int, float]) -> Floats | None:
    """Return the weight of each utterance (N,), or None if all weigh the same."""
    weight = np.array([weights.get(key, 1.0) for key in dialogue.tolist()], dtype=np.float64)
    return weight if len(weight) and np.ptp(weight) > 0 else None


def _estimates(measure: Measure, rated: Ratings) -> list[Estimate]:
    """Return the estimates of a measure; with too many sets of choices only what they would compare, and the reason."""
    if rated.level != "sets" or rated.categories <= MOST_SETS:
        return list(measure.estimates(rated))
    profiles = rated.profiles
    alike = replace(profiles, codes=np.minimum(profiles.codes, 0), categories=1)
    counts = [Estimate(None, each.reason, each.basis, None, each.counts) for each in _compared(measure, alike)]
    return [replace(each, reason=TOO_MANY_SETS) if each.counts.units else each for each in counts]


def _compared(measure: Measure, alike: Profiles) -> Sequence[Estimate]:
    """Return estimates of answers that are all the same, which count the comparisons."""
    return measure.estimates(Ratings(alike, "sets", [frozenset()]))


def _answers(
    table: Table, rated: Ratings, batch: Batch, weight: Floats | None
) -> list[tuple[dict[str, Any], dict[str, int]]]:
    """Return the head of each possible answer, or of each choice of a task with several, and its estimates' places."""
    variable = table.variable
    if variable.level == "sets":
        return [
            each
            for choice in variable.answers
            for each in _categories((choice,), _membership(table, choice, rated), variable.level, batch, weight)
        ]
    return _categories(variable.answers, rated, variable.level, batch, weight)


def _categories(
    names: tuple[str, ...], rated: Ratings, level: Level, batch: Batch, weight: Floats | None
) -> list[tuple[dict[str, Any], dict[str, int]]]:
    """Return heads and places of the first categories of `rated`, one per name."""
    columns = {measure.json_key: batch.add(measure, rated) for measure in measures("category", level)}
    given = (rated.patterns.times @ rated.patterns.counts).tolist()
    shares = rated.patterns.shares()
    weighted = None if weight is None else _weighted(rated, weight)
    return [
        (
            {
                "label": name,
                "given": given[code],
                "share": round(shares[code], 12),
                **({} if weighted is None else {"weighted_share": round(float(weighted[code]), 12)}),
            },
            {key: places[code] for key, places in columns.items()},
        )
        for code, name in enumerate(names)
    ]


def _weighted(rated: Ratings, weight: Floats) -> Floats:
    """Return the weighted shares (V,) of the categories; a profile weighs as much as its utterances."""
    profiles = rated.profiles
    of_profile = np.bincount(profiles.of_unit, weights=weight, minlength=len(profiles.times))
    return weighted_shares(profiles.codes, rated.categories, of_profile.astype(np.float64))


def _membership(table: Table, choice: str, rated: Ratings) -> Ratings:
    """Return ratings of two categories: the answer, a set, has the choice (0), or it does not (1)."""
    code = np.array([0 if choice in answer else 1 for answer in table.answers] + [MISSING], dtype=np.int64)
    return Ratings(replace(rated.profiles, codes=code[rated.profiles.codes], categories=2))
