"""Candidates: the dialogues of a corpus that can be screened in or out, and ways to look them up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from corpus.models import Corpus, Dialogue, Screening, Utterance

CANDIDATES = (Dialogue.State.DRAFT, Dialogue.State.READY, Dialogue.State.EXCLUDED)
SCREENED = ("undecided", "in", "out", "all")


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """A filter of candidates.

    Attributes:
        screened: one of `SCREENED`.
        series: name of the series; empty for all.
        episode: title of the episode; empty for all.
        text: part of the text of an utterance.
        shortest: smallest number of utterances; 0 for any.
        codes: of dialogues; empty for all.
    """

    screened: str = "undecided"
    series: str = ""
    episode: str = ""
    text: str = ""
    shortest: int = 0
    codes: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """Return the criteria that restrict anything, as JSON; codes are listed by the step itself."""
        return {name: value for name, value in asdict(self).items() if value and name != "codes"}


def candidates(corpus: Corpus, criteria: Criteria | None = None) -> QuerySet[Dialogue]:
    """Return the candidates that meet criteria, in order; without criteria all of them."""
    found = Dialogue.objects.filter(corpus=corpus, state__in=CANDIDATES).order_by("order", "pk")
    if criteria is None:
        return found
    current = Screening.objects.filter(dialogue=OuterRef("pk"), is_current=True)
    if criteria.screened == "undecided":
        found = found.filter(~Exists(current))
    elif criteria.screened != "all":
        found = found.filter(Exists(current.filter(is_in=criteria.screened == "in")))
    if criteria.series:
        found = found.filter(series__name=criteria.series)
    if criteria.episode:
        found = found.filter(episode__title=criteria.episode)
    if criteria.text:
        said = Utterance.objects.filter(dialogue=OuterRef("pk"), text__icontains=criteria.text)
        found = found.filter(Exists(said))
    if criteria.shortest:
        found = found.filter(length__gte=criteria.shortest)
    if criteria.codes:
        found = found.filter(code__in=criteria.codes)
    return found


def criteria_from(values: Mapping[str, Any]) -> Criteria:
    """Return criteria from the fields of a form; unknown and invalid values are as if they were missing."""
    screened, shortest = str(values.get("screened", "")), str(values.get("shortest", ""))
    return Criteria(
        screened=screened if screened in SCREENED else "undecided",
        series=str(values.get("series", "")),
        episode=str(values.get("episode", "")),
        text=str(values.get("text", "")).strip()[:200],
        shortest=min(int(shortest), 10_000) if shortest.isdecimal() and len(shortest) < 6 else 0,
    )
