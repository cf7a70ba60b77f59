"""Dawid and Skene's model, Concord's and crowd-kit's, on the same answers in the same run.

    python3.11 -m venv /tmp/crowdkit && /tmp/crowdkit/bin/pip install crowd-kit==1.4.2
    python -m benchmarks.dawid_skene --crowdkit /tmp/crowdkit/bin/python

crowd-kit is no dependency of Concord; it runs in a process of its own. Simulated answers of 3 raters to 21,795
utterances with 7 classes, as many as CMMA has. Both programs take turns; the figures are medians of the CPU time of a
fit from the answers on, without imports. Both do maximum likelihood from the same start.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[threads] = "1"

import numpy as np  # noqa: E402 -- after the number of threads is set

from agreement.consensus.confusion_estimation import Model, estimated  # noqa: E402
from agreement.consensus.patterns import Ints, patterns_of  # noqa: E402
from agreement.simulation.raters import simulated_answers, usual_raters  # noqa: E402
from agreement.simulation.truth import synthetic_truth  # noqa: E402
from corpus.rules.codebook import parse  # noqa: E402

UTTERANCES, DIALOGUES = 21_795, 3_000
CLASSES = "neutral, joy, sadness, anger, fear, surprise, disgust"
BOOK = f"""
name: one
tasks:
  emotion: {{scale: nominal, choices: [{CLASSES}], default: neutral, perspective: speaker}}
policy: {{cannot_judge: off}}
"""
STEPS = 200  # of both programs for the comparison of the results
FOLDER = Path(__file__).resolve().parent


def answers(seed: int = 1) -> Ints:
    """Return (N, 3) codes."""
    rng = np.random.default_rng(seed)
    dialogue = np.sort(np.concatenate([np.arange(DIALOGUES), rng.integers(0, DIALOGUES, UTTERANCES - DIALOGUES)]))
    truth = synthetic_truth(parse(BOOK), dialogue, seed=seed)
    return simulated_answers(truth, usual_raters(truth.codebook), seed=seed)[:, :, 0].T.astype(np.int64)


def ours(table: Ints, *, steps: int | None = None) -> tuple[float, Model]:
    """Return CPU seconds of a fit, and the model; with `steps`, exactly so many steps."""
    start = time.process_time()
    patterns = patterns_of(table, 7)
    model = estimated(patterns) if steps is None else estimated(patterns, tolerance=-np.inf, steps=steps)
    return time.process_time() - start, model


def theirs(python: str, table: Ints, *, steps: int, tolerance: float) -> tuple[float, int, dict[str, Ints]]:
    """Return CPU seconds of crowd-kit's fit, its number of steps, and its result."""
    with tempfile.TemporaryDirectory() as folder:
        np.save(f"{folder}/table.npy", table)
        command = [python, str(FOLDER / "dawid_skene_crowdkit.py"), folder, str(steps), str(tolerance)]
        subprocess.run(command, check=True, capture_output=True)
        with np.load(f"{folder}/result.npz") as found:
            result = dict(found)
    return float(result.pop("seconds")), int(result.pop("steps")), result


def largest_difference(table: Ints, result: dict[str, Ints]) -> dict[str, float]:
    """Return the largest difference of the class shares, the confusion matrices, and the probabilities.

    Concord's step is an M step and an E step, crowd-kit's the reverse after a first M step, so its probabilities are
    those of one step before.
    """
    (_, model), (_, before) = ours(table, steps=STEPS), ours(table, steps=STEPS - 1)
    patterns = patterns_of(table, 7)
    base = 8 ** np.arange(3)
    keys = np.zeros(len(patterns.count), dtype=np.int64)
    for place in range(patterns.rater.shape[1]):
        keys += np.where(patterns.rater[:, place] >= 0, (patterns.code[:, place] + 1) * base[place], 0)
    order = np.argsort(keys)
    rows = order[np.searchsorted(keys[order], (table + 1) @ base)]
    return {
        "class shares": float(np.abs(model.prior - result["prior"]).max()),
        "confusion matrices": float(np.abs(model.confusions - result["confusions"]).max()),
        "probabilities of all utterances": float(np.abs(before.posterior[rows] - result["posterior"]).max()),
    }


def medians(work: dict[str, Callable[[], float]], repeats: int) -> dict[str, float]:
    """Return the median of each measurement in ms; they take turns."""
    times: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(repeats):
        for name, measure in work.items():
            times[name].append(1000 * measure())
    return {name: median(each) for name, each in times.items()}


def main() -> None:
    """Print the results and the times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crowdkit", help="the Python of an environment with crowd-kit; default: only Concord's time")
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    table = answers()
    work: dict[str, Callable[[], float]] = {"Concord, until it converges": lambda: ours(table)[0]}
    print(f"{len(table)} utterances, 3 raters, 7 classes; Concord needs {len(ours(table)[1].history)} steps")
    if options.crowdkit:
        python = options.crowdkit
        _, _, result = theirs(python, table, steps=STEPS - 1, tolerance=-1)
        for name, difference in largest_difference(table, result).items():
            print(f"largest difference after {STEPS} steps, {name}: {difference:.1e}")
        _, steps, _ = theirs(python, table, steps=100, tolerance=1e-5)
        work |= {
            f"crowd-kit by default, {steps} steps": lambda: theirs(python, table, steps=100, tolerance=1e-5)[0],
            f"Concord, {STEPS} steps": lambda: ours(table, steps=STEPS)[0],
            f"crowd-kit, {STEPS} steps": lambda: theirs(python, table, steps=STEPS, tolerance=-1)[0],
        }
    for name, milliseconds in medians(work, options.repeats).items():
        print(f"{name:40} {milliseconds:9.1f} ms CPU (median of {options.repeats})")


if __name__ == "__main__":
    main()
