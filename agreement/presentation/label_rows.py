"""Rows of the label browser as a page shows them: cells with names, and marks of differences and corrections."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from agreement.domain.labels.history import RaterHistory, Step
from agreement.domain.labels.rows import Row
from agreement.presentation.label_values import answer_name
from corpus.rules.codebook import Codebook


@dataclass(frozen=True, slots=True)
class Cell:
    """The answer to one question: its name, and the marks beside it."""

    name: str
    differs: bool = False
    corrected: bool = False
    incomparable: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """The answers of one rater, or the decision."""

    name: str
    person: str
    kind: str
    cells: list[Cell]
    version: int | None = None


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row with one line per rater."""

    row: Row
    lines: list[Line]
    decision: Line | None
    differing: list[str]


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A revision with the names of its answers."""

    step: Step
    answers: list[tuple[str, str, bool]]  # question, answer, whether it changed


def shown_rows(rows: Iterable[Row], codebook: Codebook, language: str) -> list[ShownRow]:
    """Return rows with names from the codebook."""
    return [_shown(row, codebook, language) for row in rows]


def _shown(row: Row, codebook: Codebook, language: str) -> ShownRow:
    slugs = [question.slug for question in codebook.questions]

    def cells(answers: dict[str, Any], **marks: Any) -> list[Cell]:
        return [
            Cell(
                answer_name(codebook, slug, answers.get(slug), language),
                **{mark: slug in questions for mark, questions in marks.items()},
            )
            for slug in slugs
        ]

    lines = [
        Line(
            name=each.name,
            person=each.person,
            kind=each.kind,
            cells=cells(each.answers, differs=row.differing, corrected=each.corrected, incomparable=each.incomparable),
            version=each.version if each.incomparable else None,
        )
        for each in row.profiles
    ]
    decision = None
    if row.decision and row.decision.answers:
        decision = Line("", "", "", cells(row.decision.answers))
    return ShownRow(
        row, lines, decision, [codebook.text(slug, language).name for slug in slugs if slug in row.differing]
    )


def shown_histories(histories: Iterable[RaterHistory], language: str) -> list[tuple[str, list[ShownStep]]]:
    """Return the history of each rater, with the names that the codebook version of each revision has."""
    return [(each.name, [ShownStep(step, _answers(step, language)) for step in each.steps]) for each in histories]


def _answers(step: Step, language: str) -> list[tuple[str, str, bool]]:
    own = step.revision.codebook.rules()
    answers = step.revision.answers or {}
    return [
        (own.text(slug, language).name, answer_name(own, slug, answer, language), slug in step.changed)
        for slug, answer in answers.items()
    ]
