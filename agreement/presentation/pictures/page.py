"""The pictures of one question of a report, in the order of the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from agreement.presentation.drawing.picture import DataTable, Picture
from agreement.presentation.pictures.material import Material
from agreement.presentation.pictures.of_all import (
    agreement_of_answers,
    alpha_by_week,
    confusion_of_all,
    disagreement_of_dialogues,
    most_disagreement,
)
from agreement.presentation.pictures.of_raters import (
    agreement_of_pairs,
    alpha_without_each,
    confusion_of_pair,
    use_of_answers,
)

AT_ONCE = 6  # pairs of raters whose confusion is shown without a choice


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures of a page.

    Attributes:
        first: shown at once.
        more: behind a heading that unfolds.
        worst: the dialogues with most disagreement; None if the reader may not see them.
        pairs: number and names of the pairs of raters to choose from; empty if all are shown.
        chosen: number of the chosen pair.
        confusions: of pairs.
    """

    first: list[Picture]
    more: list[Picture]
    worst: DataTable | None
    pairs: list[tuple[int, str]] = field(default_factory=list)
    chosen: int = 0
    confusions: list[Picture] = field(default_factory=list)

    def all(self) -> Iterator[Picture]:
        """Yield every picture."""
        yield from (*self.first, *self.more, *self.confusions)


def pictures_of(of: Material, *, pair: int | None = None) -> Pictures:
    """Return the pictures of a question; those of raters only if the figures have them (`without_raters`).

    Args:
        of: the question.
        pair: number of the pair whose confusion is shown, if there are many; default: the one that agrees least.
    """
    tables = of.tables
    first = [confusion_of_all(of)]
    more = []
    if tables["usage"]:
        first = [agreement_of_pairs(of), *first, use_of_answers(of)]
    first.append(agreement_of_answers(of))
    if tables["weeks"]:
        more.append(alpha_by_week(of))
    title = _("Dialogues by share of disagreement")
    more.append(disagreement_of_dialogues(tables["dialogues"]["shares"], name="dialogues", title=title))
    if tables["without"]:
        more.append(alpha_without_each(of))
    worst = tables["dialogues"]["worst"]
    pairs = tables["pairs"]
    chosen = pair if pair is not None and 0 <= pair < len(pairs) else _least(of.question["pairs"])
    shown = pairs if len(pairs) <= AT_ONCE else pairs[chosen : chosen + 1]
    return Pictures(
        first,
        more,
        most_disagreement(of, worst, differs=of.slug) if worst else None,
        []
        if len(pairs) <= AT_ONCE
        else [(place, f"{each['first']} × {each['second']}") for place, each in enumerate(pairs)],
        chosen,
        [confusion_of_pair(of, each) for each in shown],
    )


def _least(pairs: list[dict[str, Any]]) -> int:
    """Return the number of the pair with the lowest kappa."""
    values = [1.0 if pair["kappa"]["value"] is None else pair["kappa"]["value"] for pair in pairs]
    return values.index(min(values)) if values else 0
