"""MUStARD: the five official folds, and speaker-independent (Friends is the test, as published).

    .venv/bin/python -m benchmarks.baseline_folds ../shared/data/mustard [--out DIR] [--seeds 5] [--models NAME...]
        [--setting "five folds"|speaker-independent]

In each fold a tenth of the training items is dev. The figure of a model is the mean over the folds of the weighted F1,
as published, for each seed; differences from `linear` come with the interval of a bootstrap that draws items and seeds
together, on the predictions of all folds. Runs that are finished are not repeated.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from baseline.data import release as releases
from baseline.data.dialogues import dialogue_ranges
from baseline.data.folds import grouped_folds, recomposed
from baseline.data.rows import SPLITS, Release, Row
from baseline.data.targets import codes
from baseline.evaluation.bootstrap import Resampling, interval
from baseline.measures.counts import Counts, counts
from baseline.measures.from_counts import weighted_f1
from baseline.models.registry import MODELS
from baseline.options import Options
from baseline.runs import store
from baseline.runs.execute import Plan, execute
from benchmarks.baseline import ENCODER, MEMBERS, make_release

ROWS = ("majority", "speaker-only", "series-only", "linear", "linear+context", "hard-sharing")
TEST_SERIES = "FRIENDS"
TENTH = 10
SETTINGS = ("five folds", "speaker-independent")


def main() -> None:
    """Run both settings and print a table of each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, help="folder of the published files")
    parser.add_argument("--out", type=Path, default=Path("var/baseline-benchmark"))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--models", nargs="+", default=ROWS, help="only these models; linear is always among them")
    parser.add_argument("--setting", choices=SETTINGS, help="only this one; default: both")
    options = parser.parse_args()
    out: Path = options.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    whole = out / "mustard"
    if not (whole / "manifest.json").is_file():
        make_release("mustard", options.files.resolve(), whole, ())
    release = releases.read(whole)
    rows = [row for split in SPLITS for row in release.rows[split]]
    friends = {row.dialogue for row in rows if row.series == TEST_SERIES}
    for name, tests in zip(SETTINGS, (_official(options.files), [friends]), strict=True):
        if options.setting not in {None, name}:
            continue
        parts = [_part(release, rows, test) for test in tests]
        _report(name, parts, list(dict.fromkeys(["linear", *options.models])), options.seeds, out / f"mustard, {name}")


def _official(files: Path) -> list[set[str]]:
    names = list(json.loads((files / "sarcasm_data.json").read_text(encoding="utf-8")))
    folds = json.loads((files / "folds.json").read_text(encoding="utf-8"))
    return [{names[number] for number in fold["test"]} for fold in folds]


def _part(release: Release, rows: Sequence[Row], test: set[str]) -> Release:
    others = [row for row in rows if row.dialogue not in test]
    is_dev = grouped_folds(others, unit="dialogue", count=TENTH) == 0
    train, dev = (
        [row for row, inside in zip(others, is_dev, strict=True) if bool(inside) is part] for part in (False, True)
    )
    return recomposed(release, train=train, dev=dev, test=[row for row in rows if row.dialogue in test])


def _quiet(_line: str) -> None:
    """Print nothing: there are many short runs."""


def _report(name: str, parts: Sequence[Release], models: Sequence[str], seeds: int, folder: Path) -> None:
    counted: dict[str, list[list[Counts]]] = {model: [] for model in models}  # of each part, of each seed
    costs: dict[str, float] = dict.fromkeys(models, 0.0)
    for number, part in enumerate(parts):
        runs = folder / f"part-{number}"
        options = Options(features=ENCODER, criterion="weighted-f1", members=MEMBERS)
        execute(Plan(part, models, range(seeds), options, runs, folder / "features"), _quiet)
        [question] = part.questions
        labels, dialogues = codes(part.rows["test"], question), dialogue_ranges(part.rows["test"])
        found = store.read(runs, part.checksum, part.questions)
        for model in models:
            own = [run for run in found if run.name == model][: seeds if MODELS.get(model).has_seed else 1]
            counted[model].append(
                [counts(labels, run.predictions["test"][question.slug].choices, dialogues, question) for run in own]
            )
            costs[model] += sum(run.cost["cpu_s"] for run in own) / len(own)
    print(f"\nMUStARD, {name}: {sum(int(part[0].sum()) for part in counted['linear'])} items in test")
    pooled = {model: [np.concatenate(each) for each in zip(*of, strict=True)] for model, of in counted.items()}
    resampling = Resampling(len(pooled["linear"][0]), seeds)
    linear = resampling.replicates(pooled["linear"], weighted_f1, question)
    base = float(weighted_f1(pooled["linear"][0].sum(axis=0), question))
    for model in models:
        by_seed = [
            float(np.mean([weighted_f1(part[seed].sum(axis=0), question) for part in counted[model]]))
            for seed in range(len(pooled[model]))
        ]
        value = np.mean([weighted_f1(each.sum(axis=0), question) for each in pooled[model]])
        gap = interval(float(value - base), resampling.replicates(pooled[model], weighted_f1, question) - linear)
        spread = f" ± {100 * np.std(by_seed, ddof=1):.1f}" if len(by_seed) > 1 else ""
        print(
            f"{model:<16} weighted F1 {100 * np.mean(by_seed):.1f}{spread}, pooled {100 * value:.1f}, minus linear",
            end=" ",
        )
        print(
            f"{100 * gap.value:+.1f} ({100 * gap.low:+.1f} to {100 * gap.high:+.1f}), {costs[model]:.0f} CPU s a seed"
        )


if __name__ == "__main__":
    main()
