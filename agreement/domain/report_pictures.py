"""Tables behind the pictures of a report, as the JSON that the report stores beside its figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from django.db.models import CharField, Max
from django.db.models.functions import Cast, Substr
from django.utils import timezone

from agreement.judgements.circumstances import FETCHED, NONE, Mondays
from agreement.judgements.raw_rows import raw_rows
from agreement.judgements.tables import AnswerTables, Table
from agreement.statistics.answers.dialogues import Bools, Dialogues, Ints, dialogues_of
from agreement.statistics.answers.ratings import Ratings, ratings
from agreement.statistics.intervals.by_dialogues import figure_of
from agreement.statistics.intervals.figures import MOST_SETS
from agreement.statistics.measures.registry import MEASURES
from agreement.statistics.tabulation.confusion import confusions, memberships, pooled
from agreement.statistics.tabulation.disagreeing import Disagreement, disagreement_of, excess, histogram
from agreement.statistics.tabulation.parts import alpha_of_parts
from agreement.statistics.tabulation.usage import usage
from annotator.models import Assignment
from corpus.models import Corpus, Dialogue, Purpose, Rater

FORMAT = 1
WORST = 20  # dialogues that are listed
DIGITS = 9


def pictures(answers: AnswerTables, *, corpus: Corpus, raters: Sequence[Rater]) -> dict[str, Any]:
    """Return the tables behind the pictures of a report; call it in the snapshot of the answers, or soon after it.

    Args:
        answers: the compared answers.
        corpus: of the answers.
        raters: of the report.

    Returns:
        `format`; `overlap`: a list per rater of the number of utterances shared with each rater; `guidelines`:
        `version` and `day` of each version of the guideline; `questions`, each with `slug`, `answers` (their names),
        `pooled` (a list of lists of counts), `pairs` (`first`, `second`, `utterances`, `counts`), `usage` (`rater`,
        `utterances`, `labels`, a list of `own`, `others`, `low`, `high`, `clear`, `dialogues`), `without` (`rater` and
        the figure of alpha as `alpha`), `weeks` (`week`, its Monday, and `alpha`), `dialogues`: `shares`, the number of
        dialogues by share of differing pairs, and `worst`, of `code`, `pairs`, `differing`; and `dialogues` of the same
        form over all questions.
    """
    dialogues = dialogues_of(answers.dialogue, len(answers.dialogue))
    first = np.unique(dialogues.number, return_index=True)[1]
    keys = answers.dialogue[first]
    weeks, week = _weeks(keys, raters)
    codes = dict(Dialogue.objects.filter(corpus=corpus).values_list("pk", "code"))
    names = [codes[key] for key in keys.tolist()]
    questions, found = [], []
    for table in answers.tables:
        document, disagreement = _question(table, dialogues, answers.raters, weeks, week)
        document["dialogues"] = _dialogues(disagreement, names)
        questions.append(document)
        found.append(disagreement)
    none = np.zeros(len(keys))
    everything = Disagreement(sum((each.pairs for each in found), none), sum((each.differing for each in found), none))
    return {
        "format": FORMAT,
        "overlap": _overlap(answers),
        "guidelines": [
            {"version": version, "day": timezone.localtime(moment).date().isoformat()}
            for version, moment in corpus.guidelines.order_by("version").values_list("version", "created_at")
        ],
        "questions": questions,
        "dialogues": _dialogues(everything, names),
    }


def _weeks(keys: Ints, raters: Sequence[Rater]) -> tuple[list[str], Ints]:
    """Return the Mondays of the weeks with work, and (G,) the place of each dialogue among them, or -1.

    A dialogue belongs to the week in which the last of its raters handed it in: before, it could not be compared.
    """
    handed_in = Assignment.objects.filter(
        rater__in=list(raters), purpose=Purpose.MAIN, state=Assignment.State.DONE, ended_at__isnull=False
    )
    # The moments stay text: Django converts one in 20 microseconds, and there is one per dialogue.
    last = Substr(Cast(Max("ended_at"), CharField()), 1, 16)
    found = handed_in.order_by().values("dialogue").annotate(last=last).values_list("dialogue", "last")
    minute = {dialogue: moment for rows in raw_rows(found, FETCHED) for dialogue, moment in rows}
    monday = Mondays()
    of_dialogue = np.array([monday[minute[key]] if key in minute else NONE for key in keys.tolist()], dtype=np.int64)
    weeks = np.unique(of_dialogue[of_dialogue != NONE])
    place = np.where(of_dialogue == NONE, -1, np.searchsorted(weeks, of_dialogue))
    return [date.fromordinal(day).isoformat() for day in weeks.tolist()], place


def _overlap(answers: AnswerTables) -> list[list[int]]:
    """Return the number of utterances that two raters both labelled, by whatever question has most."""
    count = len(answers.raters)
    given: Bools = np.zeros((len(answers.dialogue), count), dtype=bool)
    for table in answers.tables:
        given |= table.codes >= 0
    whole = given.astype(float)
    shared: list[list[int]] = np.rint(whole.T @ whole).astype(int).tolist()
    return shared


def _question(
    table: Table, dialogues: Dialogues, raters: Sequence[str], weeks: list[str], week: Ints
) -> tuple[dict[str, Any], Disagreement]:
    variable = table.variable
    rated = ratings(
        table.codes,
        len(table.answers),
        dialogues,
        level=variable.level,
        values=table.answers if variable.level == "sets" else variable.values,
        distances=variable.distances,
    )
    has = memberships(rated, variable.answers)
    pairs = confusions(rated.profiles, has)
    is_comparable = rated.level != "sets" or rated.categories <= MOST_SETS
    document = {
        "slug": variable.slug,
        "answers": list(variable.answers),
        "pooled": pooled(pairs, len(variable.answers)).tolist(),
        "pairs": [
            {
                "first": raters[each.first],
                "second": raters[each.second],
                "utterances": each.units,
                "counts": each.counts.tolist(),
            }
            for each in pairs
        ],
        "usage": _usage(rated, has, raters),
        "without": _without(table, rated, raters) if is_comparable else [],
        "weeks": _trend(rated, weeks, week) if is_comparable else [],
    }
    return document, disagreement_of(rated.patterns)


def _usage(rated: Ratings, has: Any, raters: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {
            "rater": raters[each.rater],
            "utterances": each.units,
            "labels": [
                {
                    "own": round(own, DIGITS),
                    "others": round(others, DIGITS),
                    "low": round(low, DIGITS),
                    "high": round(high, DIGITS),
                    "clear": clear,
                    "dialogues": int(carriers),
                }
                for own, others, low, high, clear, carriers in zip(
                    *(column.tolist() for column in each[2:]),
                    strict=True,
                )
            ],
        }
        for each in usage(rated.profiles, has)
    ]


def _without(table: Table, rated: Ratings, raters: Sequence[str]) -> list[dict[str, Any]]:
    """Return alpha without each rater, if two others remain."""
    if len(raters) < 3:
        return []
    measure = MEASURES["alpha"]
    found = []
    for place, rater in enumerate(raters):
        rest = ratings(
            np.delete(table.codes, place, axis=1),
            rated.categories,
            rated.profiles.dialogues,
            level=rated.level,
            values=rated.values,
            distances=rated.distances,
        )
        found.append({"rater": rater, "alpha": _rounded(figure_of(measure.estimates(rest)[0]).as_json())})
    return found


def _trend(rated: Ratings, weeks: list[str], week: Ints) -> list[dict[str, Any]]:
    part = week[rated.profiles.dialogues.number]
    figures = alpha_of_parts(rated, part, len(weeks))
    return [
        {"week": monday, "alpha": _rounded(figure.as_json())}
        for monday, figure in zip(weeks, figures, strict=True)
        if figure is not None
    ]


def _dialogues(found: Disagreement, names: Sequence[str]) -> dict[str, Any]:
    """Return the histogram and the dialogues that exceed the mean share most, given their length."""
    beyond = excess(found)
    worst = [place for place in np.argsort(-beyond, kind="stable")[:WORST].tolist() if beyond[place] > 0]
    return {
        "shares": histogram(found),
        "worst": [
            {"code": names[place], "pairs": int(found.pairs[place]), "differing": int(found.differing[place])}
            for place in worst
        ],
    }


def _rounded(figure: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, DIGITS) if isinstance(value, float) else value for name, value in figure.items()}
