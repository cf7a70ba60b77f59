"""Detector: runs of one answer, or of one profile of answers, that are longer than the corpus explains."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import reduce
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from django.utils.translation import gettext_lazy as _

from agreement.detectors.base import Detection, Kind
from agreement.detectors.lines import Ints
from agreement.detectors.material import Answers, Codes, Floats, Material, combined
from agreement.detectors.peers import peer_answers

LEAST_RUN = 15  # utterances
CAUTION = 2.0  # answers of a dialogue are not independent: half of the evidence counts
SEVERE_SHARE = 0.05  # of the rater's answers
ALIKE = 0.95  # share of a run with one answer to each task, from which on the run is one of all questions
BUCKETS = np.array([1, 2, 3, 5, 9, 17])  # lengths of a run from which it ends with another probability
PRIOR = 2.0


class Run(NamedTuple):
    """Rows [start, end) of a sequence, all with one value, and the log of their probability."""

    start: int
    end: int
    log_chance: float


class LongRun(Kind):
    """Finds the most improbable run of equal answers of each rater, per question and for whole profiles."""

    name = "long_run"
    summary = _("runs of one answer longer than the corpus explains")
    case = _("%(length)s utterances in a row with one and the same answer")
    null = _(
        "a run ends with the probability with which other runs of this length ended, and answers are redrawn for the "
        "rater and what the co-annotators answered; half of the evidence counts, because answers of one dialogue "
        "depend on each other"
    )
    is_test = True
    explained_by = ("repeated_block",)

    def detect(self, material: Material) -> Iterator[Detection]:
        """Yield at most one case per rater: that of whole profiles if it is as improbable, else of one question.

        A run of one question in which every other task has one answer too is one of all questions: one fault is one
        finding, so no later detector examines what it explains.
        """
        searched = max(1, len(material.raters) * (len(material.questions) + 1))
        for rater, owner in enumerate(material.raters):
            found = [(slug, *each) for slug in ("", *material.questions) if (each := _worst(material, rater, slug))]
            if not found:
                continue
            slug, rows, run = min(found, key=lambda each: each[2].log_chance)
            first, last = int(rows[run.start]), int(rows[run.end - 1])
            length, in_order = run.end - run.start, bool((np.diff(rows[run.start : run.end]) == 1).all())
            share = length / len(material.order(rater))
            within = material.files[rows] == material.files[first]
            one_file = in_order and material.files[first] == material.files[last]
            if slug and _is_of_all_tasks(material, rater, rows[run.start : run.end]):
                slug = ""
            yield Detection(
                rows=material.span(first, last) if one_file else material.place(rows[run.start : run.end]),
                extent_count=length,
                extent_share=length / int(within.sum()) if one_file else share,
                severity="severe" if share >= SEVERE_SHARE else "warning",
                task=slug,
                rater=owner.slug,
                evidence={"length": length},
                p_value=min(1.0, searched * len(rows) * math.exp(run.log_chance / CAUTION)),
                identity=material.lines[first].utterance,
            )


def _is_of_all_tasks(material: Material, rater: int, rows: Ints) -> bool:
    """Return whether nearly all rows of a run have one answer to each task; links follow from them."""
    assert material.codebook is not None  # noqa: S101 -- it has questions
    for task in material.codebook.tasks:
        values = material.values(task.slug)[rater, rows]
        if np.unique(values, return_counts=True)[1].max() < ALIKE * len(rows):
            return False
    return True


def _worst(material: Material, rater: int, slug: str) -> tuple[Ints, Run] | None:
    rows = material.order(rater)
    if slug:
        rows = rows[material.values(slug)[rater, rows] >= 0]
        values = material.values(slug)[rater, rows]
    else:
        values = _profiles(material, rater)[rows]
    runs = _runs(values)
    long = runs[runs[:, 1] - runs[:, 0] >= LEAST_RUN].tolist()
    if not long:
        return None
    own = _surprise(material, rater, slug, rows) if slug else _joint_surprise(material, rater, rows)
    # the chance of a run is at least its chance by the answers of the others; so most runs need no second estimate
    surprises = sorted((float(own[start + 1 : end].sum()), start, end) for start, end in long)
    best: Run | None = None
    hazard = _Hazard(runs, values)
    for surprise, start, end in surprises:
        if best is not None and surprise > best.log_chance:
            break
        log_chance = max(hazard.log_chance(int(values[start]), end - start), surprise)
        if best is None or (log_chance, start) < (best.log_chance, best.start):
            best = Run(start, end, log_chance)
    assert best is not None  # noqa: S101 -- there is a long run
    return rows, best


def _runs(values: Answers) -> Ints:
    """Return (K, 2) start and end of the runs of equal values."""
    if not len(values):
        return np.empty((0, 2), dtype=np.int64)
    # ~x differs from x, so the sequence begins and ends with a break
    breaks = np.flatnonzero(np.diff(values, prepend=~values[:1], append=~values[-1:]))
    return np.column_stack([breaks[:-1], breaks[1:]])


class _Hazard:
    """The probabilities with which runs end, by the answer and by the length that they have reached.

    Args:
        runs: (K, 2) start and end of each run.
        values: (M,) the sequence.
    """

    def __init__(self, runs: Ints, values: Answers) -> None:
        self._lengths = runs[:, 1] - runs[:, 0]
        self._value = values[runs[:, 0]]
        self._known: dict[int, tuple[list[int], list[int], Ints]] = {}

    def log_chance(self, value: int, length: int) -> float:
        """Return the log of the probability that a run goes on to its length, as the other runs of its value did.

        Args:
            value: of the run.
            length: of the run, which is one of `runs`.
        """
        stays, ends, long = self._known.get(value) or self._of_value(value)
        total = 0.0
        for place, low in enumerate(BUCKETS.tolist()):
            if length <= low:
                break
            if place + 1 < len(BUCKETS):
                high = int(BUCKETS[place + 1])
                stay = stays[place] - min(length - low, high - low)  # without the run itself
                end = ends[place] - (length < high)
            else:
                high = length + 1
                stay = int(np.minimum(long - low, high - low).sum()) - (length - low)
                end = len(long) - 1
            total += (min(length, high) - low) * math.log((stay + PRIOR) / (stay + end + 2 * PRIOR))
        return total

    def _of_value(self, value: int) -> tuple[list[int], list[int], Ints]:
        """Return, for each bucket but the last, the steps that runs stayed in it and the number that ended in it, and
        the lengths of the runs in the last one."""
        lengths = self._lengths[self._value == value]
        stays = [int(np.clip(lengths - low, 0, high - low).sum()) for low, high in pairwise(BUCKETS.tolist())]
        ends = [int(((lengths >= low) & (lengths < high)).sum()) for low, high in pairwise(BUCKETS.tolist())]
        self._known[value] = stays, ends, lengths[lengths >= BUCKETS[-1]]
        return self._known[value]


def _surprise(material: Material, rater: int, slug: str, rows: Ints) -> Floats:
    """Return (M,) the log of the probability of a rater's answers, given the most frequent answer of the others.

    It is estimated from the rater's own answers to each item class, smoothed by everybody's. Where nobody else
    answered, each answer counts as a toss of a coin, so that the sequence alone decides.
    """

    def compute() -> tuple[Floats, Codes]:
        answers = peer_answers(material, slug, material.raters[rater].kind)
        place = answers.raters.index(rater)
        compared, mode = answers.others_mode(place)
        value, width = answers.value[place], answers.width
        known = np.flatnonzero(compared)
        if not len(known):
            return np.array([-math.log(2)]), np.zeros(len(material), dtype=np.int16)
        cell = mode[known] * width + value[known]
        table = np.bincount(cell, minlength=width**2).reshape(width, width)
        others = answers.counts.sum(axis=0) + 1.0
        smooth = table + 5 * others / others.sum()
        chance = smooth / smooth.sum(axis=1, keepdims=True)
        cells = np.full(len(material), width**2, dtype=np.int16)  # `MOST_VALUES` squared is small enough
        cells[known] = cell
        return np.append(np.log(chance).ravel(), -math.log(2)), cells

    logs, cells = material.kept(("surprise", rater, slug), compute)
    found: Floats = logs[cells[rows]]
    return found


def _joint_surprise(material: Material, rater: int, rows: Ints) -> Floats:
    """Return (M,) the log of the probability of whole profiles: of the most surprising answer alone, since the
    questions depend on each other."""
    each = (_surprise(material, rater, slug, rows) for slug in material.questions)
    return reduce(np.minimum, each, np.zeros(len(rows)))  # logarithms of probabilities are at most 0


def _profiles(material: Material, rater: int) -> Ints:
    return material.kept(
        ("profiles", rater), lambda: combined(material.values(slug)[rater] for slug in material.questions)
    )
