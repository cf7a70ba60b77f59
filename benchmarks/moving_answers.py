"""A move of 1,000,000 annotations to another codebook version, and back; `python -m benchmarks.moving_answers`.

Builds a corpus by bulk inserts in a temporary folder on SQLite or, with `--postgresql`, in a database that it creates
on 127.0.0.1:5432 (user postgres) and drops. A choice is renamed, two are merged, and one is split. Prints the time of
the preview, of the move and of its undoing, the memory that they need, their longest transactions, and how long an
annotator in another process waits for a commit meanwhile. The straightforward way, one annotation after the other by
the function that stores a single answer, is timed on some of them in the same run. `--sample` moves a part of a large
corpus: enough to see whether the CPU time of one annotation depends on the size of the corpus.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from benchmarks.labelling.database import Postgres

SAMPLE = 1000  # annotations that are moved one by one
PAUSE = 0.2  # s between two commits of the annotator
# of the shipped codebook `affect-dialogue`: a choice renamed, two merged, one split
CHOICES = (
    "[neutral, joy, sadness, anger, fear, surprise, disgust]",
    "[neutral, happiness, sadness, hostility, worry, terror, surprise]",
)
TARGETS = {
    "questions": {
        "emotion": {
            "answers": {"joy": "happiness", "anger": "hostility", "disgust": "hostility", "fear": ["worry", "terror"]}
        }
    }
}


def main() -> None:
    """Build the corpus, move its answers and move them back."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--annotations", type=int, default=1_000_000)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument(
        "--sample", type=float, metavar="S", help="end the move, and its undoing, after S s of CPU time"
    )
    parser.add_argument("--annotator", nargs=2, metavar=("ASSIGNMENT", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.annotator:
        _commit_on(options.annotator[0], Path(options.annotator[1]))
        return
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as home:
        os.environ |= {"CONCORD_HOME": home, "DJANGO_SETTINGS_MODULE": "config.settings", "CONCORD_DEBUG": "1"}
        os.environ["CONCORD_LOG_LEVEL"] = "ERROR"
        if not options.postgresql:
            os.environ.pop("DATABASE_URL", None)
            _measure(options.annotations, Path(home), options.sample)
            return
        database = Postgres("postgres://postgres@127.0.0.1:5432")
        os.environ["DATABASE_URL"] = database.url
        try:
            _measure(options.annotations, Path(home), options.sample)
        finally:
            database.drop()


def _measure(annotations: int, home: Path, sample: float | None) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from agreement.domain.moves.requests import draft_move, start_move, undo_move
    from benchmarks.large_corpus import K, LargeCorpus
    from common.jobs.queue import execute
    from corpus.domain.codebooks.codebook_versions import add_codebook_version
    from corpus.models import Annotation, Corpus
    from corpus.rules.moves import completed

    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    corpus = LargeCorpus(annotations // K, has_revisions=True)
    corpus.build()
    annotator = _open_assignment(corpus)
    del corpus.assignments, corpus.dialogues  # its lists would hide what a move needs
    print(
        f"{connection.vendor}, {Annotation.objects.count():,} annotations: built in {time.perf_counter() - began:.0f} s"
    )
    text = corpus.codebook.source.split("\ntexts:")[0]
    questions, policy = text.split("\nexpectations:")[0], text[text.index("\npolicy:") :]
    assert CHOICES[0] in questions
    new_version = add_codebook_version(corpus=corpus.row, yaml_text=questions.replace(*CHOICES) + policy)
    mapping = completed(corpus.codebook.rules(), new_version.rules(), TARGETS)
    row = Corpus.objects.get(pk=corpus.row.pk)
    with _annotator(annotator, home, "nothing else"):
        time.sleep(10)
    move = draft_move(corpus=row, old=corpus.codebook, new=new_version, mapping=mapping, here=True)

    def work(name: str, job: Any) -> None:
        with _annotator(annotator, home, name), _transactions():
            before = _reset_peak()
            began, cpu = time.perf_counter(), time.process_time()
            with _ending_after(sample):
                execute(str(job.public_id))
            job.refresh_from_db()
            assert job.state == "done", (job.state, job.error_code)
            spent = f"{time.perf_counter() - began:.0f} s ({time.process_time() - cpu:.0f} s CPU)"
            print(f"{name}: {spent}, {_memory('VmHWM') - before:.0f} MB of memory above {before:.0f} MB", flush=True)

    work("preview", move.job)
    from django.utils import timezone

    move.refresh_from_db()
    _one_by_one(move, corpus.manager)
    work("move", start_move(move=move, started_by=None, now=timezone.now(), here=True))
    move.refresh_from_db()
    print(f"  {dict(move.counts)}", flush=True)
    work("undoing", undo_move(move=move, undone_by=None, now=timezone.now(), here=True))
    move.refresh_from_db()
    print(f"  {dict(move.undone_counts)}", flush=True)
    left = Annotation.objects.exclude(codebook=corpus.codebook).count()
    print(f"{left} annotations under the new version")


def _open_assignment(corpus: Any) -> str:
    """Add a dialogue that an annotator has in hand; return the assignment's public id."""
    from django.utils import timezone

    from annotator.models import Assignment, Slot
    from corpus.models import Dialogue, Utterance

    now, first = timezone.now(), corpus.dialogues[0]
    dialogue = Dialogue.objects.create(
        corpus=corpus.row,
        series=first.series,
        code="in-hand",
        order=len(corpus.dialogues),
        state="ready",
        ready_at=now,
        is_dealt=True,
    )
    for place in range(1, 4):
        Utterance.objects.create(dialogue=dialogue, code=f"U{place}", order=place, text="嗯")
    slot = Slot.objects.create(
        dialogue=dialogue, number=1, batch=corpus.batch, rank=len(corpus.dialogues), state="open", token=1
    )
    made = Assignment.objects.create(
        slot=slot, dialogue=dialogue, rater=corpus.raters[0], codebook=corpus.codebook, token=1, lease_until=now
    )
    return str(made.public_id)


def _one_by_one(move: Any, author: Any) -> None:
    """Time the function that stores one answer on some annotations; nothing stays."""
    from django.db import transaction

    from corpus.domain.annotations.moved_answers import ProfileMover, with_answers_of
    from corpus.domain.annotations.revisions import NewRevision, commit_revision

    mover = ProfileMover(move)
    found = list(with_answers_of(move.old_id).select_related("rater", "utterance__dialogue")[: 2 * SAMPLE])
    complete = [each for each in found if not mover(bytes(each.codes or b"")).open][:SAMPLE]
    began = time.process_time()
    with transaction.atomic():
        for each in complete:
            commit_revision(
                NewRevision(
                    rater=each.rater,
                    utterance=each.utterance,
                    codebook=move.new,
                    author=author,
                    answers=mover(bytes(each.codes or b"")).answers,
                )
            )
        transaction.set_rollback(True)
    spent = time.process_time() - began
    print(f"one by one: {1e6 * spent / len(complete):.0f} s CPU for a million, from {len(complete)} of them")


@contextmanager
def _ending_after(sample: float | None) -> Iterator[None]:
    """Let a walk through the dialogues end after some seconds of CPU time, as if no dialogues were left."""
    from agreement.domain.moves import running
    from annotator.domain.moves.moving import dialogues_left

    if sample is None:
        yield
        return
    left, end = dialogues_left, time.process_time() + sample
    with patch.object(running, "dialogues_left", lambda **o: left(**o) if time.process_time() < end else []):
        yield


@contextmanager
def _transactions() -> Iterator[None]:
    """Print the durations of the transactions of a move."""
    from django.db import connection

    from agreement.domain.moves import running

    share = running.PAUSE[connection.vendor]
    spent: list[float] = []

    def sleep(seconds: float) -> None:
        spent.append(1000 * seconds / share)
        time.sleep(seconds)

    with patch.object(running, "time", SimpleNamespace(monotonic=time.monotonic, sleep=sleep)):
        yield
    if spent:
        print(
            f"  {len(spent)} transactions of {statistics.median(spent):.0f} ms (median), "
            f"{_quantile(spent, 0.99):.0f} ms (99 %), {max(spent):.0f} ms (longest)"
        )


@contextmanager
def _annotator(assignment: str, home: Path, name: str) -> Iterator[None]:
    """Let an annotator commit in another process meanwhile, and print how long each commit took."""
    log = home / f"{time.monotonic_ns()}"
    command = [sys.executable, "-m", "benchmarks.moving_answers", "--annotator", assignment, str(log)]
    with subprocess.Popen(command) as process:
        while not log.exists():
            time.sleep(0.1)
        yield
        process.terminate()
    lines = [line.split() for line in log.read_text(encoding="utf-8").splitlines()]
    times = [float(ms) for ms, _ in lines]
    states = dict(Counter(state for _, state in lines))
    print(
        f"  commits of an annotator, {name}: {len(times)} {states}, {statistics.median(times):.0f} ms (median), "
        f"{_quantile(times, 0.99):.0f} ms (99 %), {max(times):.0f} ms (longest)",
        flush=True,
    )


def _reset_peak() -> float:
    """Let the peak of this process's memory begin anew; return its memory in MB."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _memory("VmRSS")


def _memory(name: str) -> float:
    """Return a figure of /proc/self/status in MB."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024


def _quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def _commit_on(public_id: str, log: Path) -> None:
    """Commit answers to the utterances of an assignment in turn; write the time of each in ms, until terminated."""
    from uuid import UUID, uuid4

    import django

    django.setup()
    from django.utils import timezone

    from annotator.domain.labelling.operations import Operation, apply_own
    from annotator.models import Assignment
    from corpus.rules.codebook import settle

    own = Assignment.objects.select_related("rater__membership__user", "dialogue", "codebook").get(
        public_id=UUID(public_id)
    )
    version = 1  # the page was loaded before the move
    rules = own.rater.corpus.codebooks.get(version=version).rules()
    answers = {task.slug: task.slugs()[0] for task in rules.tasks} | {link.slug: 0 for link in rules.links}
    given = settle(rules, answers)
    utterances = [each.public_id for each in own.dialogue.utterances.order_by("order")]
    with log.open("w", encoding="utf-8") as file:
        place = 0
        while True:
            operation = Operation(
                id=uuid4(), kind="commit", utterance=utterances[place % 3], answers=given, codebook=version
            )
            place += 1
            assert own.rater.membership
            began = time.perf_counter()
            [result] = apply_own(
                public_id=own.public_id,
                token=own.token,
                author=own.rater.membership.user,
                operations=[operation],
                now=timezone.now(),
            )
            file.write(f"{1000 * (time.perf_counter() - began):.1f} {result.status}\n")
            file.flush()
            time.sleep(PAUSE)


if __name__ == "__main__":
    main()
