"""Detectors: link values where both ends are absent, and link values that do not depend on their ends."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from django.utils.translation import gettext_lazy as _

from agreement.detectors.base import Detection, Kind
from agreement.detectors.lines import Ints
from agreement.detectors.material import Answers, Bools, Floats, Material, distinct
from corpus.rules.codebook import Link

LEAST_ROWS = 1000
PERMUTATIONS = 999
CLEAR = 6.0  # standard deviations of chi-squared beyond its degrees of freedom: no permutations needed
NOT_SIGNIFICANT, WEAK = 0.05, 0.1  # p-value, and corrected Cramer's V


class LinkOnNothing(Kind):
    """Finds values other than 0 of a link whose two ends are both absent, that is have their default answers."""

    name = "link_on_nothing"
    summary = _("links with values where both ends are absent")
    case = _("%(count)s values other than 0, although %(source)s and %(target)s both have their default answers")

    def detect(self, material: Material) -> Iterator[Detection]:
        """Yield one case per rater and link."""
        for link in material.codebook.links if material.codebook else ():
            for rater, owner in enumerate(material.raters):
                absent, valued = _absent(material, link, rater), _valued(material, link, rater)
                rows = np.flatnonzero(absent & valued)
                if len(rows):
                    asked = int((absent & (material.values(link.slug)[rater] >= 0)).sum())
                    yield Detection(
                        rows=material.place(rows),
                        extent_count=len(rows),
                        extent_share=len(rows) / asked,
                        severity="warning" if 20 * len(rows) >= asked else "note",
                        task=link.slug,
                        rater=owner.slug,
                        evidence={"count": f"{len(rows):,}", "source": link.source, "target": link.target},
                        identity="",
                    )


class IndependentLink(Kind):
    """Finds link values that could as well have been drawn without a look at the ends of the link."""

    name = "independent_link"
    summary = _("links whose values do not depend on their ends")
    case = _("no dependence on %(source)s and %(target)s was found (%(n)s rows, permutation p = %(p)s)")
    null = _(
        "the reverse of a test: honest values depend on the ends. A case is a link with at least 1,000 values whose "
        "dependence on the pair of ends permutations of the rows do not confirm (p > 0.05, corrected Cramér’s V < 0.1)"
    )
    explained_by = ("repeated_block", "long_run")

    def detect(self, material: Material) -> Iterator[Detection]:
        """Yield one case per rater, imported file and link."""
        for link in material.codebook.links if material.codebook else ():
            for rater, owner in enumerate(material.raters):
                usable = material.values(link.slug)[rater] >= 0
                for file in np.unique(material.files[usable]):
                    rows = np.flatnonzero(usable & (material.files == file))
                    if len(rows) < LEAST_ROWS:
                        continue
                    value, ends = material.values(link.slug)[rater, rows], _ends(material, link, rater, rows)
                    p_value, v = independence(value, ends)
                    if p_value > NOT_SIGNIFICANT and v < WEAK:
                        yield Detection(
                            rows=material.span(int(rows[0]), int(rows[-1])),
                            extent_count=len(rows),
                            extent_share=len(rows) / int((material.given[rater] & (material.files == file)).sum()),
                            severity="warning",
                            task=link.slug,
                            rater=owner.slug,
                            evidence={
                                "source": link.source,
                                "target": link.target,
                                "n": f"{len(rows):,}",
                                "p": f"{p_value:.2f}",
                                "v": round(v, 3),
                            },
                            identity=material.lines[int(rows[0])].file,
                        )


def independence(value: Answers, ends: Answers) -> tuple[float, float]:
    """Return the permutation p-value of chi-squared of two (M,) columns, and Cramér's V without its bias.

    Source of the correction: Bergsma 2013. A dependence beyond doubt gets the p-value 0 without permutations.
    """
    rows, columns = (distinct(each)[1].astype(np.int64) for each in (value, ends))
    r, c, n = int(rows.max()) + 1, int(columns.max()) + 1, len(rows)
    if min(r, c) < 2:
        return 1.0, 0.0
    expected = np.outer(np.bincount(rows), np.bincount(columns)) / n

    def chi_squared(order: Ints) -> float:
        table = np.bincount(rows * c + order, minlength=r * c).reshape(r, c)
        return float((table**2 / expected).sum()) - n

    found, degrees = chi_squared(columns), (r - 1) * (c - 1)
    corrected = max(0.0, found / n - degrees / (n - 1))
    v = float(np.sqrt(corrected / max(1e-12, min(r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)) - 1)))
    if found > degrees + CLEAR * np.sqrt(2 * degrees) and v > WEAK:
        return 0.0, v
    rng = np.random.default_rng(n)  # equal answers give equal findings
    drawn: Floats = np.array([chi_squared(rng.permutation(columns)) for _ in range(PERMUTATIONS)])
    return float((1 + (drawn >= found).sum()) / (1 + PERMUTATIONS)), v


def _ends(material: Material, link: Link, rater: int, rows: Ints) -> Ints:
    source, target = (material.values(slug)[rater, rows].astype(np.int64) for slug in (link.source, link.target))
    ends: Ints = source * (int(target.max(initial=0)) + 10) + target
    return ends


def _absent(material: Material, link: Link, rater: int) -> Bools:
    assert material.codebook is not None and material.layout is not None  # noqa: S101, PT018 -- it has links
    absent = np.ones(len(material), dtype=bool)
    for task, column in zip(material.codebook.tasks, material.layout.columns, strict=False):
        if task.slug in {link.source, link.target}:
            code = column.encode([task.default] if task.many else task.default)[0]
            absent &= material.values(task.slug)[rater] == code
    return absent


def _valued(material: Material, link: Link, rater: int) -> Bools:
    value = material.values(link.slug)[rater]
    zero = link.values.index(0) if 0 in link.values else -1
    valued: Bools = (value >= 0) & (value != zero)
    return valued
