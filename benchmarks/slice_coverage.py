"""Coverage of the intervals of slices, and the time of all slices: `python -m benchmarks.slice_coverage`.

The generator is that of `benchmarks.coverage`. Each corpus is divided by series (each dialogue belongs to one of 4), by
speaker (each utterance to one of 8), by week (each answer; every annotator labels the dialogues in an order of their
own, so that most pairs are mixed) and by annotator. The parts of a corpus are alike, so the truth is alpha of one
corpus of 200,000 dialogues. `[--runs 400]` corpora per setting. The last lines are the CPU time of the slices of one
question of 21,795 utterances by three annotators (median of 9).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from statistics import median

import numpy as np

from agreement.statistics.answers.dialogues import Dialogues, Ints
from agreement.statistics.slices.alpha import Slice, alpha_slices, expected_of, slice_values
from agreement.statistics.slices.layout import Division
from agreement.statistics.slices.pairs import Slicing, pairs_of
from benchmarks.coverage import SKEWED, TRUTH_DIALOGUES, Setting

SETTINGS = [
    Setting("alpha", dialogues, SKEWED, 2, skill, 3, level)
    for level in ("nominal", "ordinal")
    for dialogues in (100, 400, 1000)
    for skill in (0.6, 0.9)
]


def slicings(rng: np.random.Generator, dialogue: Ints, raters: int) -> dict[str, Slicing]:
    """Return slicings of a corpus, by name."""
    count = int(dialogue[-1]) + 1
    pace = np.stack([rng.permutation(count) for _ in range(raters)], axis=1) * 4 // count
    annotators = np.broadcast_to(np.arange(raters), (len(dialogue), raters))
    return {
        "series": Slicing(rng.integers(0, 4, count)[dialogue], 4),
        "speaker": Slicing(rng.integers(0, 8, len(dialogue)), 8),
        "week": Slicing(pace[dialogue], 4),
        "annotator": Slicing(annotators, raters, halves=True),
    }


def parts(setting: Setting, rng: np.random.Generator) -> Iterator[tuple[str, Slice]]:
    """Yield the slices of one corpus with the names of their slicings."""
    rated = setting.draw(rng, setting.dialogues)
    profiles = rated.profiles
    pairs = pairs_of(profiles.codes[profiles.of_unit])
    expected = expected_of(pairs, profiles.categories, rated.level)
    for name, slicing in slicings(rng, profiles.dialogues.number, setting.raters).items():
        for each in alpha_slices(pairs, Division(slicing, profiles.dialogues), expected):
            yield name, each


def coverage(setting: Setting, runs: int) -> dict[str, tuple[int, int]]:
    """Return slicing -> number of intervals without grey, and of those that hold the truth."""
    truth = setting.figure(np.random.default_rng(1), TRUTH_DIALOGUES).value
    assert truth is not None
    found: dict[str, tuple[int, int]] = {}
    for run in range(runs):
        for name, each in parts(setting, np.random.default_rng([2, run])):
            figure = each.figure
            if figure.low is not None and figure.high is not None and not figure.note:
                shown, held = found.get(name, (0, 0))
                found[name] = (shown + 1, held + (figure.low <= truth <= figure.high))
    return found


def timed(work: Callable[[], object]) -> float:
    """Return the median CPU time of 9 calls, in milliseconds."""
    times = []
    for _ in range(9):
        start = time.process_time()
        work()
        times.append(1000 * (time.process_time() - start))
    return median(times)


def print_times() -> None:
    """Print the CPU time of the slices of a corpus of the size of CMMA."""
    rng = np.random.default_rng(3)
    dialogue = np.sort(rng.integers(0, 3000, 21_795))
    dialogues = Dialogues(dialogue, 3000)
    codes = np.asfortranarray(rng.integers(0, 7, (len(dialogue), 3)).astype(np.int16))
    pairs = pairs_of(codes)
    expected = expected_of(pairs, 7, "ordinal")
    print(f"pairs {timed(lambda: pairs_of(codes)):.1f} ms")
    for name, slicing in slicings(rng, dialogue, 3).items():
        print(f"{name} {timed(lambda each=slicing: alpha_slices(pairs, Division(each, dialogues), expected)):.1f} ms")  # type: ignore[misc]
    speakers = Slicing(rng.integers(0, 459, len(dialogue)), 459)
    print(f"459 speakers {timed(lambda: alpha_slices(pairs, Division(speakers, dialogues), expected)):.1f} ms")
    every = Slicing(dialogue, 3000)
    print(f"3,000 dialogues {timed(lambda: slice_values(pairs, Division(every, dialogues), expected)):.1f} ms")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=400)
    runs = parser.parse_args().runs
    names = ("series", "speaker", "week", "annotator")
    print("| level | dialogues | skill | " + " | ".join(names) + " |\n|---|---|---|" + "---|" * len(names))
    for setting in SETTINGS:
        found = coverage(setting, runs)
        cells = []
        for name in names:
            shown, held = found.get(name, (0, 0))
            cells.append(f"{held / shown:.3f} ({shown:,})" if shown >= 200 else "-")
        print(f"| {setting.level} | {setting.dialogues} | {setting.skill} | {' | '.join(cells)} |", flush=True)
    print_times()


if __name__ == "__main__":
    main()
