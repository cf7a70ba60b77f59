"""The answers of managers to the datasheet's questions, which every later release contains."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from common.errors import Refused
from common.models import User
from corpus.models import Corpus
from export.metadata.datasheet_questions import QUESTIONS
from export.models import DatasheetAnswers

LONGEST = 5000  # characters of an answer


def datasheet_answers(corpus: Corpus) -> dict[str, str]:
    """Return slug of a question -> answer, of the questions that are answered."""
    row = DatasheetAnswers.objects.filter(corpus=corpus).first()
    return dict(row.answers) if row else {}


@transaction.atomic
def answer_datasheet(*, corpus: Corpus, answers: Mapping[str, str], answered_by: User | None) -> None:
    """Store the answers; those that are not given stay, and an empty one removes its answer.

    Raises:
        Refused: `export.no_question`, `export.answer_too_long`.
    """
    known = {question.slug for question in QUESTIONS}
    if unknown := sorted(set(answers) - known):
        raise Refused("export.no_question", questions=", ".join(unknown))
    if any(len(text) > LONGEST for text in answers.values()):
        raise Refused("export.answer_too_long", longest=LONGEST)
    DatasheetAnswers.objects.get_or_create(corpus=corpus)
    row = DatasheetAnswers.objects.select_for_update(of=("self",)).get(corpus=corpus)
    row.answers = {slug: text for slug, text in {**row.answers, **answers}.items() if text.strip()}
    row.answered_by = answered_by
    row.save()
