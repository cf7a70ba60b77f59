"""Detector: answers that contradict the codebook's expectations."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import Any

import numpy as np
from django.utils.translation import gettext_lazy as _

from agreement.detectors.base import Detection, Kind
from agreement.detectors.material import Answers, Bools, Material, combined, distinct
from corpus.rules.codebook.conditions import comparisons, holds

MANY = 0.2  # of the answers that meet the condition: a warning


class BrokenExpectation(Kind):
    """Finds answers for which the condition of an expectation holds and its consequence does not."""

    name = "broken_expectation"
    summary = _("answers that contradict an expectation of the codebook")
    case = _("%(count)s of %(expected)s answers with %(condition)s break the expectation %(consequence)s")

    def detect(self, material: Material) -> Iterator[Detection]:
        """Yield one case per rater and expectation."""
        if material.codebook is None or material.layout is None:
            return
        for rater, owner in enumerate(material.raters):
            for number, expectation in enumerate(material.codebook.expectations):
                asked = comparisons(["and", expectation.condition, expectation.consequence])
                answers, place = _profiles(material, rater, {question for question, _ in asked})
                meets = np.array([holds(expectation.condition, each) for each in answers], dtype=bool)
                denied = np.array([holds(["not", expectation.consequence], each) for each in answers], dtype=bool)
                broken: Bools = (meets & denied)[place]
                rows, expected = np.flatnonzero(broken), int(meets[place].sum())
                if len(rows):
                    yield Detection(
                        rows=material.place(rows),
                        extent_count=len(rows),
                        extent_share=len(rows) / expected,
                        severity="warning" if len(rows) >= MANY * expected else "note",
                        rater=owner.slug,
                        evidence={
                            "count": f"{len(rows):,}",
                            "expected": f"{expected:,}",
                            "condition": expectation.if_text,
                            "consequence": expectation.then_text,
                        },
                        identity=f"{number} {expectation.if_text} {expectation.then_text}",
                    )


def _profiles(material: Material, rater: int, questions: Set[str]) -> tuple[list[dict[str, Any]], Answers]:
    """Return answers of a rater that differ in these questions, and the place (N,) of each utterance's among them."""
    assert material.layout is not None  # noqa: S101 -- the caller looked
    cells = [
        cell
        for column in material.layout.columns
        if column.slug in questions
        for cell in range(column.start, column.start + column.width)
    ]
    codes = material.codes[rater]
    known, place, _ = distinct(combined(codes[:, cell] for cell in cells))
    first = np.zeros(len(known), dtype=np.int64)
    first[place[::-1]] = np.arange(len(place) - 1, -1, -1)  # of several rows, the last one that is assigned counts
    return [material.layout.decode(codes[row].astype("<i2").tobytes()) for row in first], place
