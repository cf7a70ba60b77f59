"""The figures of a link as a table, with names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from corpus.rules.codebook import Codebook, Link

PARTS: dict[str, str | Promise] = {
    "applicability": _("Whether it applies"),
    "sign": _("Sign (negative, none, positive)"),
    "strength": _("Strength, of the same sign"),
    "value": _("Value as a whole"),
}


@dataclass(frozen=True, slots=True)
class LinkTable:
    """The figures of a link.

    Attributes:
        rows: name of the part, its alpha of all raters and of those with identical ends; the latter is None where the
            ends decide it.
        association: name and figure of each association, and whether it is a share.
        notes: sentences.
    """

    rows: list[tuple[str, Mapping[str, Any], Mapping[str, Any] | None]]
    association: list[tuple[str, Mapping[str, Any], bool]]
    notes: list[str]


def link_tables(figures: Mapping[str, Any], codebook: Codebook, language: str) -> dict[str, LinkTable]:
    """Return slug -> table of each link; reports of earlier versions have none."""
    links = {each["slug"]: each for each in figures.get("links", [])}
    return {
        link.slug: _table(links[link.slug], link, codebook, language) for link in codebook.links if link.slug in links
    }


def _table(found: Mapping[str, Any], link: Link, codebook: Codebook, language: str) -> LinkTable:
    ends = {
        "source": codebook.text(link.source, language).name,
        "target": codebook.text(link.target, language).name,
    }
    rows = []
    for everyone, same in zip(found["everyone"], found["identical_ends"], strict=True):
        decided = everyone["name"] == "applicability" and found["by_ends"]
        rows.append((str(PARTS[everyone["name"]]), everyone["alpha"], None if decided else same["alpha"]))
    between = found["association"]
    return LinkTable(
        rows,
        [
            (gettext("One person’s %(source)s with the same person’s %(target)s") % ends, between["within"], False),
            (gettext("One person’s %(source)s with another person’s %(target)s") % ends, between["across"], False),
            (gettext("Share of it that remains between different raters") % ends, between["kept"], True),
        ],
        _notes(found),
    )


def _notes(found: Mapping[str, Any]) -> list[str]:
    notes = []
    if found["shortcuts"]:
        notes.append(
            ngettext(
                "%(n)s answer given by a shortcut is left out here; alpha above has it.",
                "%(n)s answers given by a shortcut are left out here; alpha above has them.",
                found["shortcuts"],
            )
            % {"n": found["shortcuts"]}
        )
    return notes
