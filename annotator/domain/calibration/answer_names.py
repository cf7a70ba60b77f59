"""Names of questions and answers from the codebook."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from corpus.rules.codebook import CANNOT_JUDGE, NOT_APPLICABLE, Codebook


@dataclass(frozen=True, slots=True)
class Namer:
    """Names of questions and answers in one language; without a codebook, their slugs."""

    rules: Codebook | None
    language: str

    def question(self, slug: str) -> str:
        """Return a question's name."""
        return self.rules.text(slug, self.language).name if self.rules else slug

    def answer(self, slug: str, value: Any) -> str:
        """Return an answer's name."""
        if value is None:
            return "–"
        if value == CANNOT_JUDGE:
            return _("cannot judge")
        if value == NOT_APPLICABLE:
            return _("not applicable")
        if isinstance(value, list):
            return " · ".join(self.answer(slug, each) for each in value)
        name = self.rules.text(f"{slug}.{value}", self.language).name if self.rules else str(value)
        if isinstance(value, int) and name == str(value):  # a value of a link without a text
            return f"{value:+d}".replace("-", "−").replace("+0", "0")
        return name

    def row(self, slug: str, given: Any, accepted: list[Any]) -> tuple[str, str, str]:
        """Return question, given and accepted answers."""
        return self.question(slug), self.answer(slug, given), " / ".join(self.answer(slug, each) for each in accepted)
