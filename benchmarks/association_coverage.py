"""Coverage of the intervals of Cramer's V and phi; `python -m benchmarks.association_coverage [--runs N]`.

Corpora of dialogues with 2 to 12 utterances, from tables with known association; an utterance repeats the labels of the
one before with probability `repeated`. Prints coverage per setting of the intervals that are shown, of those that would
be shown without the least number of dialogues in which rarer answers meet, and the share shown; then coverage in all
settings and in the worst one, if the least number of such dialogues were another one. Settings with fewer dialogues
than `association.LEAST_DIALOGUES` show none, and only the last column tells what they would show. All corpora of a size
have the draws of seed 0, as on the page, so they are made once.
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
SIZES = (60, 100, 200, 1000)  # dialogues
TRIED = (0, 5, 8, 10, 12, 15, 20, 25, 30)


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


def joint(shares: tuple[list[float], list[float]], tied: float) -> npt.NDArray[np.float64]:
    """Return the probability (A, B) of each pair of labels; utterances that repeat the one before do not change it."""
    own, other = np.array(shares[0]), np.array(shares[1])
    follows = np.zeros((len(own), len(other)))
    follows[np.arange(len(own)), np.arange(len(own)) % len(other)] = own
    return np.asarray(tied * follows + (1 - tied) * np.outer(own, other))


def main() -> None:
    """Print the coverage of every setting."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=200)
    runs = parser.parse_args().runs
    least, module.LEAST_MEETING = module.LEAST_MEETING, 0
    least_dialogues, module.LEAST_DIALOGUES = module.LEAST_DIALOGUES, 0
    draws = {groups: module.drawn_sums(np.eye(groups), 0) for groups in SIZES}
    module.drawn_sums = lambda table, _seed: draws[len(table)] @ table  # type: ignore[assignment]
    print(f"| labels | dialogues | tied | repeated | shown | V | phi | V without the rule | ({runs} runs)")
    settings = itertools.product(TABLES.items(), SIZES, (0.0, 0.1, 0.4), (0.0, 0.6))
    everything = []
    for (name, shares), dialogues, tied, repeated in settings:
        rows = intervals(shares, dialogues, tied, repeated, runs)
        if dialogues >= least_dialogues:
            everything.append(rows)
        shown = rows[(rows[:, 0] >= least) & (dialogues >= least_dialogues)]
        some = " | ".join(f"{held:.3f}" for held in shown.mean(axis=0)[1:]) if len(shown) > runs // 4 else "- | -"
        print(
            f"| {name} | {dialogues} | {tied} | {repeated} | {len(shown) / runs:.2f} | {some} | "
            f"{rows[:, 1].mean():.3f} |",
            flush=True,
        )
    print("| least dialogues where rarer answers meet | shown | V | worst setting | phi | worst setting |")
    for number in TRIED:
        parts = [rows[rows[:, 0] >= number] for rows in everything]
        held = np.array([part.mean(axis=0)[1:] for part in parts if len(part) > runs // 4])
        v, phi = np.nanmean(np.concatenate(parts)[:, 1:], axis=0)
        worst_v, worst_phi = np.nanmin(held, axis=0)
        shown = sum(map(len, parts)) / runs / len(parts)
        print(f"| {number} | {shown:.2f} | {v:.3f} | {worst_v:.3f} | {phi:.3f} | {worst_phi:.3f} |")


def intervals(
    shares: tuple[list[float], list[float]], dialogues: int, tied: float, repeated: float, runs: int
) -> npt.NDArray[np.float64]:
    """Return dialogues in which rarer answers meet, and whether the intervals hold V and phi, (intervals, 3).

    Tables other than 2 x 2 have no phi: nan.
    """
    shape = (len(shares[0]), len(shares[1]))
    rng = np.random.default_rng(3)
    table = joint(shares, tied)[None]
    v = (max(module.phi_squared(table)[0], 0.0) / (min(shape) - 1)) ** 0.5 if tied else 0.0
    phi = float(module.phi(table)[0]) if shape == (2, 2) and tied else 0.0
    rows = []
    for _ in range(runs):
        first, second, dialogue = labels(rng, dialogues, shares, tied, repeated)
        found = module.association(first, second, shape, dialogues_of(dialogue, len(dialogue)))
        if found.v_low is None or found.v_high is None:
            continue
        has_phi = found.phi_low is not None and found.phi_high is not None
        of_phi = float(found.phi_low <= phi <= found.phi_high) if has_phi else np.nan  # type: ignore[operator]
        rows.append((found.meeting, found.v_low <= v <= found.v_high, of_phi))
    return np.array(rows, dtype=np.float64).reshape(-1, 3)


if __name__ == "__main__":
    main()
