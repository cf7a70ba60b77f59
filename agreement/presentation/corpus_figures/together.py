"""Labels that occur together, beside the links that annotators gave between them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from agreement.domain.corpus_figures.described import Described, Together
from agreement.presentation.corpus_figures.labels import Address
from agreement.presentation.drawing.matrix import Square, matrix
from agreement.presentation.drawing.picture import Cell, DataTable, Picture
from agreement.presentation.numerals import interval, number
from agreement.statistics.tabulation.association import LEAST_DIALOGUES, LEAST_MEETING
from corpus.rules.codebook import Link, answer_slugs

FEW = 5  # expected utterances; with fewer, a ratio is mostly chance
DARKEST = 3.0  # ratio with the darkest colour


def together(of: Described, language: str, address: Address) -> Iterator[Picture]:
    """Yield for each link how the labels of its ends occur together, and the mean value of the link."""
    found = [(link, each) for link in of.rules.links if (each := of.together(link)) is not None]
    for link, each in found:
        yield _occurrence(of, link, each, language, address)
        yield _links(of, link, each, language, address)
    if found:
        yield _measures(of, found, language)


def _named(of: Described, link: Link, language: str) -> tuple[str, str, list[str], list[str]]:
    ends = [of.rules.text(slug, language).name for slug in (link.source, link.target)]
    choices = [
        [of.rules.text(f"{slug}.{choice}", language).name for choice in of.rules.task(slug).slugs()]
        for slug in (link.source, link.target)
    ]
    return ends[0], ends[1], choices[0], choices[1]


def _occurrence(of: Described, link: Link, each: Together, language: str, address: Address) -> Picture:
    source, target, rows, columns = _named(of, link, language)
    counts = each.association.counts
    total = max(int(counts.sum()), 1)
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0, keepdims=True) / total
    cells: list[list[Square | None]] = []
    lines = []
    for row, (one, name) in enumerate(zip(of.rules.task(link.source).slugs(), rows, strict=True)):
        squares: list[Square | None] = []
        for column, (other, their) in enumerate(zip(of.rules.task(link.target).slugs(), columns, strict=True)):
            count, chance = int(counts[row, column]), float(expected[row, column])
            ratio = count / chance if chance else None
            where = address(answer=f"{link.source} == {one} and {link.target} == {other}", of="label")
            squares.append(
                Square(
                    "–" if ratio is None else f"× {ratio:.2f}",
                    below=f"{count:,}",
                    shade=None if ratio is None else _shade(ratio),
                    hint=f"{name}, {their}: {count:,} ({_('expected')}: {chance:,.0f})",
                    address=where if count else "",
                    is_faint=chance < FEW,
                    is_other=ratio is not None and ratio < 1 and chance >= FEW,
                )
            )
            lines.append(
                [
                    Cell(name),
                    Cell(their),
                    Cell(f"{count:,}", count, where if count else ""),
                    Cell(f"{chance:,.1f}", round(chance, 6)),
                    Cell("–" if ratio is None else f"{ratio:.2f}", ratio),
                ]
            )
        cells.append(squares)
    note = _(
        "How many times as often as expected if both were independent; below it the number of utterances. Grey: fewer "
        "than %(few)s expected."
    ) % {"few": FEW}
    return Picture(
        f"together-{link.slug}",
        _("%(first)s with %(second)s") % {"first": source, "second": target},
        f"{note} {_described(each)}",
        matrix(rows, columns, cells, row_title=source, column_title=target),
        DataTable([source, target, _("Utterances"), _("Expected"), _("Ratio")], lines, words=2),
        _warnings(each),
    )


def _shade(ratio: float) -> float:
    """Return the darkness of a ratio: none at 1, full at 3 and at a third."""
    if not ratio:
        return 1.0
    return min(abs(ratio - 1) if ratio >= 1 else abs(1 / ratio - 1), DARKEST - 1) / (DARKEST - 1)


def _described(each: Together) -> str:
    measures = each.association
    if measures.v is None:
        return _("One of the two labels does not vary.")
    found = f"{_('Cramér’s V')} = {number(measures.v)} {interval(measures.v_low, measures.v_high)}".strip()
    if measures.phi is not None:
        found += f"; φ = {number(measures.phi)} {interval(measures.phi_low, measures.phi_high)}".rstrip()
    return f"{found}."


def _warnings(each: Together) -> list[str]:
    if each.association.v is not None and each.association.v_low is None:
        few = {"few": LEAST_DIALOGUES, "meeting": LEAST_MEETING}
        return [
            _(
                "There is no interval: fewer than %(few)s dialogues, or fewer than %(meeting)s in which rarer labels "
                "of both questions meet."
            )
            % few
        ]
    return []


def _links(of: Described, link: Link, each: Together, language: str, address: Address) -> Picture:
    source, target, rows, columns = _named(of, link, language)
    largest = max(abs(value) for value in link.values) or 1
    cells: list[list[Square | None]] = []
    lines = []
    for row, (one, name) in enumerate(zip(of.rules.task(link.source).slugs(), rows, strict=True)):
        squares: list[Square | None] = []
        for column, (other, their) in enumerate(zip(of.rules.task(link.target).slugs(), columns, strict=True)):
            count = int(each.links[row, column])
            mean = float(each.sums[row, column]) / count if count else None
            pulled = " or ".join(f"{link.slug} == {value}" for value in link.values if value)
            where = address(answer=f"{link.source} == {one} and {link.target} == {other} and ({pulled})", of="label")
            text = "–" if mean is None else f"{mean:+.2f}".replace("-", "−")
            squares.append(
                Square(
                    text,
                    below=f"{count:,}",
                    shade=None if mean is None else abs(mean) / largest,
                    hint=f"{name}, {their}: {text} ({count:,})",
                    address=where if count else "",
                    is_faint=count < FEW,
                    is_other=mean is not None and mean < 0 and count >= FEW,
                )
            )
            lines.append([Cell(name), Cell(their), Cell(f"{count:,}", count, where if count else ""), Cell(text, mean)])
        cells.append(squares)
    name = of.rules.text(link.slug, language).name
    return Picture(
        f"links-{link.slug}",
        _("Links that annotators gave: %(link)s") % {"link": name},
        _(
            "Mean value of the link by the labels of its ends, from %(low)s to %(high)s; below it the number of links. "
            "Cells lead to links other than 0. A link means influence; labels can occur together without one."
        )
        % {"low": str(min(link.values)).replace("-", "−"), "high": max(link.values)},
        matrix(rows, columns, cells, row_title=source, column_title=target),
        DataTable([source, target, _("Links"), _("Mean")], lines, words=2),
    )


def _measures(of: Described, found: list[tuple[Link, Together]], language: str) -> Picture:
    rows = []
    for link, each in found:
        measures = each.association
        count = int(each.links.sum())
        given = of.labels[link.slug].has.sum(axis=1).tolist()
        zero = dict(zip(answer_slugs(link), given, strict=True)).get("0", 0)
        mean = float(each.sums.sum()) / count if count else None
        rows.append(
            [
                Cell(of.rules.text(link.slug, language).name),
                Cell(number(measures.v), measures.v),
                Cell(number(measures.v_low), measures.v_low),
                Cell(number(measures.v_high), measures.v_high),
                Cell(number(measures.phi), measures.phi),
                Cell(number(measures.phi_low), measures.phi_low),
                Cell(number(measures.phi_high), measures.phi_high),
                Cell(f"{measures.units:,}", measures.units),
                Cell(f"{measures.dialogues:,}", measures.dialogues),
                Cell(f"{sum(given):,}", sum(given)),
                Cell(f"{100 * (1 - zero / sum(given)):.1f} %" if sum(given) else "–"),
                Cell("–" if mean is None else f"{mean:+.2f}".replace("-", "−"), mean),
            ]
        )
    head = [
        *(_("Link"), _("Cramér’s V"), _("from"), _("to"), "φ", _("from"), _("to"), _("Utterances"), _("Dialogues")),
        *(_("Links"), _("other than 0"), _("Mean")),
    ]
    return Picture(
        "associations",
        _("Association of labels, and links"),
        _(
            "Cramér’s V (0 to 1, corrected for chance) and φ (−1 to 1, of two labels with two answers each) of the "
            "labels at both ends. The intervals (95 %) are from 1,000 draws of dialogues."
        ),
        None,
        DataTable(head, rows),
    )
