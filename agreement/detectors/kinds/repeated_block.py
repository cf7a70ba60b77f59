"""Detector: answers to a question in which one block of rows is repeated over and over."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from django.utils.translation import gettext_lazy as _

from agreement.detectors.base import Detection, Kind
from agreement.detectors.lines import Ints
from agreement.detectors.material import Answers, Bools, Material, distinct

LONGEST_PERIOD = 1000  # rows
SHORTEST_PERIOD = 20  # rows; below it, repetition is common in honest answers
REPETITIONS = 5
SAMPLES = (8, 64)  # powers of two below the shortest run
AT_ONCE = 50_000  # places


class RepeatedBlock(Kind):
    """Finds answers that were copied in blocks instead of given one by one, per rater, question and imported file."""

    name = "repeated_block"
    summary = _("columns with a block of rows that repeats")
    case = _("kept; from here on a block of %(period)s rows repeats")
    null = _(
        "each answer depends on the answer before it; a repetition is as improbable as the product of these "
        "probabilities, times the number of places and periods searched"
    )
    is_test = True

    def detect(self, material: Material) -> Iterator[Detection]:
        """Yield one case per rater, file and question with a block that repeats."""
        searched = max(1, len(material.raters) * len(material.questions))
        for rater, question, rows, (period, start, end), p_value in blocks(material):
            run = rows[start:end]
            # a member's answers are searched in the order of work, which need not be that of the corpus
            is_ascending = bool((np.diff(run) > 0).all())
            first = material.lines[int(run[0])]
            yield Detection(
                rows=material.span(int(run[0]), int(run[-1])) if is_ascending else material.place(run),
                extent_count=end - start,
                extent_share=(end - start) / len(rows),
                severity="severe",
                task=question,
                rater=material.raters[rater].slug,
                evidence={"period": period},
                p_value=min(1.0, p_value * searched),
                identity=f"{first.utterance} {period}",
            )


def blocks(material: Material) -> list[tuple[int, str, Ints, tuple[int, int, int], float]]:
    """Return (rater, question, rows searched, `repeated_run` of them, p-value) of each block that repeats."""

    def search() -> list[tuple[int, str, Ints, tuple[int, int, int], float]]:
        found = []
        for rater in range(len(material.raters)):
            order = material.order(rater)
            for file in np.unique(material.files[order]):
                rows = order[material.files[order] == file]
                for question in material.questions:
                    values = material.values(question)[rater, rows]
                    run = repeated_run(values)
                    if run[0]:
                        found.append((rater, question, rows, run, chance_of(values, run)))
        return found

    return material.kept("blocks", search)


def chance_of(values: Answers, run: tuple[int, int, int]) -> float:
    """Return a bound of the probability that a sequence has such a run, if each value depends on the one before.

    Args:
        values: (M,) the sequence.
        run: of it, see `repeated_run`.
    """
    period, start, end = run
    codes = distinct(values)[1].astype(np.int64)
    width = int(codes.max()) + 1
    pairs = np.bincount(codes[:-1] * width + codes[1:], minlength=width * width).reshape(width, width) + 1.0
    chances = pairs / pairs.sum(axis=1, keepdims=True)
    copied = np.arange(start + period, end)
    logs = float(np.log(chances[codes[copied - 1], codes[copied]]).sum())
    places = math.log(len(values)) + math.log(min(LONGEST_PERIOD, max(2, len(values) // REPETITIONS)))
    return math.exp(min(0.0, logs + places))


def repeated_run(values: Sequence[int] | Answers) -> tuple[int, int, int]:
    """Find the longest run of one block that occurs at least `REPETITIONS` times in a row, anywhere in a sequence.

    A run whose own shortest period is below `SHORTEST_PERIOD` is no case: equal answers in a row are common.

    Args:
        values: codes of answers.

    Returns:
        The length of the block, and the start and the end of the run; (0, 0, 0) if there is none. Of two periods of
        the same run the shorter one is returned.
    """
    codes = _small(np.asarray(values))
    best = (0, 0, 0)
    for period in _candidates(codes):
        shortest = (REPETITIONS - 1) * period
        if not _may_repeat(codes, period, SAMPLES[1]):
            continue
        for start, end in _runs(codes[period:] == codes[:-period], shortest):
            # of the same rows the shorter block is found first, and a longer one must cover more rows than its multiple
            if end + period - start > best[2] - best[1] + period and _shortest_period(
                codes[start : start + 2 * period]
            ) >= min(SHORTEST_PERIOD, period):
                best = (period, start, end + period)
    return best


def _small(codes: Answers) -> Answers:
    """Return numbers that are equal where the codes are, in as few bytes as possible: the search copies them a lot."""
    return distinct(codes)[1]


def _candidates(codes: Answers) -> Iterator[int]:
    """Yield the periods, in ascending order, of which a few samples do not rule out a run that is long enough.

    Periods with few places to sample are examined together: a call of numpy takes longer than its work for them.
    """
    longest = min(LONGEST_PERIOD, len(codes) // REPETITIONS)
    period = SHORTEST_PERIOD
    while period <= longest:
        end, places = period, 0
        while end <= longest and (end == period or places < AT_ONCE):
            places += len(codes) // _step(end, SAMPLES[0])
            end += 1
        if end - period > 1:
            yield from _sampled(codes, period, end)
        elif _may_repeat(codes, period, SAMPLES[0]):
            yield period
        period = end


def _step(period: int, samples: int) -> int:
    return max(1, (REPETITIONS - 1) * period // samples)


def _sampled(codes: Answers, first: int, end: int) -> list[int]:
    """Return the periods from `first` to before `end` with `SAMPLES[0]` samples in a row that are equal."""
    periods = np.arange(first, end)
    steps = np.maximum(1, (REPETITIONS - 1) * periods // SAMPLES[0])
    times = -(-(len(codes) - periods) // steps)  # samples of each period
    starts = np.cumsum(times) - times
    period = np.repeat(periods, times)
    place = (np.arange(len(period)) - np.repeat(starts, times)) * np.repeat(steps, times)
    equal = codes[place] == codes[place + period]
    count = np.concatenate([[0], np.cumsum(equal)])
    first_of_row = np.arange(len(equal) - SAMPLES[0] + 1)
    in_a_row = count[first_of_row + SAMPLES[0]] - count[first_of_row] == SAMPLES[0]
    within = period[first_of_row] == period[first_of_row + SAMPLES[0] - 1]
    return [int(each) for each in np.unique(period[first_of_row[in_a_row & within]])]


def _may_repeat(codes: Answers, period: int, samples: int) -> bool:
    """Return whether a run of equal codes at this distance may be long enough: it covers so many samples in a row.

    A few samples rule out most distances of answers that vary, and more of them those of answers that are mostly equal.
    """
    step = _step(period, samples)
    equal = codes[period::step] == codes[:-period:step]
    gap = 1
    while gap < samples:  # after these, each place stands for so many in a row
        equal = equal[:-gap] & equal[gap:]
        gap *= 2
    return bool(equal.any())


def _runs(equal: Bools, shortest: int) -> Iterator[tuple[int, int]]:
    """Yield start and end of the runs of True that are at least so long."""
    if np.count_nonzero(equal) < shortest:  # most periods end here
        return
    breaks = np.concatenate(([-1], np.flatnonzero(~equal), [len(equal)]))
    for place in np.flatnonzero(np.diff(breaks) > shortest):
        yield int(breaks[place]) + 1, int(breaks[place + 1])


def _shortest_period(codes: Answers) -> int:
    """Return the shortest period below `SHORTEST_PERIOD` of a sequence, else `SHORTEST_PERIOD`."""
    for period in range(1, SHORTEST_PERIOD):
        if np.array_equal(codes[period:], codes[:-period]):
            return period
    return SHORTEST_PERIOD
