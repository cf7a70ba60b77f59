"""Waits of annotators while an import is published; `python -m benchmarks.import_publishing [--dialogues N]`.

Hidden dialogues are written to an empty data folder on SQLite (or the database of DATABASE_URL, which must be empty)
and published, while a thread stores an answer every 10 ms as an annotator's commit does: an update of the annotation
and a new revision in one transaction. The straightforward approach publishes all dialogues in one transaction. Times
are by the clock.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODEBOOK = """
name: emotion
tasks:
  emotion: {scale: nominal, choices: [neutral, joy], default: neutral, perspective: speaker}
"""


def waits_during(work: Callable[[], None], commit: Callable[[int], None]) -> tuple[float, list[float]]:
    """Run `work` while a thread commits; return its seconds and those of each commit."""
    from django.db import connection

    waits: list[float] = []
    ended = threading.Event()

    def commits() -> None:
        number = 1
        while not ended.is_set():
            number += 1
            began = time.perf_counter()
            commit(number)
            waits.append(time.perf_counter() - began)
            time.sleep(0.01)
        connection.close()

    thread = threading.Thread(target=commits)
    thread.start()
    time.sleep(0.3)
    waits.clear()
    began = time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    ended.set()
    thread.join()
    return seconds, waits


def measure(dialogues: int) -> None:
    """Print the waits of both approaches, in this process."""
    import django

    django.setup()
    from django.db import connection, transaction
    from django.utils import timezone

    from corpus.domain.codebooks.codebook_versions import add_codebook_version
    from corpus.domain.imports.bulk_rows import BulkTable
    from corpus.domain.imports.hidden_imports import publish_import
    from corpus.importers.source import Source
    from corpus.models import Annotation, Corpus, Dialogue, Import, Rater, Revision, Series, Utterance

    now = timezone.now()
    corpus = Corpus.objects.create(slug="publishing", title="publishing")
    codebook = add_codebook_version(corpus=corpus, yaml_text=CODEBOOK)
    series = Series.objects.create(corpus=corpus, name="S")
    own = Dialogue.objects.create(corpus=corpus, series=series, code="own", order=0, state="ready", ready_at=now)
    utterance = Utterance.objects.create(dialogue=own, code="u", order=1, text="x")
    rater = Rater.objects.create(corpus=corpus, kind="source", slug="someone")
    annotation = Annotation.objects.create(rater=rater, utterance=utterance, codebook=codebook, answers={}, number=1)
    imported = Import.objects.create(
        corpus=corpus, importer="table", name="t", state="writing", created={"corpus": False}
    )
    table = BulkTable(
        Dialogue, ["public_id", "corpus_id", "series_id", "code", "order", "state", "ready_at", "imported_by_id"]
    )
    import uuid

    for start in range(0, dialogues, 5000):
        count = min(5000, dialogues - start)
        with transaction.atomic():
            rows = [
                (
                    key,
                    str(uuid.uuid4()) if connection.vendor == "postgresql" else uuid.uuid4().hex,
                    *(corpus.pk, series.pk, f"d{start + place}", start + place + 1, "hidden"),
                    *(now.isoformat(sep=" ").replace("+00:00", ""), imported.pk),
                )
                for place, key in enumerate(table.keys(count))
            ]
            table.add(rows)
    hidden = Dialogue.objects.filter(imported_by=imported)

    numbers = iter(range(2, 10**9))

    def commit(_number: int) -> None:
        number = next(numbers)
        with transaction.atomic():
            Annotation.objects.filter(pk=annotation.pk).update(number=number)
            Revision.objects.create(annotation=annotation, number=number, cause="commit", codebook=codebook, answers={})

    def in_one() -> None:
        with transaction.atomic():
            hidden.update(state="ready")

    def ours() -> None:
        publish_import(
            imported=imported,
            source=Source([], iter(()), []),
            managers=[],
            fence=transaction.atomic,
            on_published=lambda _imported: None,
        )

    for name, work in (("one transaction", in_one), ("ours", ours)):
        hidden.update(state="hidden")
        seconds, waits = waits_during(work, commit)
        waits.sort()
        print(
            f"{connection.vendor}, {name:16} {seconds:6.2f} s for {dialogues} dialogues; {len(waits)} commits: median "
            f"{1000 * waits[len(waits) // 2]:.0f} ms, longest {1000 * waits[-1]:.0f} ms",
            flush=True,
        )


def main() -> None:
    """Migrate an empty database and measure in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dialogues", type=int, default=143_000)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        measure(options.dialogues)
        return
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "CONCORD_HOME": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=env, check=True)
        again = [
            sys.executable,
            "-m",
            "benchmarks.import_publishing",
            "--inside",
            "--dialogues",
            str(options.dialogues),
        ]
        subprocess.run(again, cwd=ROOT, env=env, check=True)


if __name__ == "__main__":
    main()
