"""The current screening of dialogues: read by the edits of dialogues and by figures, written by `selection`."""

from __future__ import annotations

from django.db.models import QuerySet

from common.errors import Refused
from corpus.models import Corpus, Dialogue, Screening


def inherit_screening(*, new: Dialogue, of: Dialogue) -> None:
    """Give a part of a divided dialogue the screenings of the whole: it was taken with the same probability."""
    rows = list(Screening.objects.filter(dialogue=of))
    for row in rows:
        row.pk, row.dialogue = None, new
        row._state.adding = True  # noqa: SLF001 -- the documented way to copy a row
    Screening.objects.bulk_create(rows)


def require_not_screened_out(dialogue: Dialogue) -> None:
    """Refuse to include a dialogue that was screened out: its reason is part of the documentation.

    Raises:
        Refused: `selection.screened_out`.
    """
    found = Screening.objects.filter(dialogue=dialogue, is_current=True, is_in=False).select_related("step").first()
    if found is not None and found.state_if_in:
        raise Refused("selection.screened_out", dialogue=dialogue.code)


def weights(corpus: Corpus) -> dict[int, float]:
    """Return dialogue (primary key) -> inverse of its probability of being drawn; only of dialogues that were drawn.

    A dialogue that nobody drew stands for itself alone, with the weight 1.
    """
    rows = _drawn(corpus).values_list("dialogue", "probability")
    return {dialogue: 1 / probability for dialogue, probability in rows if probability}


def weights_by_code(corpus: Corpus) -> dict[str, float]:
    """Return `weights` by the codes of the dialogues."""
    rows = _drawn(corpus).values_list("dialogue__code", "probability")
    return {code: 1 / probability for code, probability in rows if probability}


def _drawn(corpus: Corpus) -> QuerySet[Screening]:
    return Screening.objects.filter(dialogue__corpus=corpus, is_current=True, is_in=True, probability__isnull=False)
