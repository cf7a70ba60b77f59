"""Coverage of both intervals of the alpha of all annotators; `python -m benchmarks.two_way_coverage [--runs 250]`.

150 dialogues of 3 to 11 utterances with a nominal question; three of R annotators, drawn at random, label each
dialogue. Annotators differ in skill (Beta) and in the answer that they give if they are unsure (Dirichlet). The truth
is the alpha of a corpus with an annotator of its own for each slot of 20,000 dialogues. Columns: the number of
annotators, and how often the interval for these annotators and the one that also generalises over annotators hold it.
"""

from __future__ import annotations

import argparse

import numpy as np
import numpy.typing as npt

from agreement.statistics.answers.dialogues import Ints
from agreement.statistics.answers.patterns import from_codes
from agreement.statistics.answers.ratings import ratings
from agreement.statistics.intervals.by_dialogues import figures_of
from agreement.statistics.measures.alpha import ALPHA, alpha
from agreement.statistics.two_way import two_way, without_each

SHARES = np.array([0.5, 0.3, 0.2])
DIALOGUES, SLOTS, SKILL, SPREAD = 150, 3, 0.7, 12.0
TRUTH_DIALOGUES = 20_000


def answers(
    rng: np.random.Generator, dialogues: int, annotators: int, chosen: npt.NDArray[np.integer]
) -> tuple[Ints, Ints]:
    """Return the answers (N, slots) of the chosen annotators (dialogues, slots), and the dialogues (N,)."""
    sizes = rng.integers(3, 12, dialogues)
    dialogue = np.repeat(np.arange(dialogues), sizes)
    skill = rng.beta(SPREAD * SKILL, SPREAD * (1 - SKILL), annotators)
    unsure = rng.dirichlet(4 * SHARES, annotators).cumsum(axis=1)
    truth = rng.choice(len(SHARES), len(dialogue), p=SHARES)
    who = chosen[dialogue]
    guess = (rng.random(who.shape)[:, :, None] > unsure[who]).sum(axis=2).clip(max=len(SHARES) - 1)
    return np.where(rng.random(who.shape) < skill[who], truth[:, None], guess), dialogue


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=250)
    runs = parser.parse_args().runs
    count = TRUTH_DIALOGUES * SLOTS
    codes, _ = answers(np.random.default_rng(1), TRUTH_DIALOGUES, count, np.arange(count).reshape(-1, SLOTS))
    truth = alpha(from_codes(codes, len(SHARES))).value
    assert truth is not None
    print(f"| annotators | for these annotators | for annotators like these | ({runs} corpora each, alpha {truth:.3f})")
    for annotators in (3, 6, 10, 20):
        held = np.zeros(2)
        for run in range(runs):
            rng = np.random.default_rng([2, annotators, run])
            chosen = np.array([rng.choice(annotators, SLOTS, replace=False) for _ in range(DIALOGUES)])
            given, dialogue = answers(rng, DIALOGUES, annotators, chosen)
            table = np.full((len(given), annotators), -1)
            np.put_along_axis(table, chosen[dialogue], given, axis=1)
            rated = ratings(table, len(SHARES), dialogue)
            estimates = list(ALPHA.estimates(rated))
            figure = two_way(estimates, figures_of(estimates), without_each(ALPHA, rated))[0]
            assert figure.low is not None
            assert figure.high is not None
            assert figure.wide_low is not None
            assert figure.wide_high is not None
            held += (figure.low <= truth <= figure.high, figure.wide_low <= truth <= figure.wide_high)
        print(f"| {annotators} | {held[0] / runs:.2f} | {held[1] / runs:.2f} |", flush=True)


if __name__ == "__main__":
    main()
