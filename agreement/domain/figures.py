"""All figures of the answers to a codebook, as the JSON that reports and releases store."""

from __future__ import annotations

from typing import Any

import numpy as np

from agreement.judgements.tables import AnswerTables, Table
from agreement.statistics import measures
from agreement.statistics.figures import Figure
from agreement.statistics.pairs import pairs
from agreement.statistics.patterns import MISSING, Ints, Patterns, from_codes

FORMAT = "concord-agreement/1"


def figures(judgements: AnswerTables) -> dict[str, Any]:
    """Return every figure of every question.

    Returns:
        `format`, `raters`, and `questions`: a list in the codebook's order of `question_figures`.
    """
    return {
        "format": FORMAT,
        "raters": list(judgements.raters),
        "questions": [question_figures(table, judgements.dialogue, judgements.raters) for table in judgements.tables],
    }


def question_figures(table: Table, dialogue: Ints, raters: tuple[str, ...]) -> dict[str, Any]:
    """Return the figures of one question.

    Args:
        table: codes (N, R).
        dialogue: (N,).
        raters: R slugs.

    Returns:
        `slug`, `kind`, `level`; the figures `alpha`, `fleiss`, `ac1`, `percent`, `percent_pooled`; `labels`, each with
        `label`, `given` (how often), `share` (of the compared ones), `alpha`, `specific`; `pairs`, each with `first`,
        `second` and `kappa`; `coverage`, the number of labels and of annotations without one by reason. A figure is
        `statistics.figures.Figure` as a dict.
    """
    variable = table.variable
    patterns = from_codes(table.codes, len(table.answers), dialogue)
    values = table.answers if variable.level == "sets" else None
    return {
        "slug": variable.slug,
        "kind": variable.kind,
        "level": variable.level,
        "alpha": _json(measures.alpha(patterns, variable.level, values)),
        "fleiss": _json(measures.fleiss(patterns)),
        "ac1": _json(measures.ac1(patterns)),
        "percent": _json(measures.percent(patterns)),
        "percent_pooled": _json(measures.percent_pooled(patterns)),
        "labels": _labels(table, patterns, dialogue),
        "pairs": [
            {"first": raters[pair.first], "second": raters[pair.second], "kappa": _json(pair.kappa)}
            for pair in pairs(table.codes, len(table.answers), dialogue)
        ],
        "coverage": {"labels": int((table.codes != MISSING).sum()), **table.gaps},
    }


def _labels(table: Table, patterns: Patterns, dialogue: Ints) -> list[dict[str, Any]]:
    if table.variable.level == "sets":
        per_label = [_membership(table, label, dialogue) for label in table.variable.answers]
    else:
        given = np.bincount(table.codes[table.codes != MISSING], minlength=len(table.answers)).tolist()
        shares, alphas = measures.prevalence(patterns), measures.alpha_per_label(patterns)
        per_label = list(zip(given, shares, alphas, measures.specific_agreement(patterns), strict=True))
    return [
        {"label": label, "given": given, "share": round(share, 12), "alpha": _json(alpha), "specific": _json(specific)}
        for label, (given, share, alpha, specific) in zip(table.variable.answers, per_label, strict=True)
    ]


def _membership(table: Table, label: str, dialogue: Ints) -> tuple[int, float, Figure, Figure]:
    """The figures of one label where a rater gives sets: whether it is in the set."""
    codes = np.array([0 if label in given else 1 for given in table.answers] + [MISSING], dtype=np.int64)[table.codes]
    patterns = from_codes(codes, 2, dialogue)
    share, alpha = measures.prevalence(patterns)[0], measures.alpha_per_label(patterns)[0]
    return int((codes == 0).sum()), share, alpha, measures.specific_agreement(patterns)[0]


def _json(figure: Figure) -> dict[str, Any]:
    """The figure as a dict, rounded to 12 digits: the last bits depend on the machine's arithmetic."""
    return {name: round(value, 12) if isinstance(value, float) else value for name, value in figure.as_json().items()}
