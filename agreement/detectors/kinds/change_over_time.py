"""Detectors: drift of a rater against the co-annotators, and the onset of carelessness."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from django.utils.translation import gettext_lazy as _

from agreement.detectors.base import Detection, Kind, Subject
from agreement.detectors.lines import Ints
from agreement.detectors.material import MEMBER, Floats, Material
from agreement.detectors.peers import PeerAnswers, agreement_scores, dialogue_order, peer_answers
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
        """Yield at most one case per rater and question, the clearest first: the others are compared without them."""
        raters = material.peers()
        widths = {each: min(peer_answers(material, each, MEMBER).width, MOST_VALUES) for each in material.questions}
        searched = sum(widths.values()) * len(raters)
        for question in material.questions:
            left_out: frozenset[int] = frozenset()
            while found := [
                case
                for place, rater in enumerate(raters)
                if rater not in left_out and (case := _clearest(material, question, place, left_out, widths[question]))
            ]:
                p_value, rater, value, shares, rows = min(found, key=lambda case: case[:2])
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
                left_out |= {rater}


def _clearest(
    material: Material, question: str, place: int, left_out: frozenset[int], width: int
) -> tuple[float, int, int, tuple[str, ...], Ints] | None:
    """Return p-value, rater, value, shares and rows of the answer whose share drifts most clearly."""
    answers = peer_answers(material, question, MEMBER, left_out)
    rater = answers.raters[place]
    compared, _share = answers.agreeing(place)
    rows = np.flatnonzero(compared)
    order = dialogue_order(material, rater)
    if len(order) < LEAST_DIALOGUES or not len(rows):
        return None
    cases = [
        case
        for value in range(width)
        if (case := _trend(material, answers, place, value, rows=rows, order=order)) is not None
    ]
    if not cases:
        return None
    p_value, value, shares = min(cases, key=lambda case: case[0])
    return p_value, rater, value, shares, rows


def _trend(
    material: Material, answers: PeerAnswers, place: int, value: int, *, rows: Ints, order: Ints
) -> tuple[float, int, tuple[str, ...]] | None:
    """Return p-value, value and the four shares (own and others', before and after) of the trend of an answer."""
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
    explained_by = ("repeated_block", "long_run", "copied_answers")

    def detect(self, material: Material) -> Iterator[Detection]:
        """Yield at most one case per rater, the clearest first: the others are compared without them."""
        raters, left_out = material.peers(), frozenset[int]()
        while found := [
            case
            for place, rater in enumerate(raters)
            if rater not in left_out and (case := _drop(material, place, left_out)) is not None
        ]:
            p_value, rater, point, drop = min(found)
            rows = material.order(rater)
            since = rows[np.isin(material.dialogue[rows], dialogue_order(material, rater)[point:])]
            pace = _pace(material, rater, np.setdiff1d(rows, since), since)
            yield Detection(
                rows=material.place(np.sort(since)),
                extent_count=len(since),
                extent_share=len(since) / len(rows),
                severity="severe" if pace < MUCH_FASTER else "warning",
                rater=material.raters[rater].slug,
                evidence={
                    "dialogue": material.lines[int(since[0])].dialogue_code,
                    "drop": round(100 * drop),
                    "pace": f"{pace:.1f}",
                    "faster": pace < MUCH_FASTER,
                },
                p_value=min(1.0, len(raters) * p_value),
                identity="",
            )
            left_out |= {rater}


def _drop(material: Material, place: int, left_out: frozenset[int]) -> tuple[float, int, int, float] | None:
    """Return p-value, rater, dialogues before the clearest drop of a rater's agreement with others, and its size."""
    rater = material.peers()[place]
    total, weight = agreement_scores(material, place, MEMBER, left_out)
    order = dialogue_order(material, rater)
    if len(order) < LEAST_DIALOGUES or not weight.any():
        return None
    score = np.bincount(material.dialogue, weights=total, minlength=material.dialogues)[order]
    size = np.bincount(material.dialogue, weights=weight, minlength=material.dialogues)[order]
    residual = score - score.sum() / max(size.sum(), 1.0) * size
    spread = math.sqrt(float((residual**2).sum()))
    if spread == 0:
        return None
    path = np.cumsum(residual)[:-1] / spread
    point = int(path.argmax()) + 1
    before, after = (score[part].sum() / max(size[part].sum(), 1.0) for part in (slice(point), slice(point, None)))
    if before - after < LEAST_DROP:
        return None
    return math.exp(-2 * float(path.max()) ** 2), rater, point, float(before - after)


def _pace(material: Material, rater: int, before: Ints, since: Ints) -> float:
    """Return the median time per second of clip since a point, relative to that before; 1 if it is unknown."""

    def median(rows: Ints) -> float:
        timed = rows[(material.clip_ms[rows] > 0) & (material.active_ms[rater, rows] > 0)]
        ratio: Floats = material.active_ms[rater, timed] / material.clip_ms[timed]
        return float(np.median(ratio)) if len(timed) else 0.0

    earlier, later = median(before), median(since)
    return later / earlier if earlier and later else 1.0
