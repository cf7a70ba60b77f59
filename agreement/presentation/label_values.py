"""Names of answers, as people read them on a page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from corpus.rules.codebook import CANNOT_JUDGE, NOT_APPLICABLE, Codebook


def answer_name(codebook: Codebook, slug: str, answer: Any, language: str) -> str:
    """Return the name of an answer; without a text the answer itself.

    Args:
        codebook: the texts.
        slug: of the question.
        answer: as `Annotation.answers` holds it; None for none.
        language: of the texts.
    """
    if answer is None:
        return "–"
    if answer == CANNOT_JUDGE:
        return gettext("cannot judge")
    if answer == NOT_APPLICABLE:
        return gettext("not applicable")
    if isinstance(answer, list):
        return ", ".join(answer_name(codebook, slug, each, language) for each in answer)
    return codebook.text(f"{slug}.{answer}", language).name
