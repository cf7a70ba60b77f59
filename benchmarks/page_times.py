"""Server time of the pages of a large corpus: `python -m benchmarks.page_times`; docs/benchmarks.md has the figures.

Builds a corpus by bulk inserts (1,000,000 utterances with three annotations each, by default), on SQLite in a temporary
folder or, with `--postgresql`, in a database that it creates on 127.0.0.1:5432 (user postgres) and drops. Prints for
each page its queries, the rows that they return, and its time with an empty cache: by the clock, without waiting for
a core (`server`), and of this process (`cpu`, without that of a PostgreSQL server); then the straightforward counts
that the pages would need without maintained sums (`WorkSums`), which the job makes before.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.labelling.database import Postgres
from benchmarks.large_corpus import K, LargeCorpus
from benchmarks.server_time import median_time, timed

PAGES = {
    "manager": {
        "corpora": "/",
        "overview": "/c/bench/",
        "settings": "/c/bench/settings/",
        "members": "/c/bench/members/",
        "progress": "/c/bench/progress/",
        "progress, last page": "/c/bench/progress/?page=last",
        "hours": "/c/bench/hours/",
        "batches": "/c/bench/batches/",
        "inbox": "/c/bench/inbox/flags/",
        "calibration": "/c/bench/calibration/",
        "codebook": "/c/bench/codebook/",
        "episodes": "/c/bench/episodes/",
        "clips": "/c/bench/clips/",
        "imports": "/c/bench/imports/",
        "selection": "/c/bench/selection/",
        "agreement": "/c/bench/agreement/",
        "retests": "/c/bench/agreement/retests/",
        "findings": "/c/bench/findings/",
        "figures": "/c/bench/figures/",
        "adjudication": "/c/bench/adjudication/",
        "acceptances": "/c/bench/adjudication/accept/",
        "releases": "/c/bench/releases/",
        "datasheet": "/c/bench/releases/datasheet/",
    },
    "annotator": {
        "corpora": "/",
        "overview": "/c/bench/",
        "label": "/c/bench/label/",
        "finished": "/c/bench/finished/",
        "feedback": "/c/bench/feedback/",
    },
}


def main() -> None:
    """Build the corpus, measure, and remove it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--utterances", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--home", help="folder in which the SQLite corpus is kept, or was by an earlier run")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as temporary:
        home = options.home or temporary
        Path(home).mkdir(parents=True, exist_ok=True)
        os.environ |= {"CONCORD_HOME": home, "DJANGO_SETTINGS_MODULE": "config.settings", "CONCORD_DEBUG": "1"}
        os.environ["CONCORD_LOG_LEVEL"] = "ERROR"
        if not options.postgresql:
            os.environ.pop("DATABASE_URL", None)
            _measure(options.utterances, options.repeats)
            return
        database = Postgres("postgres://postgres@127.0.0.1:5432")
        os.environ["DATABASE_URL"] = database.url
        try:
            _measure(options.utterances, options.repeats)
        finally:
            database.drop()


def _measure(utterances: int, repeats: int) -> None:
    import logging

    import django

    django.setup()
    logging.disable(logging.CRITICAL)
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from common.models import User

    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["*"]
    start = time.perf_counter()
    call_command("migrate", verbosity=0)
    print(f"{connection.vendor}: migrated in {time.perf_counter() - start:.0f} s", flush=True)
    if not User.objects.exists():
        start = time.perf_counter()
        LargeCorpus(utterances, has_revisions=True, is_adjudicated=True).build()
        print(f"{utterances:,} utterances x {K}: built in {time.perf_counter() - start:.0f} s", flush=True)
    _sum_up()
    _pages(repeats)
    _straightforward()


def _sum_up() -> None:
    """Let the job make the sums of the work, as the sweep would."""
    from django.db import transaction

    from annotator.domain.figures.keeping_sums import next_step
    from annotator.models import WorkSums
    from corpus.models import Corpus

    corpus = Corpus.objects.select_related("codebook").get(slug="bench")
    start, cpu, longest = time.perf_counter(), time.process_time(), 0.0
    while not WorkSums.objects.filter(is_whole=True).exists():

        def step() -> None:
            with transaction.atomic():
                next_step(corpus)

        longest = max(longest, timed(step).server)
    spent = f"{time.perf_counter() - start:.0f} s, {time.process_time() - cpu:.1f} s CPU"
    print(f"sums made in {spent}, the longest transaction {longest:.0f} ms of server time", flush=True)


def _pages(repeats: int) -> None:
    from django.core.cache import cache
    from django.test import Client

    from common.models import User

    heads = "".join(f"{each:>10}" for each in ("queries", "rows", "wall", "server", "cpu", "first"))
    print(f"{'page':34}{heads}   ms, median of {repeats} with an empty cache; first: one request")
    for role, name in (("manager", "manager"), ("annotator", "anna-0")):
        client = Client()
        client.force_login(User.objects.get(username=name))
        for page, address in PAGES[role].items():

            def load(client: Client = client, address: str = address) -> None:
                cache.clear()
                response = client.get(address)
                assert response.status_code == 200, (address, response.status_code)

            first = timed(load).server
            with _counted() as counts:
                load()
            spent = median_time(load, repeats)
            shown = f"{counts['queries']:10}{counts['rows']:10}{spent.wall:10.1f}{spent.server:10.1f}{spent.cpu:10.1f}"
            print(f"{role + ': ' + page:34}{shown}{first:10.1f}", flush=True)


@contextmanager
def _counted() -> Iterator[dict[str, int]]:
    """Count the queries of a request, and the rows that they return."""
    from unittest import mock

    from django.db import connection
    from django.db.backends.utils import CursorWrapper

    counts = {"queries": 0, "rows": 0}

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        counts["queries"] += 1
        return execute(sql, params, many, context)

    original = CursorWrapper.__getattr__

    def counting(self: CursorWrapper, name: str) -> Any:
        found = original(self, name)
        if name not in {"fetchone", "fetchmany", "fetchall"}:
            return found

        def fetch(*arguments: Any) -> Any:
            rows = found(*arguments)
            counts["rows"] += len(rows) if name != "fetchone" else rows is not None
            return rows

        return fetch

    with connection.execute_wrapper(count), mock.patch.object(CursorWrapper, "__getattr__", counting):
        yield counts


def _straightforward() -> None:
    from django.db.models import Count, Q, Sum

    from annotator.models import Slot
    from corpus.models import Annotation, Corpus, Dialogue, Rater, Revision, Utterance

    corpus = Corpus.objects.get(slug="bench")
    members = list(Rater.objects.filter(corpus=corpus).values_list("pk", flat=True))
    answered = Annotation.objects.filter(rater__in=members, purpose="main", answers__isnull=False)
    slots = Slot.objects.filter(dialogue__corpus=corpus, dialogue__state="ready", purpose="main")
    queries: dict[str, Any] = {
        "dialogues": Dialogue.objects.filter(corpus=corpus).count,
        "utterances": Utterance.objects.filter(dialogue__corpus=corpus).count,
        "labelled utterances": lambda: answered.aggregate(count=Count("utterance", distinct=True)),
        "annotations by rater": lambda: list(answered.values_list("rater").annotate(count=Count("pk")).order_by()),
        "finished slots": slots.filter(state="done").count,
        "complete dialogues": lambda: (
            slots.values("dialogue").annotate(done=Count("pk", filter=Q(state="done"))).filter(done__gte=K).count()
        ),
        "active time by rater": lambda: list(
            Revision.objects.filter(annotation__rater__in=members)
            .values_list("annotation__rater")
            .annotate(time=Sum("active_ms"))
            .order_by()
        ),
    }
    print("straightforward counts, one run each, ms by the clock, server, cpu:")
    for name, query in queries.items():
        print(f"  {name:32}{''.join(f'{each:10.1f}' for each in timed(query))}", flush=True)


if __name__ == "__main__":
    main()
