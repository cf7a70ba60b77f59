"""The form of a mapping: what becomes of each question and answer, with counts beside each row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreement.domain.moves.answer_counts import AnswerCount
from corpus.rules.codebook import Codebook, Link, Task, answer_slugs
from corpus.rules.moves import Proposal
from corpus.rules.moves.mapping import Mapping, Target

ASK, LEAVE, NONE = "~ask", "~leave", "~none"  # no slug begins with a tilde
GUESSES: dict[str, str | Promise] = {
    "text": _("proposed: similar name"),
    "key": _("proposed: same key"),
    "place": _("proposed: same place"),
    "rest": _("proposed: the remaining choice"),
    "asks_differently": _("proposed; the question is asked differently"),
    "none": _("proposed: nothing similar"),
}


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One old answer: its name, its counts, the possible targets, and the parts if it is asked again."""

    name: str
    slug: str
    field: str
    count: AnswerCount | None
    options: list[tuple[str, str, bool]]
    parts_field: str
    parts: list[tuple[str, str, bool]]
    guess: str


@dataclass(frozen=True, slots=True)
class QuestionRows:
    """One old question: its name, the possible new questions, and the rows of its answers."""

    name: str
    slug: str
    field: str
    options: list[tuple[str, str, bool]]
    rows: list[AnswerRow]
    guess: str
    is_changed: bool


@dataclass(frozen=True, slots=True)
class AddedRow:
    """A new question that no old one becomes."""

    name: str
    slug: str
    field: str
    asks: bool


@dataclass(slots=True)
class MappingForm:
    """The rows of a mapping."""

    questions: list[QuestionRows] = field(default_factory=list)
    added: list[AddedRow] = field(default_factory=list)

    @property
    def has_guesses(self) -> bool:
        """Whether a person has to check something."""
        return any(each.guess or any(row.guess for row in each.rows) for each in self.questions)


def mapping_form(
    *,
    old: Codebook,
    new: Codebook,
    mapping: Mapping,
    guesses: Proposal | None,
    counts: MappingOf[tuple[str, str], AnswerCount] | None,
    language: str,
) -> MappingForm:
    """Return the form for a mapping.

    Args:
        old, new: the two versions.
        mapping: what is selected.
        guesses: the proposal, whose guesses are marked unless another mapping was stored.
        counts: of each old answer; None: not known yet.
        language: of the names.
    """
    form = MappingForm()
    known = guesses.guesses if guesses else {}
    for question in old.questions:
        entry = mapping.of(question.slug)
        kind = Task if isinstance(question, Task) else Link
        targets = [each for each in new.questions if isinstance(each, kind)]
        options = [(each.slug, new.text(each.slug, language).name, each.slug == entry.target) for each in targets]
        options.append((NONE, str(_("not moved")), entry.target is None))
        target = next((each for each in targets if each.slug == entry.target), None)
        rows = []
        for slug in answer_slugs(question) if target else ():
            assert target is not None  # noqa: S101 -- for the type checker
            rows.append(
                _row(
                    name=old.text(f"{question.slug}.{slug}", language).name,
                    field=f"a.{question.slug}.{slug}",
                    slug=slug,
                    count=counts.get((question.slug, slug)) if counts is not None else None,
                    chosen=entry.answers[slug],
                    names=_distinct(
                        {each: new.text(f"{target.slug}.{each}", language).name for each in answer_slugs(target)}
                    ),
                    guess=str(GUESSES.get(known.get((question.slug, slug), ""), "")),
                )
            )
        guess = str(GUESSES.get(known.get((question.slug, ""), ""), ""))
        is_changed = (
            bool(guess) or entry.target != question.slug or any(entry.answers[row.slug] != row.slug for row in rows)
        )
        form.questions.append(
            QuestionRows(
                old.text(question.slug, language).name,
                question.slug,
                f"q.{question.slug}",
                options,
                rows,
                guess,
                is_changed,
            )
        )
    form.added = [
        AddedRow(new.text(slug, language).name, slug, f"n.{slug}", treatment == "ask")
        for slug, treatment in mapping.added.items()
    ]
    return form


def _distinct(names: dict[str, str]) -> dict[str, str]:
    """Return names of answers by slug; those that several answers share are followed by the slug."""
    times = Counter(names.values())
    return {slug: f"{name} ({slug})" if times[name] > 1 else name for slug, name in names.items()}


def read_form(data: QueryDict, old: Codebook) -> dict[str, Any]:
    """Return what was sent as the document that `corpus.rules.moves.completed` takes."""
    questions: dict[str, Any] = {}
    for question in old.questions:
        to = data.get(f"q.{question.slug}", "")
        if not to:
            continue
        answers: dict[str, Target] = {}
        for slug in answer_slugs(question):
            name = f"a.{question.slug}.{slug}"
            chosen = data.get(name, "")
            if chosen == ASK:
                answers[slug] = tuple(data.getlist(f"p{name[1:]}"))
            elif chosen:
                answers[slug] = None if chosen == LEAVE else chosen
        questions[question.slug] = {"to": None if to == NONE else to, "answers": answers}
    added = {name[2:]: data[name] for name in data if name.startswith("n.")}
    return {"questions": questions, "added": added}


def _row(
    *,
    name: str,
    field: str,
    slug: str,
    count: AnswerCount | None,
    chosen: Target,
    names: MappingOf[str, str],
    guess: str,
) -> AnswerRow:
    parts = chosen if isinstance(chosen, tuple) else ()
    options = [(each, text, each == chosen) for each, text in names.items()]
    options.append((ASK, str(_("ask again, with the old answer shown")), isinstance(chosen, tuple)))
    options.append((LEAVE, str(_("leave without an answer")), chosen is None))
    return AnswerRow(
        name=name,
        slug=slug,
        field=field,
        count=count,
        options=options,
        parts_field=f"p{field[1:]}",
        parts=[(each, text, each in parts) for each, text in names.items()],
        guess=guess,
    )
