"""Detectors: drift of a rater against the co-annotators, and the onset of carelessness."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from django.utils.translation import gettext_lazy as _

from agreement.detectors.base import Detection, Kind, Subject
from agreement.detectors.material import MEMBER, Floats, Ints, Material
from agreement.detectors.peers import agreement_scores, dialogue_order, peer_answers
from agreement.detectors.tails import clustered_t, t_tail

LEAST_DIALOGUES = 20
MOST_VALUES = 12  # of a question; drift of sets of choices is examined up to this number of different sets
LEAST_DRIFT = 0.03  # change of a share from the first to the second half of the work
LEAST_DROP = 0.05  # of the agreement with others
MUCH_FASTER = 0.7  # of the time per second of clip before


class Drift(Kind):
    """Finds raters whose share of an answer moves away from the co-annotators' share on the same utterances."""

    name = "drift"
    summary = _("annotators who drift away from their co-annotators")
    case = _(
        "“%(answer)s” moves from %(before)s to %(after)s of the answers; with the others it moves from "
        "%(others_before)s to %(others_after)s on the same utterances"
    )
    null = _(
        "dialogues are exchangeable in time: the trend of the difference between a rater’s and the others’ shares of "
        "an answer on the same utterances, by dialogue, as a t statistic over all raters, questions and answers"
    )
    subject: Subject = "disagreement"
    is_test = True
    explained_by = ("repeated_block", "long_run", "careless_onset", "copied_answers")

    def detect(self, material: Material) -> Iterator[Detection]:
        """Yield at most one case per rater and question."""
        searched = 0
        found = []
        for question in material.questions:
            answers = peer_answers(material, question, MEMBER)
            width = min(answers.counts.shape[1], MOST_VALUES)
            for place, rater in enumerate(answers.raters):
                compared, _share = answers.agreeing(place)
                order = dialogue_order(material, rater)
                if len(order) < LEAST_DIALOGUES or not compared.any():
                    continue
                searched += width
                cases = [
                    case
                    for value in range(width)
                    if (case := _trend(material, question, place, value, order)) is not None
                ]
                if cases:
                    found.append((question, rater, min(cases, key=lambda case: case[0]), compared))
        for question, rater, (p_value, value, shares), compared in found:
            rows = np.flatnonzero(compared)
            yield Detection(
                rows=material.place(rows),
                extent_count=len(rows),
                extent_share=len(rows) / len(material.order(rater)),
                severity="warning",
                task=question,
                rater=material.raters[rater].slug,
                evidence=dict(zip(("before", "after", "others_before", "others_after"), shares, strict=True))
                | {"answer": _name(material, question, value)},
                p_value=min(1.0, p_value * searched),
                identity="",
            )


def _trend(
    material: Material, question: str, place: int, value: int, order: Ints
) -> tuple[float, int, tuple[str, ...]] | None:
    """Return p-value, value and the four shares (own and others', before and after) of the trend of an answer."""
    answers = peer_answers(material, question, MEMBER)
    compared, _share = answers.agreeing(place)
    rows = np.flatnonzero(compared)
    own = (answers.value[place, rows] == value).astype(np.float64)
    others = (answers.counts[rows, value] - own) / (answers.number[rows] - 1)
    sums = np.zeros((3, material.dialogues))
    for line, each in enumerate((own - others, own, others)):
        sums[line] = np.bincount(material.dialogue[rows], weights=each, minlength=material.dialogues)
    size = np.bincount(material.dialogue[rows], minlength=material.dialogues)[order].astype(np.float64)
    difference, own_sum, other_sum = sums[:, order]
    if size.sum() == 0:
        return None
    residual = difference - difference.sum() / size.sum() * size
    time = np.arange(len(order)) - (len(order) - 1) / 2
    time = time - (time * size).sum() / size.sum()
    t, degrees = clustered_t(residual, time)
    half = len(order) // 2
    parts = [(slice(None, half), max(size[:half].sum(), 1.0)), (slice(half, None), max(size[half:].sum(), 1.0))]
    own_share, other_share = ([each[part].sum() / total for part, total in parts] for each in (own_sum, other_sum))
    change = own_share[1] - other_share[1] - own_share[0] + other_share[0]
    if abs(change) < LEAST_DRIFT:
        return None
    shares = tuple(f"{100 * each:.0f} %" for each in (*own_share, *other_share))
    return 2 * t_tail(abs(t), degrees), value, shares


def _name(material: Material, question: str, value: int) -> str:
    """Return an answer's slug from its number among the answers of co-annotators; sets are named by their choices."""
    assert material.layout is not None  # noqa: S101 -- it has questions
    answers = peer_answers(material, question, MEMBER)
    place, row = np.argwhere(answers.value == value)[0]
    column = next(each for each in material.layout.columns if each.slug == question)
    found = column.decode(tuple(material.codes[answers.raters[place], row].tolist()))
    return ", ".join(found) if isinstance(found, list) else str(found)


class CarelessOnset(Kind):
    """Finds the point in a rater's work from which on they agree less with others, and whether they are faster then."""

    name = "careless_onset"
    summary = _("annotators whose answers get worse from one point on")
    case = _(
        "from dialogue %(dialogue)s on: agreement with the others lower by %(drop)s points, time per clip × %(pace)s"
    )
    null = _(
        "dialogues are exchangeable in time: the largest excess of agreement before a point, standardized per question "
        "and item class and summed by dialogue, against a Brownian bridge, over all raters"
    )
    is_test = True

    def detect(self, material: Material) -> Iterator[Detection]:
        """Yield at most one case per rater."""
        raters = material.peers()
        for place, rater in enumerate(raters):
            total, weight = agreement_scores(material, place, MEMBER)
            order = dialogue_order(material, rater)
            if len(order) < LEAST_DIALOGUES or not weight.any():
                continue
            score = np.bincount(material.dialogue, weights=total, minlength=material.dialogues)[order]
            size = np.bincount(material.dialogue, weights=weight, minlength=material.dialogues)[order]
            residual = score - score.sum() / max(size.sum(), 1.0) * size
            spread = math.sqrt(float((residual**2).sum()))
            if spread == 0:
                continue
            path = np.cumsum(residual)[:-1] / spread
            point = int(path.argmax()) + 1
            before, after = (
                score[:point].sum() / max(size[:point].sum(), 1.0),
                score[point:].sum() / max(size[point:].sum(), 1.0),
            )
            if before - after < LEAST_DROP:
                continue
            rows = material.order(rater)
            since = rows[np.isin(material.dialogue[rows], order[point:])]
            pace = _pace(material, rater, np.setdiff1d(rows, since), since)
            share = len(since) / len(rows)
            yield Detection(
                rows=material.place(np.sort(since)),
                extent_count=len(since),
                extent_share=share,
                severity="severe" if pace < MUCH_FASTER else "warning",
                rater=material.raters[rater].slug,
                evidence={
                    "dialogue": material.lines[int(since[0])].dialogue_code,
                    "drop": round(100 * float(before - after)),
                    "pace": f"{pace:.1f}",
                    "faster": pace < MUCH_FASTER,
                },
                p_value=min(1.0, len(raters) * math.exp(-2 * float(path.max()) ** 2)),
                identity="",
            )


def _pace(material: Material, rater: int, before: Ints, since: Ints) -> float:
    """Return the median time per second of clip since a point, relative to that before; 1 if it is unknown."""

    def median(rows: Ints) -> float:
        timed = rows[(material.clip_ms[rows] > 0) & (material.active_ms[rater, rows] > 0)]
        ratio: Floats = material.active_ms[rater, timed] / material.clip_ms[timed]
        return float(np.median(ratio)) if len(timed) else 0.0

    earlier, later = median(before), median(since)
    return later / earlier if earlier and later else 1.0
