"""All pictures and tables about a corpus."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agreement.domain.corpus_figures.described import Described
from agreement.presentation.corpus_figures.agreement import agreement_of_questions
from agreement.presentation.corpus_figures.labels import Address, distribution, groups_of
from agreement.presentation.corpus_figures.sizes import histograms, sizes
from agreement.presentation.corpus_figures.together import together
from agreement.presentation.drawing.picture import Picture


def no_address(**_filters: Any) -> str:
    """Return no address: the pictures of a file have no links."""
    return ""


def corpus_pictures(of: Described, language: str, figures: dict[str, Any] | None = None) -> Iterator[Picture]:
    """Yield all pictures and tables for a data paper.

    Args:
        of: the corpus.
        language: of the codebook's texts.
        figures: of agreement; None leaves it out.
    """
    yield sizes(of)
    yield from histograms(of)
    for group in ("", *groups_of(of)):
        for question in of.rules.questions:
            yield distribution(of, question, group=group, language=language, address=no_address)
    yield from together(of, language, no_address)
    if figures and any(question["alpha"]["n_units"] for question in figures["questions"]):
        yield agreement_of_questions(figures, of.rules, language)


def shown_distributions(of: Described, *, group: str, language: str, address: Address) -> list[Picture]:
    """Return the distributions of all questions by one group."""
    return [
        distribution(of, question, group=group, language=language, address=address) for question in of.rules.questions
    ]
