"""The figures that the pictures of one question of a report show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from agreement.presentation.interval_notes import note_sentence
from corpus.rules.codebook import Codebook

Address = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Material:
    """One question of a report.

    Attributes:
        figures: of the report.
        slug: of the question.
        codebook: of the report.
        language: of the codebook's texts.
        address: from filters of `corpus.label_links.selection_of` to the address of the utterances; "" if the reader
            may not open it.
    """

    figures: dict[str, Any]
    slug: str
    codebook: Codebook
    language: str
    address: Address

    @property
    def raters(self) -> list[str]:
        """The slugs of the raters."""
        return list(self.figures["raters"])

    @property
    def question(self) -> dict[str, Any]:
        """The figures of the question."""
        return _of(self.figures["questions"], self.slug)

    @property
    def tables(self) -> dict[str, Any]:
        """The tables behind the pictures of the question."""
        return _of(self.figures["pictures"]["questions"], self.slug)

    @property
    def name(self) -> str:
        """The name of the question."""
        return self.codebook.text(self.slug, self.language).name

    @property
    def answers(self) -> list[str]:
        """The names of its answers."""
        return [self.codebook.text(f"{self.slug}.{each}", self.language).name for each in self.tables["answers"]]

    def utterances(self, **filters: Any) -> str:
        """Return the address of utterances, by the answers of the report's raters that were handed in first."""
        return self.address(within=self.raters, version="first", **filters)

    def of_raters(self, *conditions: tuple[str, str], **filters: Any) -> str:
        """Return the address of the utterances where these raters' answers fulfil these conditions."""
        return self.address(of_rater=list(conditions), version="first", **filters)


def _of(documents: Sequence[dict[str, Any]], slug: str) -> dict[str, Any]:
    return next(each for each in documents if each["slug"] == slug)


def notes_of(figures: Sequence[dict[str, Any]]) -> list[str]:
    """Return the distinct notes of some figures, as sentences that need no numbers of one of them."""
    return list(dict.fromkeys(note for note in map(note_sentence, figures) if note))
