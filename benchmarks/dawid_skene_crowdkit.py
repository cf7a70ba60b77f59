"""One fit by crowd-kit, for benchmarks/dawid_skene.py; runs in an environment that has crowd-kit and not Concord."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from crowdkit.aggregation import DawidSkene  # type: ignore[import-not-found]

CLASSES = 7


def main(folder: Path, steps: int, tolerance: float) -> None:
    """Fit `folder`/table.npy, (N, R) codes, and write `folder`/result.npz."""
    table = np.load(folder / "table.npy")
    task, worker = np.nonzero(table >= 0)
    data = pd.DataFrame({"task": task, "worker": worker, "label": table[task, worker]})
    start = time.process_time()
    model = DawidSkene(n_iter=steps, tol=tolerance).fit(data)
    seconds = time.process_time() - start
    labels = range(CLASSES)
    errors = model.errors_.reindex(columns=labels)
    confusions = np.stack([errors.loc[rater].reindex(labels).fillna(0).to_numpy().T for rater in range(table.shape[1])])
    np.savez(
        folder / "result.npz",
        seconds=seconds,
        steps=len(model.loss_history_),
        prior=model.priors_.reindex(labels).to_numpy(),
        posterior=model.probas_.sort_index().reindex(columns=labels).to_numpy(),
        confusions=confusions,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
