"""Texts on how labels came about: the sources, and tables of their counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreement.consensus.registry import DEFAULT
from agreement.consensus.sources import OPEN, SOURCES
from corpus.rules.label_selection import MAJORITIES, ORIGINS

NAMES: dict[str, str | Promise] = {
    "decision": _("by a decision"),
    "accepted": _("by an accepted consensus"),
    "unanimous": _("unanimous"),
    "majority": _("by a majority"),
    "threshold": _("by a large enough majority"),
    "dawid_skene": _("by Dawid and Skene’s model"),
    "single": _("by the only answer"),
    "not_asked": _("not asked"),
    "not_admitted": _("not admitted by the codebook"),
    "tie": _("tie"),
    "below_threshold": _("majority too small"),
    "not_unanimous": _("not unanimous"),
    "ends_not_settled": _("ends of the link not settled"),
    "cannot_judge": _("nobody could judge"),
    "discussion": _("needs discussion"),
    "undecidable": _("cannot be decided"),
    "incomparable": _("decided under another codebook version"),
    "incomplete": pgettext_lazy("utterances", "incomplete"),
    "none": _("no answers"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One source in a table of counts.

    Attributes:
        source: the word of `agreement.consensus.sources`.
        name: its text.
        is_open: whether it means that there is no label.
        utterances: number of utterances it stands for.
        share: of all utterances, in percent.
        questions: number of labels of each question, in the order of the table.
        is_found: whether the label browser can select these labels: it knows no other method than the majority.
    """

    source: str
    name: str
    is_open: bool
    utterances: int
    share: float
    questions: tuple[int, ...]
    is_found: bool


def source_name(source: str) -> str:
    """Return the text of a source; that of a method from outside is its own word."""
    return str(NAMES.get(source, source))


def settlement_lines(consensus: Mapping[str, Any], slugs: Iterable[str], *, method: str = DEFAULT) -> list[Line]:
    """Return one line per source that occurs, settled ones first.

    Args:
        consensus: `utterances` (source -> number) and `questions` (slug -> source -> number), as a manifest has them.
        slugs: the questions, in the order of the table; PostgreSQL returns those of a manifest in another one.
        method: of the consensus.
    """
    utterances = consensus["utterances"]
    questions = [consensus["questions"].get(slug, {}) for slug in slugs]
    found = {*utterances, *(source for counts in questions for source in counts)}
    total = max(sum(utterances.values()), 1)
    order = {source: place for place, source in enumerate(SOURCES)}
    return [
        Line(
            source=source,
            name=source_name(source),
            is_open=source in OPEN,
            utterances=utterances.get(source, 0),
            share=100 * utterances.get(source, 0) / total,
            questions=tuple(counts.get(source, 0) for counts in questions),
            is_found=source in ORIGINS and (method == DEFAULT or source not in MAJORITIES),
        )
        for source in sorted(found, key=lambda each: (order.get(each, -1), each))
    ]
