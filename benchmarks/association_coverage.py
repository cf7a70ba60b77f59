"""How often the intervals of Cramer's V and phi hold the truth; `python -m benchmarks.association_coverage [--runs N]`.

Corpora of dialogues with 2 to 12 utterances, from tables with known association; an utterance repeats the labels of the
one before with probability `repeated`. Prints coverage per setting of the intervals that are shown, of those that would
be shown without the least number of dialogues in which rarer answers meet, and the share shown; then coverage in all
settings and in the worst one, if the least number of such dialogues were another one. All corpora of a size have the
draws of seed 0, as on the page, so they are made once.
"""

from __future__ import annotations

import argparse
import itertools

import numpy as np
import numpy.typing as npt

from agreement.statistics.answers.dialogues import dialogues_of
from agreement.statistics.tabulation import association as module

Ints = npt.NDArray[np.int64]
TABLES = {
    "2 x 2, 10 % and 15 %": ([0.9, 0.1], [0.85, 0.15]),
    "2 x 2, 20 % and 5 %": ([0.8, 0.2], [0.95, 0.05]),
    "2 x 2, 3 % and 3 %": ([0.97, 0.03], [0.97, 0.03]),
    "3 x 7": ([0.2, 0.55, 0.25], [0.5, 0.15, 0.1, 0.1, 0.08, 0.05, 0.02]),
}
MOST_UTTERANCES = 12
SIZES = (60, 200, 1000)  # dialogues
TRIED = (0, 5, 8, 10, 12, 15, 20, 25, 30)
TRUTH = 30_000  # dialogues from which the truth is computed


def labels(
    rng: np.random.Generator, dialogues: int, shares: tuple[list[float], list[float]], tied: float, repeated: float
) -> tuple[Ints, Ints, Ints]:
    """Return both labels and the dialogue of each utterance.

    Args:
        rng: the source of chance.
        dialogues: their number.
        shares: of the answers to both questions.
        tied: probability that the second label follows from the first.
        repeated: probability that an utterance has the labels of the one before.
    """
    sizes = rng.integers(2, MOST_UTTERANCES + 1, dialogues)
    dialogue = np.repeat(np.arange(dialogues), sizes)
    count = len(dialogue)
    first = rng.choice(len(shares[0]), count, p=shares[0])
    second = np.where(rng.random(count) < tied, first % len(shares[1]), rng.choice(len(shares[1]), count, p=shares[1]))
    begins = np.append(True, dialogue[1:] != dialogue[:-1])
    own = begins | (rng.random(count) >= repeated)
    source = np.maximum.accumulate(np.where(own, np.arange(count), 0))
    return first[source], second[source], dialogue


def main() -> None:
    """Print the coverage of every setting."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=200)
    runs = parser.parse_args().runs
    least, module.LEAST_MEETING = module.LEAST_MEETING, 0
    draws = {groups: module.drawn_sums(np.eye(groups), 0) for groups in SIZES}
    module.drawn_sums = lambda table, _seed: draws[len(table)] @ table  # type: ignore[assignment]
    print(f"| labels | dialogues | tied | repeated | shown | V | phi | V without the rule | ({runs} runs)")
    settings = itertools.product(TABLES.items(), SIZES, (0.0, 0.1, 0.4), (0.0, 0.6))
    everything = []
    for (name, shares), dialogues, tied, repeated in settings:
        rows = intervals(shares, dialogues, tied, repeated, runs)
        everything.append(rows)
        shown = rows[rows[:, 0] >= least]
        some = f"{shown[:, 1].mean():.3f} | {shown[:, 2].mean():.3f}" if len(shown) >= runs // 4 else "- | -"
        print(
            f"| {name} | {dialogues} | {tied} | {repeated} | {len(shown) / runs:.2f} | {some} | "
            f"{rows[:, 1].mean():.3f} |",
            flush=True,
        )
    print("| least dialogues where rarer answers meet | shown | V | worst setting | phi | worst setting |")
    for number in TRIED:
        parts = [rows[rows[:, 0] >= number] for rows in everything]
        whole = np.concatenate(parts)
        worst = np.array([part.mean(axis=0) for part in parts if len(part) >= runs // 4])
        print(
            f"| {number} | {len(whole) / runs / len(parts):.2f} | {whole[:, 1].mean():.3f} | {worst[:, 1].min():.3f} | "
            f"{whole[:, 2].mean():.3f} | {worst[:, 2].min():.3f} |"
        )


def intervals(
    shares: tuple[list[float], list[float]], dialogues: int, tied: float, repeated: float, runs: int
) -> npt.NDArray[np.float64]:
    """Return dialogues in which rarer answers meet, and whether the intervals hold V and phi, (intervals, 3)."""
    shape = (len(shares[0]), len(shares[1]))
    rng = np.random.default_rng(3)
    first, second, _ = labels(rng, TRUTH, shares, tied, repeated)
    counted = np.bincount(first * shape[1] + second, minlength=shape[0] * shape[1])
    table = counted.reshape(1, *shape).astype(np.float64)
    v = (max(module.phi_squared(table)[0], 0.0) / (min(shape) - 1)) ** 0.5 if tied else 0.0
    phi = float(module.phi(table)[0]) if shape == (2, 2) and tied else 0.0
    rows = []
    for _ in range(runs):
        first, second, dialogue = labels(rng, dialogues, shares, tied, repeated)
        found = module.association(first, second, shape, dialogues_of(dialogue, len(dialogue)))
        if found.v_low is None or found.v_high is None:
            continue
        of_phi = found.phi_low is None or found.phi_high is None or found.phi_low <= phi <= found.phi_high
        rows.append((found.meeting, found.v_low <= v <= found.v_high, of_phi))
    return np.array(rows, dtype=np.float64).reshape(-1, 3)


if __name__ == "__main__":
    main()
