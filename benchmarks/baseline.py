"""Baselines on published corpora: import, release with the official split where there is one, train, report.

    .venv/bin/python benchmarks/baseline.py meld ../shared/data/meld [--out DIR] [--seeds 5] [--models NAME...]

The rows of each corpus, with their options, are in `ROWS`; they were chosen on dev. Runs that are finished are not
repeated, so an interrupted benchmark goes on. The report of `python -m baseline` is in OUT/CORPUS-baseline.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
NETWORKS = ("single", "hard-sharing", "cross-stitch", "soft-sharing")
PLAIN = ("speaker-only", "series-only", "linear+context")
SCRATCH = ("ngrams", "linear")
ENCODER = (*SCRATCH, "sentences")


@dataclass(frozen=True)
class Row:
    """Rows of a table that share their options.

    Attributes:
        models: names of models.
        features: names of features.
        suffix: of the rows' names; without one, the models keep their names and run in one command.
    """

    models: tuple[str, ...]
    features: tuple[str, ...]
    suffix: str = ""


@dataclass(frozen=True)
class Corpus:
    """A published corpus.

    Attributes:
        split: arguments of `export_corpus` for the split.
        criterion: the figure on dev that decides.
        rows: what to train.
    """

    split: tuple[str, ...]
    criterion: str
    rows: tuple[Row, ...]


ROWS = {
    "meld": Corpus(
        ("--split", "source"),
        "weighted-f1",
        (
            Row(PLAIN, SCRATCH),
            Row(("hard-sharing",), SCRATCH, "from scratch"),
            Row(("hard-sharing",), ENCODER, "encoder"),
        ),
    ),
    "cmma": Corpus(("--split", "source"), "macro-f1", (Row((*PLAIN, *NETWORKS), ENCODER),)),
    "mustard": Corpus((), "weighted-f1", (Row((*PLAIN, *NETWORKS), ENCODER),)),
    "emotionlines": Corpus((), "mean", (Row((*PLAIN, *NETWORKS), ENCODER),)),
}


def main() -> None:
    """Run the benchmark of one corpus."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", choices=list(ROWS))
    parser.add_argument("files", type=Path, help="folder of the published files")
    parser.add_argument("--out", type=Path, default=Path("var/baseline-benchmark"))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--models", nargs="+", help="only these models")
    options = parser.parse_args()
    out: Path = options.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    corpus = ROWS[options.corpus]
    release = out / options.corpus
    if not (release / "manifest.json").is_file():
        _release(options.corpus, options.files.resolve(), release, corpus.split)
    for row in corpus.rows:
        models = [name for name in row.models if not options.models or name in options.models]
        command = ["train", str(release), "--seeds", str(options.seeds), "--criterion", corpus.criterion]
        command += ["--features", *row.features]
        if row.suffix:
            for model in models:
                _baseline([*command, "--model", model, "--name", f"{model}, {row.suffix}"])
        elif models:
            _baseline([*command, "--model", *models])


def _release(name: str, files: Path, release: Path, split: tuple[str, ...]) -> None:
    home = release.with_name(f"{name}-home")
    for command in (
        ["migrate", "-v0"],
        ["import_corpus", name, str(files), "--corpus", name],
        ["export_corpus", name, "--out", str(release), "--raters", "source", *split],
    ):
        environment = {**os.environ, "CONCORD_HOME": str(home)}
        subprocess.run([sys.executable, "manage.py", *command], cwd=PROJECT, env=environment, check=True)


def _baseline(arguments: list[str]) -> None:
    subprocess.run([sys.executable, "-m", "baseline", *arguments], cwd=PROJECT, check=True)


if __name__ == "__main__":
    main()
