"""Figures of links: agreement on applicability, sign and strength, and the association of their ends across raters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from agreement.judgements.tables import AnswerTables, Table
from agreement.statistics.answers.dialogues import Bools, Dialogues, dialogues_of
from agreement.statistics.answers.profiles import MISSING
from agreement.statistics.links import Ends, association, link_parts
from corpus.rules.codebook import Codebook, Link
from corpus.rules.codebook.conditions import comparisons


def link_figures(answers: AnswerTables, rules: Codebook, shortcut: Bools) -> list[dict[str, Any]]:
    """Return the figures of each link, without answers given by a shortcut.

    Args:
        answers: of a report.
        rules: the codebook.
        shortcut: (N, R) whether one key answered everything at once.

    Returns:
        A dict per link in the codebook's order: `slug`; `shortcuts`, the number of its answers left out; `always`,
        whether it is asked in any case; `by_ends`, whether the ends decide that it is asked; `everyone` and
        `identical_ends`, lists of `statistics.links.Part` as dicts; and `association`, with `within`, `across` and
        `kept`.
    """
    tables = {table.variable.slug: table for table in answers.tables}
    dialogues = dialogues_of(answers.dialogue, len(answers.dialogue))
    return [_figures(link, tables, dialogues, shortcut) for link in rules.links if tables]


def _figures(link: Link, tables: Mapping[str, Table], dialogues: Dialogues, shortcut: Bools) -> dict[str, Any]:
    table, source, target = tables[link.slug], tables[link.source], tables[link.target]
    codes, applies, first, second = (
        np.where(shortcut, MISSING, each) for each in (table.codes, _applies(table), source.codes, target.codes)
    )
    ends = Ends(first, second, (max(len(source.answers), 1), max(len(target.answers), 1)))
    asked = {question for question, _ in comparisons(link.condition)}
    return {
        "slug": link.slug,
        "shortcuts": int(np.count_nonzero(shortcut & (table.codes != MISSING))),
        "always": not asked,
        "by_ends": asked <= {link.source, link.target},
        "everyone": _parts(link, codes, applies, dialogues, None),
        "identical_ends": _parts(link, codes, applies, dialogues, ends),
        "association": {
            name: getattr(found, name).rounded() for found in [association(ends, dialogues)] for name in found.__slots__
        },
    }


def _applies(table: Table) -> Any:
    assert table.applies is not None  # noqa: S101 -- the table of a link
    return table.applies


def _parts(link: Link, codes: Any, applies: Any, dialogues: Dialogues, ends: Ends | None) -> list[dict[str, Any]]:
    return [
        {"name": part.name, "alpha": part.alpha.rounded(), "percent": part.percent.rounded()}
        for part in link_parts(codes, applies, link.values, dialogues, ends)
    ]
