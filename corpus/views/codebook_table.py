"""A codebook as a table for readers: names in their language, keys as printed on the keyboard."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from corpus.rules.codebook import Codebook, Link, Task, Text, answer_slugs

SCALES = {
    "nominal": _("no order"),
    "ordinal": _("ordered"),
    "interval": _("ordered, in equal steps"),
    "binary": _("two choices"),
}
PERSPECTIVES = {
    "speaker": _("from the speaker's perspective"),
    "viewer": _("from the viewer's perspective"),
}
ALWAYS = "always"


@dataclass(frozen=True)
class AnswerRow:
    slug: str
    text: Text
    key: str
    is_default: bool


@dataclass(frozen=True)
class QuestionCard:
    """One task or link; fields that only the other kind has are empty."""

    slug: str
    text: Text
    answers: list[AnswerRow]
    low: str = ""
    high: str = ""
    scale: object = ""
    perspective: object = ""
    many: bool = False
    has_distances: bool = False
    source: str = ""
    target: str = ""
    asked_when: str = ""
    always: bool = False


def cards(codebook: Codebook, language: str) -> Iterator[QuestionCard]:
    """Yield a card for each task, then for each link, in the reader's language."""
    for question in codebook.questions:
        default = question.default if isinstance(question, Task) else ""
        keys = [choice.key for choice in question.choices] if isinstance(question, Task) else list(question.keys)
        answers = [
            AnswerRow(slug, codebook.text(f"{question.slug}.{slug}", language), key, slug == default)
            for slug, key in zip(answer_slugs(question), keys or [""] * len(answer_slugs(question)), strict=True)
        ]
        text = codebook.text(question.slug, language)
        if isinstance(question, Task):
            yield _task_card(question, text, answers)
        else:
            yield _link_card(question, text, answers, codebook, language)


def _task_card(task: Task, text: Text, answers: list[AnswerRow]) -> QuestionCard:
    return QuestionCard(
        slug=task.slug,
        text=text,
        answers=answers,
        low=f"{answers[0].text.name}: {text.low}" if text.low else "",
        high=f"{answers[-1].text.name}: {text.high}" if text.high else "",
        scale=SCALES[task.scale],
        perspective=PERSPECTIVES[task.perspective],
        many=task.many,
        has_distances=bool(task.distances),
    )


def _link_card(link: Link, text: Text, answers: list[AnswerRow], codebook: Codebook, language: str) -> QuestionCard:
    return QuestionCard(
        slug=link.slug,
        text=text,
        answers=answers,
        source=codebook.text(link.source, language).name,
        target=codebook.text(link.target, language).name,
        asked_when=link.asked_when,
        always=link.asked_when == ALWAYS,
    )
