"""Suspected labels and the order of scores beside cleanlab's, on generated probabilities.

Needs cleanlab (tried with 2.9.0), which Concord does not install:

    pip install cleanlab
    python -m benchmarks.label_errors_cleanlab
"""

from __future__ import annotations

import numpy as np
from cleanlab.filter import find_label_issues  # type: ignore[import-not-found]
from cleanlab.rank import get_label_quality_scores  # type: ignore[import-not-found]

from baseline.data.rows import Question
from baseline.label_errors.confident import judge

ROWS, CLASSES, REPLACED = 3_000, 4, 300


def main() -> None:
    """Print how many labels both suspect, and the rank correlation of the scores."""
    random = np.random.default_rng(1)
    truth = random.integers(0, CLASSES, ROWS)
    probabilities = 0.6 * random.dirichlet([0.7] * CLASSES, ROWS)
    probabilities[np.arange(ROWS), truth] += 0.4
    labels = truth.copy()
    labels[random.choice(ROWS, REPLACED, replace=False)] = random.integers(0, CLASSES, REPLACED)
    question = Question("mood", "task", tuple(map(str, range(CLASSES))), many=False)
    ours = judge(labels, probabilities.astype(np.float32), question)
    theirs = find_label_issues(
        labels, probabilities, filter_by="confident_learning", n_jobs=1, min_examples_per_class=0
    )
    print(f"suspected: {ours.suspected.sum()}, by cleanlab {theirs.sum()}, by both {(ours.suspected & theirs).sum()}")
    quality = get_label_quality_scores(labels, probabilities, method="self_confidence")
    one, other = (np.argsort(np.argsort(each)) for each in (ours.scores, -quality))
    print(f"rank correlation of the scores: {np.corrcoef(one, other)[0, 1]:.6f}")


if __name__ == "__main__":
    main()
