"""Distributions of labels: in the whole corpus, and in the parts of a group."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreement.domain.corpus_figures.described import Described
from agreement.presentation.drawing.picture import Cell, DataTable, Picture
from agreement.presentation.drawing.stacked import Bar, stacked
from agreement.presentation.numerals import in_percent
from corpus.rules.codebook import Link, Task, answer_slugs

Address = Callable[..., str]
GROUP_NAMES: dict[str, str | Promise] = {
    "split": gettext_lazy("Split"),
    "series": gettext_lazy("Series"),
    "gender": gettext_lazy("Gender"),
    "age": gettext_lazy("Age"),
    "speaker": gettext_lazy("Speaker"),
}
MOST = 15  # parts that are shown; the others are one row


def distribution(
    of: Described, question: Task | Link, *, group: str, language: str, address: Address, whole: bool = True
) -> Picture:
    """Return the distribution of the labels of a question.

    Args:
        of: the corpus.
        question: of its codebook.
        group: of `described.GROUPS`; "" for the whole corpus alone.
        language: of the codebook's texts.
        address: from filters to the address of utterances, or "".
        whole: whether the first row is the whole corpus.
    """
    slugs = answer_slugs(question)
    answers = [of.rules.text(f"{question.slug}.{slug}", language).name for slug in slugs]
    name = of.rules.text(question.slug, language).name
    parts: list[tuple[str, list[int], dict[str, Any] | None]] = []
    if whole or not group:
        parts.append((_("All"), of.distribution(question.slug).tolist(), {}))
    if group:
        counts, names = of.distribution(question.slug, group), of.groups[group].names
        shown = names if len(names) <= MOST + 1 else names[:MOST]
        for place, part in enumerate(shown):
            parts.append((part, counts[place].tolist(), {group: part}))
        if len(shown) < len(names):
            rest = counts[len(shown) :].sum(axis=0).tolist()
            parts.append((_("%(count)s others") % {"count": len(names) - len(shown)}, rest, None))
    bars, rows = [], []
    for part, counted, filters in parts:
        total = max(sum(counted), 1)
        links = [
            "" if filters is None else address(answer=f"{question.slug} == {slug}", of="label", **filters)
            for slug in slugs
        ]
        hints = [
            f"{part}, {answer}: {count:,} ({in_percent(count / total)})"
            for answer, count in zip(answers, counted, strict=True)
        ]
        bars.append(Bar(part, counted, hints, links))
        rows.append(
            [
                Cell(part),
                *(
                    Cell(f"{count:,} ({in_percent(count / total)})", count, link)
                    for count, link in zip(counted, links, strict=True)
                ),
                Cell(f"{sum(counted):,}", sum(counted)),
            ]
        )
    title = (
        name
        if not group
        else _("%(question)s by %(group)s") % {"question": name, "group": str(GROUP_NAMES[group]).lower()}
    )
    note = _("Share of each label; the number of labels is beside the bar.")
    if isinstance(question, Task) and question.many:
        note = _("Share of each choice among all choices; an utterance can have several.")
    return Picture(
        f"labels-{question.slug}-by-{group}" if group else f"labels-{question.slug}",
        title,
        note,
        stacked(bars, answers, is_ordered=isinstance(question, Link) or question.is_ordered),
        DataTable([str(GROUP_NAMES[group]) if group else "", *answers, _("All")], rows),
    )


def groups_of(of: Described) -> list[str]:
    """Return the groups that divide the corpus into at least two parts."""
    return [name for name, group in of.groups.items() if len(np.unique(group.part[group.part >= 0])) > 1]
