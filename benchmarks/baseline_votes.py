"""Soft against hard targets on EmotionLines: paired differences of cross entropy and Jensen-Shannon divergence.

    .venv/bin/python benchmarks/baseline.py emotionlines ../shared/data/emotionlines_friends --seeds 3
    .venv/bin/python -m benchmarks.baseline_votes [--out DIR]

Reads the runs of the first command. Each interval comes from 2,000 draws of dialogues and seeds together.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from baseline.data import release as releases
from baseline.data.dialogues import dialogue_ranges
from baseline.evaluation.bootstrap import Resampling, interval
from baseline.measures.distributions import against_votes
from baseline.runs import store

SOFT, HARD = "hard-sharing, soft targets", "hard-sharing, hard targets"
MEASURES = ("cross-entropy", "jensen-shannon")


def main() -> None:
    """Print both figures of both rows, and their differences."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("var/baseline-benchmark"))
    folder: Path = parser.parse_args().out / "emotionlines"
    release = releases.read(folder)
    rows, [question] = release.rows["test"], release.questions
    dialogues = dialogue_ranges(rows)
    runs = store.read(folder.with_name("emotionlines-baseline") / "runs", release.checksum, release.questions)
    for measure in MEASURES:
        sums: dict[str, list[np.ndarray[tuple[int], np.dtype[np.float64]]]] = {SOFT: [], HARD: []}
        sizes = np.zeros(len(dialogues))
        for run in runs:
            if run.name not in sums:
                continue
            predicted = run.predictions["test"][question.slug]
            found = [
                against_votes(
                    rows[each.start : each.stop],
                    predicted.probabilities[each.start : each.stop],
                    predicted.choices[each.start : each.stop],
                    question,
                )
                for each in dialogues
            ]
            sizes = np.array([each.get("n", 0) for each in found], float)
            sums[run.name].append(np.array([each.get(measure, 0.0) for each in found]) * sizes)
        resampling = Resampling(len(dialogues), len(sums[SOFT]))
        drawn = {name: _replicates(each, sizes, resampling) for name, each in sums.items()}
        means = {name: np.array([one.sum() / sizes.sum() for one in each]) for name, each in sums.items()}
        for name in (SOFT, HARD):
            of = means[name]
            print(f"{measure}, {name}: {of.mean():.4f} ± {of.std(ddof=1):.4f} ({len(of)} seeds)")
        difference = interval(float(means[SOFT].mean() - means[HARD].mean()), drawn[SOFT] - drawn[HARD])
        print(f"{measure}, soft minus hard: {difference.value:+.4f} ({difference.low:+.4f} to {difference.high:+.4f})")


def _replicates(
    sums: list[np.ndarray[tuple[int], np.dtype[np.float64]]],
    sizes: np.ndarray[tuple[int], np.dtype[np.float64]],
    resampling: Resampling,
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    by_seed = np.stack([resampling.dialogues @ each for each in sums], axis=1) / (resampling.dialogues @ sizes)[:, None]
    return np.asarray((by_seed * resampling.seeds).sum(axis=1))


if __name__ == "__main__":
    main()
