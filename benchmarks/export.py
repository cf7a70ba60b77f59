"""CPU time and memory of an export in processes of their own: `python -m benchmarks.export CORPUS`.

    python -m benchmarks.export cmma                          # a corpus in CONCORD_HOME; JSON lines, CSV, documents
    python -m benchmarks.export --utterances 10000 --formats  # a corpus made for it: three annotations each; JSON lines
    python -m benchmarks.export --utterances 1000000 --formats csv parquet --runs 1

Three kinds of processes take turns: one that only starts Django, the export, and the straightforward approach, which
reads the annotations by the ORM, takes the majority and writes JSON lines and CSV by the standard library. The latter
draws dialogues at random, in place of balanced splits that share no duplicates, and measures and documents nothing.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MANAGE = str(ROOT / "manage.py")
FETCHED = 1000  # dialogues that the straightforward approach reads at once


def measured(*command: str) -> tuple[float, float]:
    """Run a command in a child process of its own.

    Returns:
        CPU seconds, and the peak of resident memory in MB.
    """
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT, stdout=quiet, stderr=quiet)
    _, status, used = os.wait4(process.pid, 0)  # those of this child, while getrusage sums over all
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def straightforward(slug: str, out: Path) -> None:
    """Release a corpus as a short script would: `python -m benchmarks.export --straightforward CORPUS OUT`."""
    import django

    django.setup()
    from django.db.models import Prefetch

    from corpus.models import Annotation, Corpus, Dialogue, Utterance

    corpus = Corpus.objects.select_related("codebook").get(slug=slug)
    assert corpus.codebook
    slugs = [question.slug for question in corpus.codebook.rules().questions]
    annotations = Prefetch("annotations", Annotation.objects.filter(purpose="main").select_related("rater"))
    utterances = Prefetch(
        "utterances", Utterance.objects.order_by("order").select_related("speaker").prefetch_related(annotations)
    )
    dialogues = Dialogue.objects.filter(corpus=corpus, state="ready").order_by("order")
    out.mkdir()
    chance = random.Random(0)
    splits = ("train", "dev", "test")
    lines = {split: (out / f"{split}.jsonl").open("w", encoding="utf-8") for split in splits}
    tables = {split: (out / f"{split}.csv").open("w", encoding="utf-8", newline="") for split in splits}
    writers = {split: csv.writer(file) for split, file in tables.items()}
    for dialogue in (
        dialogues.select_related("series", "episode").prefetch_related(utterances).iterator(chunk_size=FETCHED)
    ):
        (split,) = chance.choices(splits, (80, 10, 10))
        for utterance in dialogue.utterances.all():
            row = _row(dialogue, utterance, slugs)
            lines[split].write(json.dumps(row, ensure_ascii=False) + "\n")
            cells = [json.dumps(each, ensure_ascii=False) for each in row["labels"].values()]
            writers[split].writerow([*list(row.values())[:-1], *cells])
    for file in (*lines.values(), *tables.values()):
        file.close()


def _row(dialogue: Any, utterance: Any, slugs: list[str]) -> dict[str, Any]:
    labels = {}
    for slug in slugs:
        votes = {each.rater.slug: each.answers.get(slug) for each in utterance.annotations.all()}
        counts = Counter(str(answer) for answer in votes.values()).most_common(1)
        labels[slug] = {"label": counts[0][0] if counts else None, "votes": votes}
    return {
        "id": utterance.code,
        "dialogue": dialogue.code,
        "order": utterance.order,
        "series": dialogue.series.name,
        "episode": dialogue.episode.title if dialogue.episode else "",
        "speaker": utterance.speaker.name if utterance.speaker else "",
        "text": utterance.text,
        "start_ms": utterance.start_ms,
        "end_ms": utterance.end_ms,
        "labels": labels,
    }


def build(home: str, utterances: int) -> str:
    """Fill the database of an empty data folder with a corpus and return its short name."""
    code = "import django; django.setup(); from benchmarks.large_corpus import LargeCorpus; "
    subprocess.run([sys.executable, MANAGE, "migrate", "--verbosity", "0"], check=True)
    subprocess.run([sys.executable, "-c", f"{code}LargeCorpus({utterances}).build()"], cwd=ROOT, check=True)
    size = (Path(home) / "concord.sqlite3").stat().st_size / 2**20 if "DATABASE_URL" not in os.environ else 0
    print(f"{utterances:,} utterances x 3 built, database {size:,.0f} MB", flush=True)
    return "bench"


def compare(corpus: str, formats: list[str], runs: int, *, has_rival: bool) -> None:
    """Print the median CPU time and the highest peak of each kind of process."""
    apps = ["agreement", "annotator", "common", "config", "corpus", "export"]
    subprocess.run([sys.executable, "-m", "compileall", "-q", *apps], cwd=ROOT, check=True)
    figures: dict[str, list[tuple[float, float]]] = {}
    for _ in range(runs):
        with tempfile.TemporaryDirectory(prefix="concord-bench-") as folder:
            commands: dict[str, list[str]] = {
                "Django's start": ["-c", "import django; django.setup()"],
                "export": [MANAGE, "export_corpus", corpus, "--out", f"{folder}/release", "--formats", *formats],
            }
            if has_rival:
                rival = ["-m", "benchmarks.export", "--straightforward", corpus, f"{folder}/rival"]
                commands["straightforward"] = rival
            for name, command in commands.items():
                figures.setdefault(name, []).append(measured(*command))
    for name, found in figures.items():
        cpus, peaks = zip(*found, strict=True)
        each = ", ".join(f"{cpu:.2f}" for cpu in cpus)
        print(f"{name:16} {statistics.median(cpus):7.2f} CPU s, {max(peaks):5.0f} MB at most  ({each})", flush=True)
    print(f"load {os.getloadavg()[0]:.1f}")


def main() -> None:
    """Measure an export."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="?", help="a corpus in CONCORD_HOME")
    parser.add_argument("--utterances", type=int, help="make a corpus of this size instead, in a temporary folder")
    parser.add_argument("--formats", nargs="*", default=["csv"], help="besides JSON lines")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--alone", action="store_true", help="without the straightforward approach")
    parser.add_argument("--straightforward", nargs=2, metavar=("CORPUS", "OUT"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["PYTHONDONTWRITEBYTECODE"] = ""  # without compiled modules, each process compiles them: 0.3 s
    if options.straightforward:
        straightforward(options.straightforward[0], Path(options.straightforward[1]))
    elif options.utterances:
        with tempfile.TemporaryDirectory(prefix="concord-bench-") as home:
            os.environ["CONCORD_HOME"] = home
            os.environ.pop("DATABASE_URL", None)
            corpus = build(home, options.utterances)
            compare(corpus, options.formats, options.runs, has_rival=not options.alone)
    elif options.corpus:
        compare(options.corpus, options.formats, options.runs, has_rival=not options.alone)
    else:
        parser.error("name a corpus or --utterances")


if __name__ == "__main__":
    main()
