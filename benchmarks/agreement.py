"""CPU time of all agreement figures of a corpus as large as CMMA; `python -m benchmarks.agreement`.

21,795 utterances in 3,000 dialogues, 3 raters, 6 questions (3, 7, 2, 2, 5 and 5 possible answers), synthetic.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from agreement.statistics.measures.alpha import alpha
from agreement.statistics.measures.registry import MEASURES
from agreement.statistics.patterns import from_codes
from agreement.statistics.ratings import Ratings

UTTERANCES, DIALOGUES, RATERS = 21_795, 3_000, 3
CATEGORIES = (3, 7, 2, 2, 5, 5)
ORDINAL = (True, False, False, False, True, True)

Codes = npt.NDArray[np.int64]


def corpus() -> tuple[list[Codes], Codes]:
    """Return one table of codes (N, 3) per question, and each utterance's dialogue (N,)."""
    rng = np.random.default_rng(1)
    dialogue = np.sort(np.concatenate([np.arange(DIALOGUES), rng.integers(0, DIALOGUES, UTTERANCES - DIALOGUES)]))
    tables = []
    for categories in CATEGORIES:
        truth = rng.choice(categories, UTTERANCES, p=rng.dirichlet(np.ones(categories)))
        slip = rng.random((UTTERANCES, RATERS)) < 0.2
        tables.append(np.where(slip, rng.integers(0, categories, slip.shape), truth[:, None]))
    return tables, dialogue


def points(tables: list[Codes], dialogue: Codes) -> None:
    """Compute the headline alpha of every question, with its interval."""
    for codes, categories, ordinal in zip(tables, CATEGORIES, ORDINAL, strict=True):
        alpha(from_codes(codes, categories, dialogue), "ordinal" if ordinal else "nominal")


def everything(tables: list[Codes], dialogue: Codes) -> None:
    """Compute every figure of a report."""
    for codes, categories, ordinal in zip(tables, CATEGORIES, ORDINAL, strict=True):
        ratings = Ratings(codes, categories, dialogue, "ordinal" if ordinal else "nominal")
        for measure in MEASURES.values():
            measure.compute(ratings)


def cpu_ms(work: Callable[[], None], repeats: int = 7) -> float:
    """Return the smallest CPU time of `repeats` runs in ms."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return 1000 * min(times)


def main() -> None:
    """Print both times."""
    tables, dialogue = corpus()
    print(f"alpha with interval, 6 questions:    {cpu_ms(lambda: points(tables, dialogue)):7.1f} ms CPU")
    print(f"every figure and pair, 6 questions:  {cpu_ms(lambda: everything(tables, dialogue)):7.1f} ms CPU")


if __name__ == "__main__":
    main()
