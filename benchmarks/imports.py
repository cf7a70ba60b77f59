"""Cost of imports in processes of their own; `python -m benchmarks.imports [--utterances N] [--plain N] [--cmma DIR]`.

Three imports into an empty data folder on SQLite (or the database of DATABASE_URL, which must be empty): CMMA, a table
that the benchmark writes, and, for comparison, the straightforward approach, which creates one model instance per row
by the ORM in one transaction. CPU time and memory are those of the importing process, with its compiled modules in a
folder of the benchmark, as an installed program has them; the time of Django's start is taken off.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = ("dialogue", "turn", "speaker", "text", "start", "end", "emotion")
EMOTIONS = ("neutral", "joy", "sadness", "anger", "fear", "surprise", "disgust")
MAPPING = """
columns:
  dialogue: {field: dialogue}
  turn: {field: order}
  speaker: {field: speaker}
  text: {field: text}
  start: {field: start}
  end: {field: end}
  emotion: {field: answer, task: emotion}
"""
CODEBOOK = """
name: emotion
tasks:
  emotion: {scale: nominal, choices: [neutral, joy, sadness, anger, fear, surprise, disgust], default: neutral,
    perspective: speaker, keys: "qwertyu"}
"""


def write_table(path: Path, utterances: int) -> None:
    """Write a table of dialogues of seven utterances; the same size gives the same file."""
    chance = random.Random(1)
    words = [f"word{number}" for number in range(500)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(utterances):
            turn = number % 7
            text = " ".join(chance.choices(words, k=8))
            emotion = chance.choice(EMOTIONS)
            start = f"{turn * 3}.{chance.randrange(100):02}"
            writer.writerow((f"d{number // 7}", turn + 1, f"S{number % 3}", text, start, f"{turn * 3 + 2}.5", emotion))


def rows_of(path: Path) -> Iterator[list[str]]:
    """Yield the rows of a table without its header."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        yield from rows


def plain(path: Path) -> None:
    """Import a table by the straightforward approach: an instance per row, one transaction."""
    import django

    django.setup()
    from django.db import transaction
    from django.utils import timezone

    from corpus.domain.codebooks.codebook_versions import add_codebook_version
    from corpus.models import Annotation, Corpus, Dialogue, Rater, Revision, Series, Speaker, Utterance

    with transaction.atomic():
        corpus = Corpus.objects.create(slug="plain", title="plain")
        codebook = add_codebook_version(corpus=corpus, yaml_text=CODEBOOK)
        series = Series.objects.create(corpus=corpus, name="plain")
        rater = Rater.objects.create(corpus=corpus, kind="source", slug="source")
        speakers: dict[str, Speaker] = {}
        for order, (code, rows) in enumerate(groupby(rows_of(path), key=lambda row: row[0]), start=1):
            dialogue = Dialogue.objects.create(
                corpus=corpus, series=series, code=code, order=order, state="ready", ready_at=timezone.now()
            )
            for row in rows:
                name = row[2]
                if name not in speakers:
                    speakers[name] = Speaker.objects.create(series=series, name=name)
                utterance = Utterance.objects.create(
                    dialogue=dialogue,
                    code=f"{code}-{row[1]}",
                    order=int(row[1]),
                    speaker=speakers[name],
                    text=row[3],
                    start_ms=round(float(row[4]) * 1000),
                    end_ms=round(float(row[5]) * 1000),
                )
                answers = {"emotion": row[6]}
                annotation = Annotation.objects.create(
                    rater=rater,
                    utterance=utterance,
                    codebook=codebook,
                    answers=answers,
                    codes=codebook.layout().encode(answers),
                    number=1,
                )
                Revision.objects.create(
                    annotation=annotation, number=1, cause="import", answers=answers, raw=answers, codebook=codebook
                )


def measured(home: Path, *command: str) -> tuple[float, float, float]:
    """Run a command in a child process; return elapsed seconds, CPU seconds and its peak of memory in MB."""
    env = {**os.environ, "CONCORD_HOME": str(home), "DJANGO_SETTINGS_MODULE": "config.settings"}
    env |= {"PYTHONPYCACHEPREFIX": str(home.with_name("compiled")), "PYTHONDONTWRITEBYTECODE": ""}
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    # a child of its own reports its peak; RUSAGE_CHILDREN would give that of the largest child so far
    code = (
        "import json, resource, subprocess, sys;"
        "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);"
        "print(json.dumps(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, sys.executable, *command], cwd=ROOT, env=env, check=True, capture_output=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - began, cpu, json.loads(done.stdout) / 1024


def report(name: str, utterances: int, home: Path, *command: str, idle: float = 0.0) -> float:
    """Run a command, print its cost, and return its CPU seconds."""
    clock, cpu, peak = measured(home, *command)
    own = cpu - idle
    rate = f"{utterances / own:8.0f} utterances per CPU second" if utterances else ""
    print(f"{name:34} {clock:7.1f} s {own:7.2f} CPU s {peak:6.0f} MB at most {rate}", flush=True)
    return cpu


def main() -> None:
    """Print one line per import."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--utterances", type=int, default=100_000, help="of the table")
    parser.add_argument("--plain", type=int, default=20_000, help="utterances of the straightforward import; 0: none")
    parser.add_argument("--cmma", type=Path, default=ROOT.parent / "shared" / "data" / "cmma", help="its folder")
    parser.add_argument("--plain-import", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.plain_import:
        plain(options.plain_import)
        return
    with tempfile.TemporaryDirectory() as folder:
        home, table, mapping = Path(folder) / "home", Path(folder) / "table.csv", Path(folder) / "mapping.yaml"
        codebook = Path(folder) / "codebook.yaml"
        mapping.write_text(MAPPING, encoding="utf-8")
        codebook.write_text(CODEBOOK, encoding="utf-8")

        def of_table(corpus: str) -> tuple[str, ...]:
            given = ("--mapping", str(mapping), "--codebook", str(codebook), "--corpus", corpus)
            return ("manage.py", "import_corpus", "table", str(table), *given)

        measured(home, "manage.py", "migrate", "--verbosity", "0")
        write_table(table, 70)
        measured(home, *of_table("compiles-all-modules"))
        start = ("-c", "import django; django.setup()")
        measured(home, *start)
        idle = report("start of Django only", 0, home, *start)
        if options.cmma.is_dir():
            command = ("manage.py", "import_corpus", "cmma", str(options.cmma), "--corpus", "cmma")
            report("CMMA", 21_795, home, *command, idle=idle)
            report("CMMA, read only", 21_795, home, *command, "--dry-run", idle=idle)
        if options.plain:
            write_table(table, options.plain)
            report(
                "straightforward import of a table",
                options.plain,
                home,
                *("-m", "benchmarks.imports", "--plain-import", str(table)),
                idle=idle,
            )
        write_table(table, options.utterances)
        report(f"table of {options.utterances}", options.utterances, home, *of_table("table"), idle=idle)


if __name__ == "__main__":
    main()
