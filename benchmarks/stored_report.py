"""CPU time from the database to a stored report: `python -m benchmarks.stored_report CORPUS`; docs/benchmarks.md.

CORPUS is in the database that the environment names, with answers of members, such as CMMA with those of
`benchmarks.simulated_members`. A report is requested and its job executed in this process, as a worker does; each
report is deleted again. Two parts of the job are also timed alone: reading, beside the straightforward way (the JSON
answers of each annotation through Django's models), and figures. Medians, after one run that is not counted.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()

from agreement.domain.report_figures import figures
from agreement.domain.reports import request_report
from agreement.judgements.raters import chosen_raters
from agreement.judgements.selection import counted
from agreement.judgements.tables import read_tables
from common.jobs.queue import execute
from common.models import Job
from corpus.models import Corpus

RUNS = 5


def stored_report(corpus: Corpus) -> None:
    """Request a report, compute and store it, and delete it."""
    report = request_report(corpus=corpus, here=True)
    assert report.job
    execute(str(report.job.public_id))
    assert Job.objects.get(pk=report.job.pk).state == Job.State.DONE
    report.delete()


def read_json(raters: list[Any]) -> dict[str, dict[tuple[int, int], Any]]:
    """Return the answers to each question by utterance and rater, from one model instance per annotation."""
    found: dict[str, dict[tuple[int, int], Any]] = {}
    order = ("utterance__dialogue__order", "utterance__order", "rater__slug")
    for annotation in counted(raters).select_related("utterance").order_by(*order):
        for slug, answer in (annotation.answers or {}).items():
            found.setdefault(slug, {})[annotation.utterance_id, annotation.rater_id] = answer
    return found


def timed(name: str, work: Callable[[], object], runs: int) -> None:
    """Print the median CPU time of `runs` runs."""
    cpu, wall = [], []
    for _ in range(runs + 1):
        began, started = time.process_time(), time.perf_counter()
        work()
        cpu.append(time.process_time() - began)
        wall.append(time.perf_counter() - started)
    print(
        f"{name:<46} {statistics.median(cpu[1:]):6.3f} s CPU ({min(cpu[1:]):.3f} to {max(cpu[1:]):.3f}), "
        f"{statistics.median(wall[1:]):.2f} s"
    )


def main() -> None:
    """Print the times."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", help="short name")
    parser.add_argument("--runs", type=int, default=RUNS)
    options = parser.parse_args()
    corpus = Corpus.objects.select_related("codebook").get(slug=options.corpus)
    assert corpus.codebook
    codebook, raters = corpus.codebook, chosen_raters(corpus, ())
    tables = read_tables(codebook=codebook, raters=raters)
    print(
        f"{tables.annotations} annotations, {len(tables.tables)} questions, {len(raters)} raters, "
        f"load {os.getloadavg()[0]:.1f}"
    )
    timed("database to stored report", lambda: stored_report(corpus), options.runs)
    timed("  of which reading", lambda: read_tables(codebook=codebook, raters=raters), options.runs)
    timed("  of which figures", lambda: figures(tables), options.runs)
    timed("reading the straightforward way", lambda: read_json(raters), options.runs)


if __name__ == "__main__":
    main()
