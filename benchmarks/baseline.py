"""Baselines on published corpora: import, release with the official split where there is one, train, report.

    .venv/bin/python benchmarks/baseline.py meld ../shared/data/meld [--out DIR] [--seeds 5] [--models NAME...]
    .venv/bin/python benchmarks/baseline.py meld ../shared/data/meld --seeds 3 --finetuned   # needs `make minilm`

The rows of each corpus, with their options, are in `ROWS`; they were chosen on dev. Runs that are finished are not
repeated, so an interrupted benchmark goes on. The report of `python -m baseline` is in OUT/CORPUS-baseline.
`cmma-undamaged` is CMMA without the labels of emotion -> sentiment in the 82 % of train where a block repeats.
MUStARD, which has folds, has a benchmark of its own: `benchmarks.baseline_folds`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
NETWORKS = ("single", "hard-sharing", "cross-stitch", "soft-sharing")
PLAIN = ("speaker-only", "series-only", "linear+context")
SCRATCH = ("ngrams", "linear")
ENCODER = ("linear", "sentences")
WITH_CONTEXT = "linear+context"
INTACT = 2_489  # rows of CMMA's train before a block of 200 values of emotion -> sentiment repeats


@dataclass(frozen=True)
class Row:
    """Rows of a table that share their options.

    Attributes:
        models: names of models.
        features: names of features.
        suffix: of the rows' names; without one, the models keep their names and run in one command.
        options: further arguments of `python -m baseline train`.
    """

    models: tuple[str, ...]
    features: tuple[str, ...]
    suffix: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Corpus:
    """A published corpus.

    Attributes:
        split: arguments of `export_corpus` for the split.
        criterion: the figure on dev that decides.
        rows: what to train.
        finetuned: rows with a finetuned encoder, which take long: only with `--finetuned`.
        comparisons: arguments of `python -m baseline report`, one report each; the last one is stored.
    """

    split: tuple[str, ...]
    criterion: str
    rows: tuple[Row, ...]
    comparisons: tuple[tuple[str, ...], ...] = ((),)
    finetuned: tuple[Row, ...] = ()


MEMBERS = 3  # of an ensemble: on MELD's dev most of what five gain in cross-entropy
ENSEMBLE = ("--members", str(MEMBERS))
PLAIN_HEADS = ("--heads", "plain")  # a point better on MELD's dev, half a point worse on CMMA's
SHORT = ("--patience", "2")  # on CMMA's dev the first epochs are the best ones; so few more are enough
SHARING = ("--compare", "hard-sharing:single", "soft-sharing:single", "soft-sharing:hard-sharing")
CMMA = Corpus(
    ("--split", "source"),
    "macro-f1",
    (
        Row(PLAIN, ENCODER),
        *(
            Row((name,), ENCODER, options=(*SHORT, *ENSEMBLE))
            for name in ("hard-sharing", "cross-stitch", "soft-sharing", "single")
        ),
    ),
    (SHARING, ()),
)
ROWS = {
    "meld": Corpus(
        ("--split", "source"),
        "weighted-f1",
        (
            Row(PLAIN, SCRATCH),
            Row(("hard-sharing",), (WITH_CONTEXT, "sentences"), "encoder", (*PLAIN_HEADS, *ENSEMBLE)),
            Row(("hard-sharing",), ("ngrams", WITH_CONTEXT), "from scratch", (*PLAIN_HEADS, *ENSEMBLE)),
        ),
        (("--measure", "weighted-f1"), ()),
        (
            Row(
                ("hard-sharing",),
                (WITH_CONTEXT, "sentences", "minilm-finetuned"),
                "finetuned",
                (*PLAIN_HEADS, *ENSEMBLE),
            ),
        ),
    ),
    "cmma": CMMA,
    "cmma-undamaged": Corpus(
        CMMA.split,
        "macro-f1",
        tuple(
            Row((name,), ENCODER, options=(*SHORT, *ENSEMBLE)) for name in ("hard-sharing", "soft-sharing", "single")
        ),
        (SHARING,),
    ),
    "emotionlines": Corpus(
        (),
        "mean",
        (
            Row(("speaker-only", "linear+context"), ENCODER),
            Row(("hard-sharing",), ENCODER, "soft targets"),
            Row(("hard-sharing",), ENCODER, "hard targets", ("--hard-labels",)),
        ),
    ),
}


def main() -> None:
    """Run the benchmark of one corpus."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", choices=list(ROWS))
    parser.add_argument("files", type=Path, help="folder of the published files")
    parser.add_argument("--out", type=Path, default=Path("var/baseline-benchmark"))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--models", nargs="+", help="only these models")
    parser.add_argument("--finetuned", action="store_true", help="only the rows with a finetuned encoder")
    options = parser.parse_args()
    out: Path = options.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    corpus = ROWS[options.corpus]
    release = out / options.corpus
    if not (release / "manifest.json").is_file():
        name = options.corpus.removesuffix("-undamaged")
        whole = release.with_name(name)
        if not (whole / "manifest.json").is_file():
            make_release(name, options.files.resolve(), whole, corpus.split)
        if release != whole:
            _without_damage(whole, release)
    for row in corpus.finetuned if options.finetuned else corpus.rows:
        models = [name for name in row.models if not options.models or name in options.models]
        command = ["train", str(release), "--seeds", str(options.seeds), "--criterion", corpus.criterion]
        command += ["--mixtures", "--features", *row.features, *row.options]
        if row.suffix:
            for model in models:
                _baseline([*command, "--model", model, "--name", f"{model}, {row.suffix}"])
        elif models:
            _baseline([*command, "--model", *models])
    for comparison in corpus.comparisons:
        kept = [each for each in comparison if ":" not in each or {*each.split(":")} <= {*(options.models or NETWORKS)}]
        if kept != ["--compare"]:
            _baseline(["report", str(release), *kept])


def make_release(name: str, files: Path, release: Path, split: tuple[str, ...]) -> None:
    """Import published files into a corpus of its own and export it.

    Args:
        name: of the importer and the corpus.
        files: folder of the published files.
        release: folder of the release to write; the corpus is kept beside it.
        split: arguments of `export_corpus` for the split.
    """
    home = release.with_name(f"{name}-home")
    for command in (
        ["migrate", "-v0"],
        ["import_corpus", name, str(files), "--corpus", name],
        ["export_corpus", name, "--out", str(release), "--raters", "source", *split],
    ):
        environment = {**os.environ, "CONCORD_HOME": str(home)}
        subprocess.run([sys.executable, "manage.py", *command], cwd=PROJECT, env=environment, check=True)


def _without_damage(whole: Path, release: Path) -> None:
    """Copy a release of CMMA without the labels of emotion -> sentiment that repeat."""
    shutil.copytree(whole, release.with_suffix(".unfinished"), dirs_exist_ok=True)
    train = release.with_suffix(".unfinished") / "train.jsonl"
    rows = [json.loads(line) for line in train.read_text(encoding="utf-8").splitlines()]
    for row in rows[INTACT:]:
        row["labels"]["emotion_sentiment"] |= {"label": None, "votes": []}
    train.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    manifest = train.with_name("manifest.json")
    document = json.loads(manifest.read_text(encoding="utf-8"))
    document["files"]["train.jsonl"]["sha256"] = hashlib.sha256(train.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    release.with_suffix(".unfinished").rename(release)


def _baseline(arguments: list[str]) -> None:
    subprocess.run([sys.executable, "-m", "baseline", *arguments], cwd=PROJECT, check=True)


if __name__ == "__main__":
    main()
