"""Detector: answers that contradict the codebook's expectations."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from django.utils.translation import gettext_lazy as _

from agreement.detectors.base import Detection, Kind
from agreement.detectors.material import Bools, Material
from corpus.rules.codebook.conditions import holds

MANY = 0.2  # of the answers that meet the condition: a warning


class BrokenExpectation(Kind):
    """Finds answers for which the condition of an expectation holds and its consequence does not."""

    name = "broken_expectation"
    summary = _("answers that contradict an expectation of the codebook")
    case = _("%(count)s of %(expected)s answers with %(condition)s do not have %(consequence)s")

    def detect(self, material: Material) -> Iterator[Detection]:
        """Yield one case per rater and expectation."""
        if material.codebook is None or material.layout is None:
            return
        for rater, owner in enumerate(material.raters):
            profiles, place = np.unique(material.codes[rater], axis=0, return_inverse=True)
            answers = [material.layout.decode(row.astype("<i2").tobytes()) for row in profiles]
            place = place.reshape(-1)
            for number, expectation in enumerate(material.codebook.expectations):
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
