"""Detectors: answers in less time than the clip lasts, and answers without playing it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator

import numpy as np
from django.utils.translation import gettext_lazy as _

from agreement.detectors.base import Detection, Kind, Subject
from agreement.detectors.lines import Ints
from agreement.detectors.material import MEMBER, Bools, Floats, Material
from agreement.detectors.tails import binomial_tail

USUAL = 0.1  # share of utterances that honest annotators answer so, at least
LEAST = 0.3  # share that is a case
SEVERE_SHARE = 0.5
LEAST_UTTERANCES = 20
CLUSTER = 3.0  # utterances of a dialogue that count as one
PLAYED = 0.2  # of the clip: less is not played
WINDOWS = (20, 40, 80, 160, 320)  # newest dialogues that are examined, besides the whole work


class _Speed(Kind, ABC):
    name = ""
    subject: Subject = "behaviour"
    is_test = True

    def detect(self, material: Material) -> Iterator[Detection]:
        """Yield at most one case per member: of the whole work, or of the newest dialogues."""
        raters = material.peers(MEMBER)
        timed = material.clip_ms > 0
        for rater in raters:
            order = material.order(rater)
            order = order[timed[order]]
            if len(order) < LEAST_UTTERANCES:
                continue
            hasty = self.is_hasty(material, rater, order)
            usual = max(USUAL, _others(self, material, raters, rater))
            best = min(
                ((_tail(hasty[start:], usual), -len(order) + start, start) for start in _starts(material, order)),
            )
            p_value, _length, start = best
            rows, part = order[start:], hasty[start:]
            share = float(part.mean())
            if share < LEAST or len(rows) < LEAST_UTTERANCES:
                continue
            yield Detection(
                rows=material.place(np.sort(rows[part])),
                extent_count=int(part.sum()),
                extent_share=share,
                severity="severe" if share >= SEVERE_SHARE else "warning",
                rater=material.raters[rater].slug,
                evidence={
                    "count": f"{int(part.sum()):,}",
                    "answered": f"{len(rows):,}",
                    "usual": round(100 * usual),
                    "dialogue": material.lines[int(rows[0])].dialogue_code,
                },
                p_value=min(1.0, p_value * len(raters) * (1 + len(WINDOWS))),
                identity="",
            )

    @abstractmethod
    def is_hasty(self, material: Material, rater: int, rows: Ints) -> Bools:
        """Return (M,) whether each answer was hasty."""


class FasterThanClip(_Speed):
    """Finds members who answer in less time than the clip lasts, without having played it."""

    name = "faster_than_clip"
    summary = _("annotators who answer faster than the clips play")
    case = _(
        "%(count)s of %(answered)s utterances from %(dialogue)s on answered in less time than the clip lasts; "
        "usual: %(usual)s %%"
    )
    null = _(
        "at most a tenth of the utterances, or what is usual among the others if that is more, three utterances "
        "counting as one; the whole work and the newest dialogues of every member"
    )

    def is_hasty(self, material: Material, rater: int, rows: Ints) -> Bools:
        """Return whether both the active time and the time played are shorter than the clip."""
        clip = material.clip_ms[rows]
        hasty: Bools = (material.active_ms[rater, rows] < clip) & (material.played_ms[rater, rows] < clip)
        return hasty


class NotPlayed(_Speed):
    """Finds members who answer without playing the clip."""

    name = "not_played"
    summary = _("annotators who answer without playing the clips")
    case = _(
        "%(count)s of %(answered)s utterances from %(dialogue)s on answered without playing the clip; "
        "usual: %(usual)s %%"
    )
    null = FasterThanClip.null

    def is_hasty(self, material: Material, rater: int, rows: Ints) -> Bools:
        """Return whether less than a fifth of the clip was played."""
        hasty: Bools = material.played_ms[rater, rows] < PLAYED * material.clip_ms[rows]
        return hasty


def _others(kind: _Speed, material: Material, raters: list[int], rater: int) -> float:
    """Return the median share of hasty answers among the other members."""

    def shares() -> Floats:
        found = np.zeros(len(raters))
        for place, each in enumerate(raters):
            rows = material.order(each)
            rows = rows[material.clip_ms[rows] > 0]
            found[place] = kind.is_hasty(material, each, rows).mean() if len(rows) else 0.0
        return found

    others = np.delete(material.kept(("hasty", kind.name), shares), raters.index(rater))
    return float(np.median(others)) if len(others) else 0.0


def _starts(material: Material, order: Ints) -> list[int]:
    """Return where the whole work and its newest dialogues begin in the order of work."""
    changes = np.flatnonzero(np.diff(material.dialogue[order], prepend=-1))
    return [0, *(int(changes[-window]) for window in WINDOWS if window < len(changes))]


def _tail(hasty: Bools, usual: float) -> float:
    return binomial_tail(float(hasty.sum()) / CLUSTER, len(hasty) / CLUSTER, min(usual, 0.99))
