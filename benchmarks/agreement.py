"""CPU time of all agreement figures, with `krippendorff` in the same run; `python -m benchmarks.agreement [--million]`.

21,795 utterances in 3,000 dialogues as in CMMA, or 1,000,000 in 137,000; 3 raters, 6 questions (3, 7, 2, 2, 5 and 5
possible answers, three of them ordinal), synthetic, from integer codes in contiguous columns as reports read them.
Medians. The peak of memory is that of the arrays of numpy and of Python, without the answers themselves.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
import tracemalloc
from collections.abc import Callable
from typing import Literal

import django
import krippendorff
import numpy as np
import numpy.typing as npt

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()

from agreement.domain.report_figures import question_figures
from agreement.judgements.tables import Table
from agreement.judgements.variables import Variable
from agreement.statistics.answers.dialogues import Dialogues, dialogues_of
from agreement.statistics.answers.patterns import from_profiles
from agreement.statistics.answers.profiles import profiles_of
from agreement.statistics.intervals.by_dialogues import figure_of
from agreement.statistics.measures.alpha import alpha

RATERS = 3
CATEGORIES = (3, 7, 2, 2, 5, 5)
ORDINAL = (True, False, False, False, True, True)

Codes = npt.NDArray[np.int16]


def corpus(utterances: int, dialogues: int) -> tuple[list[Codes], npt.NDArray[np.int64]]:
    """Return one table of codes (N, 3) per question, and each utterance's dialogue (N,)."""
    rng = np.random.default_rng(1)
    dialogue = np.sort(np.concatenate([np.arange(dialogues), rng.integers(0, dialogues, utterances - dialogues)]))
    tables = []
    for categories in CATEGORIES:
        truth = rng.choice(categories, utterances, p=rng.dirichlet(np.ones(categories)))
        slip = rng.random((utterances, RATERS)) < 0.2
        codes = np.where(slip, rng.integers(0, categories, slip.shape), truth[:, None])
        tables.append(np.asfortranarray(codes.astype(np.int16)))
    return tables, dialogue


def alphas(tables: list[Codes], dialogues: Dialogues) -> None:
    """Compute the headline alpha of every question, with its interval."""
    for codes, categories, ordinal in zip(tables, CATEGORIES, ORDINAL, strict=True):
        patterns = from_profiles(profiles_of(codes, categories, dialogues))
        figure_of(alpha(patterns, "ordinal" if ordinal else "nominal"))


def by_krippendorff(tables: list[Codes]) -> None:
    """Compute the same points, without intervals, by the package."""
    for codes, categories, ordinal in zip(tables, CATEGORIES, ORDINAL, strict=True):
        level: Literal["ordinal", "nominal"] = "ordinal" if ordinal else "nominal"
        krippendorff.alpha(codes.T, level_of_measurement=level, value_domain=list(range(categories)))


def everything(tables: list[Codes], dialogues: Dialogues) -> None:
    """Compute every figure of a report."""
    for place, (codes, categories, ordinal) in enumerate(zip(tables, CATEGORIES, ORDINAL, strict=True)):
        answers = tuple(map(str, range(categories)))
        variable = Variable(f"task{place}", "task", "ordinal" if ordinal else "nominal", answers)
        gaps = {"cannot_judge": 0, "not_applicable": 0, "unanswered": 0, "incomparable": 0}
        question_figures(Table(variable, codes, answers, gaps), dialogues, ("a", "b", "c"))  # type: ignore[arg-type]


def cpu_ms(work: Callable[[], object], repeats: int) -> float:
    """Return the median CPU time of `repeats` runs in ms, after one that is not counted."""
    times = []
    for _ in range(repeats + 1):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return 1000 * statistics.median(times[1:])


def peak_mb(work: Callable[[], None]) -> float:
    """Return the peak of allocated memory in MB."""
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def main() -> None:
    """Print the times and the memory."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--million", action="store_true", help="1,000,000 utterances instead of 21,795")
    million = parser.parse_args().million
    tables, keys = corpus(*((1_000_000, 137_000) if million else (21_795, 3_000)))
    repeats = 3 if million else 15
    dialogues = dialogues_of(keys, len(keys))
    print(f"numbering of the dialogues, once:      {cpu_ms(lambda: dialogues_of(keys, len(keys)), repeats):8.1f}")
    print(f"alpha with interval, 6 questions:      {cpu_ms(lambda: alphas(tables, dialogues), repeats):8.1f} ms CPU")
    print(
        f"every figure and pair, 6 questions:    {cpu_ms(lambda: everything(tables, dialogues), repeats):8.1f} ms CPU"
    )
    print(f"krippendorff, alpha without intervals: {cpu_ms(lambda: by_krippendorff(tables), repeats):8.1f} ms CPU")
    print(f"peak memory of every figure:           {peak_mb(lambda: everything(tables, dialogues)):8.1f} MB")


if __name__ == "__main__":
    main()
