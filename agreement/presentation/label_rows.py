"""Rows of the label browser as a page shows them: cells with names, and marks of differences and corrections."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from agreement.domain.labels.history import RaterHistory, Step
from agreement.domain.labels.rows import Profile, Row
from agreement.presentation.label_values import answer_name
from corpus.models import Rater
from corpus.rules.codebook import Codebook

NO_MARKS: tuple[Collection[str], ...] = ((), (), ())


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row with the lines of its table, one per rater and one for a decision.

    Attributes:
        row: the row.
        lines: rows of an HTML table.
        differing: names of the questions with different answers.
    """

    row: Row
    lines: SafeString
    differing: list[str]


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A revision with the names of its answers."""

    step: Step
    answers: list[tuple[str, str, bool]]  # question, answer, whether it changed


def shown_rows(rows: Iterable[Row], codebook: Codebook, language: str) -> list[ShownRow]:
    """Return rows with the names of the codebook."""
    cells = _Cells(codebook, language)
    return [ShownRow(row, _lines(row, cells), cells.questions(row.differing)) for row in rows]


def heading(codebook: Codebook, language: str) -> SafeString:
    """Return the cells of the heading of each row's table."""
    names = [gettext("Rater"), *(codebook.text(each.slug, language).name for each in codebook.questions)]
    return mark_safe("".join(f'<th scope="col">{escape(name)}</th>' for name in names))  # noqa: S308 -- escaped


def _lines(row: Row, cells: _Cells) -> SafeString:
    """Return the lines of a table. Rendered by a template, they would take longer than the search of a million rows."""
    lines = []
    for each in row.profiles:
        marks = (row.differing, each.corrected, each.incomparable)
        answers = "".join(cells.cell(slug, each.answers.get(slug), marks, each.version) for slug in cells.slugs)
        lines.append(f'<tr><th scope="row">{_rater(each)}</th>{answers}</tr>')
    if row.decision and row.decision.answers:
        given = row.decision.answers
        answers = "".join(cells.cell(slug, given.get(slug), NO_MARKS, 0) for slug in cells.slugs)
        lines.append(f'<tr class="label-decision"><th scope="row">{escape(gettext("Decision"))}</th>{answers}</tr>')
    return mark_safe("".join(lines))  # noqa: S308 -- every text in it was escaped


def _rater(profile: Profile) -> str:
    person = f' <span class="muted">{escape(profile.person)}</span>' if profile.person else ""
    source = f' <span class="badge">{escape(gettext("source"))}</span>' if profile.kind == Rater.Kind.SOURCE else ""
    return f"{escape(profile.name)}{person}{source}"


class _Cells:
    """Makes the cells of a page; equal ones are made once."""

    def __init__(self, codebook: Codebook, language: str) -> None:
        self.codebook, self.language = codebook, language
        self.slugs = [question.slug for question in codebook.questions]
        self._made: dict[tuple[Any, ...], str] = {}

    def questions(self, slugs: Collection[str]) -> list[str]:
        """Return the names of some questions, in the codebook's order."""
        return [self.codebook.text(slug, self.language).name for slug in self.slugs if slug in slugs]

    def cell(self, slug: str, answer: Any, marks: Sequence[Collection[str]], version: int) -> str:
        """Return a cell as HTML.

        Args:
            slug: of the question.
            answer: of a rater, or None.
            marks: questions with different answers, with corrected answers, and asked differently by the version.
            version: number of the codebook version.
        """
        differs, corrected, incomparable = (slug in each for each in marks)
        key = (slug, repr(answer), differs, corrected, version if incomparable else None)
        if key not in self._made:
            self._made[key] = self._cell(slug, answer, key[2:])
        return self._made[key]

    def _cell(self, slug: str, answer: Any, marks: tuple[Any, ...]) -> str:
        differs, corrected, version = marks
        name: str = escape(answer_name(self.codebook, slug, answer, self.language))
        if differs:
            name += f'<span class="visually-hidden"> ({escape(gettext("differs"))})</span>'
        if corrected:
            name += _mark("✎", gettext("corrected after submission"))
        if version is not None:
            why = gettext("asked differently in version %(version)s") % {"version": version}
            name += _mark(f"v{version}", why)
        return f'<td class="label-differs">{name}</td>' if differs else f"<td>{name}</td>"


def _mark(sign: str, meaning: str) -> str:
    title = escape(meaning)
    return f' <span class="label-mark" title="{title}">{sign}<span class="visually-hidden"> {title}</span></span>'


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
