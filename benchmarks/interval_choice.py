"""Coverage of other intervals of a rare label; `python -m benchmarks.interval_choice [--runs 200]`.

Alpha of a rare label against the rest in simulated corpora of `benchmarks.coverage`, by the number of dialogues that
contain the label: coverage of a nominal 95 % interval over all settings, and in brackets that of the worst setting with
at least 50 such corpora. The same spread over dialogues enters all intervals.
"""

from __future__ import annotations

import argparse
import itertools
from collections import defaultdict
from collections.abc import Callable

import numpy as np

from agreement.statistics.intervals.by_dialogues import Spread, quantile, score_intervals, spreads_of
from agreement.statistics.intervals.estimates import Estimate
from agreement.statistics.measures.registry import MEASURES
from benchmarks.coverage import Setting

Ends = tuple[float, float]
SETTINGS = [
    Setting("alpha_of_label", dialogues, (1 - share, share), dependence, skill, raters)
    for dialogues, share, dependence, (skill, raters) in itertools.product(
        (60, 300), (0.003, 0.006, 0.012, 0.025, 0.05), (0, 1), ((0.5, 3), (0.85, 2))
    )
]
BINS = ((4, 5), (8, 9), (12, 14), (20, 24), (25, 29), (30, 39), (75, 99))
LEAST = 50  # corpora of a setting within a bin
TRUTH_DIALOGUES = 50_000


def symmetric(estimate: Estimate, spread: Spread, dialogues: int) -> Ends:
    """Return value +- t(G-1) * error, the interval before."""
    assert estimate.value is not None
    reach = quantile(dialogues - 1) * spread.error
    return estimate.value - reach, estimate.value + reach


def effective(estimate: Estimate, spread: Spread, _dialogues: int) -> Ends:
    """Return value +- t * error with the effective degrees of freedom."""
    assert estimate.value is not None
    reach = quantile(spread.degrees) * spread.error
    return estimate.value - reach, estimate.value + reach


def logit(estimate: Estimate, spread: Spread, _dialogues: int) -> Ends:
    """Return the interval on the logits of the share of repeated answers, with the effective degrees of freedom."""
    assert estimate.value is not None
    share = float(np.clip(1 - (1 - estimate.value) / estimate.loss, 1e-9, 1 - 1e-9))
    reach = quantile(spread.degrees) * spread.error / estimate.loss / (share * (1 - share))
    ends = np.log(share / (1 - share)) + np.array([-reach, reach])
    low, high = (1 / (1 + np.exp(-np.clip(ends, -500, 500)))).tolist()
    return 1 - estimate.loss * (1 - low), 1 - estimate.loss * (1 - high)


def score(estimate: Estimate, spread: Spread, _dialogues: int) -> Ends:
    """Return the interval that the program has."""
    return score_intervals([estimate], [spread.error], [spread.degrees])[0]


INTERVALS: dict[str, Callable[[Estimate, Spread, int], Ends]] = {
    "value ± t(G−1) · error (before)": symmetric,
    "the same, t with effective degrees of freedom": effective,
    "logit of the share, effective degrees": logit,
    "**score interval of the effective sample, effective degrees**": score,
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=200)
    runs = parser.parse_args().runs
    held: dict[tuple[str, int, int], list[bool]] = defaultdict(list)
    for number, setting in enumerate(SETTINGS):
        truth = setting.figure(np.random.default_rng(1), TRUTH_DIALOGUES).value
        assert truth is not None
        for run in range(runs):
            ratings = setting.draw(np.random.default_rng([3, run]), setting.dialogues)
            estimate = MEASURES[setting.measure].estimates(ratings)[-1]
            counts = estimate.counts
            place = next((each for each, (low, high) in enumerate(BINS) if low <= counts.carriers <= high), None)
            if place is None or estimate.value is None or counts.disagreeing < 2:
                continue
            spread = spreads_of([estimate])[0]
            for name, interval in INTERVALS.items():
                low, high = interval(estimate, spread, counts.dialogues)
                held[name, place, number].append(low <= truth <= high)
    print(f"| interval ({runs} corpora per setting) | {' | '.join(f'{low}-{high}' for low, high in BINS)} |")
    for name in INTERVALS:
        cells = []
        for place in range(len(BINS)):
            own = [held[name, place, number] for number in range(len(SETTINGS))]
            every = [each for one in own for each in one]
            worst = [float(np.mean(one)) for one in own if len(one) >= LEAST]
            cells.append(
                f"{np.mean(every):.2f} ({min(worst):.2f})" if worst else f"{np.mean(every):.2f}" if every else "-"
            )
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
