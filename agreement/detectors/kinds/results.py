"""Detectors: results of gold and of the qualification test below what the corpus asks for."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from agreement.detectors.base import Detection, Kind, Severity, Subject
from agreement.detectors.material import Material
from agreement.detectors.tails import binomial_tail

LEAST_JUDGED = 20
LIKELY = 0.01  # a gold score below the mark that chance explains with more than this probability is no case


class GoldBelowMark(Kind):
    """Finds members whose score in hidden gold is below the pass mark by more than chance explains."""

    name = "gold_below_mark"
    summary = _("members below the pass mark in hidden gold")
    case = _("%(right)s of %(judged)s answers to gold are right (%(percent)s %%); the corpus asks for %(needed)s %%")
    subject: Subject = "results"

    def detect(self, material: Material) -> Iterator[Detection]:
        """Yield one case per member."""
        yield from _below(material, "gold", "warning")


class QualificationFailed(Kind):
    """Finds members who failed the last qualification test and have not been let through."""

    name = "qualification_failed"
    summary = _("members who failed the qualification test")
    case = _("%(right)s of %(judged)s answers of the last test are right (%(percent)s %%); %(needed)s %% pass")
    subject: Subject = "results"

    def detect(self, material: Material) -> Iterator[Detection]:
        """Yield one case per member."""
        yield from _below(material, "test", "note")


def _below(material: Material, purpose: str, severity: Severity) -> Iterator[Detection]:
    for result in material.results:
        if result.purpose != purpose or 100 * result.right >= result.needed * result.judged:
            continue
        wrong, allowed = result.judged - result.right, 1 - result.needed / 100
        if purpose == "gold" and (
            result.judged < LEAST_JUDGED or binomial_tail(wrong, result.judged, max(allowed, 0.01)) > LIKELY
        ):
            continue
        yield Detection(
            rows={"utterances": []},
            extent_count=wrong,
            extent_share=wrong / result.judged,
            severity=severity,
            rater=result.rater,
            evidence={
                "right": result.right,
                "judged": result.judged,
                "percent": 100 * result.right // result.judged,
                "needed": result.needed,
            },
            identity=purpose,
        )
