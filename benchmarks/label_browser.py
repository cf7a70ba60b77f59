"""Time of the label browser's first page for each filter; `python -m benchmarks.label_browser`.

Builds a corpus by bulk inserts (1,000,000 utterances with three annotations each, by default), in a temporary folder on
SQLite or, with `--postgresql`, in a database that it creates on 127.0.0.1:5432 (user postgres) and drops. Prints the
time of each filter's first page, as the server needs for the whole request and for the search alone, and in the same
run the time of the straightforward query on the JSON answers for some of them. `server` is the time of a request
without the time in which the process waited for a core, as the kernel counts it: what it takes on a machine that has
one to spare. `first` is that of the first request of a filter in a process, which reads the batch or finding.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from typing import Any

from benchmarks import large_adjudication
from benchmarks.labelling.database import Postgres
from benchmarks.large_corpus import K, LargeCorpus
from benchmarks.server_time import median_time, timed

REPEATS = 5


def main() -> None:
    """Build the corpus, measure, and remove it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--utterances", type=int, default=1_000_000)
    parser.add_argument("--postgresql", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as home:
        os.environ |= {"CONCORD_HOME": home, "DJANGO_SETTINGS_MODULE": "config.settings", "CONCORD_DEBUG": "1"}
        os.environ["CONCORD_LOG_LEVEL"] = "ERROR"
        if not options.postgresql:
            os.environ.pop("DATABASE_URL", None)
            _measure(options.utterances)
            return
        database = Postgres("postgres://postgres@127.0.0.1:5432")
        os.environ["DATABASE_URL"] = database.url
        try:
            _measure(options.utterances)
        finally:
            database.drop()


def _measure(utterances: int) -> None:
    import logging

    import django

    django.setup()
    logging.disable(logging.CRITICAL)
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from agreement.label_index import registry

    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0)
    start = time.perf_counter()
    corpus = _Corpus(utterances, has_revisions=True, is_adjudicated=True)
    corpus.build()
    print(f"{connection.vendor}, {utterances:,} utterances x {K}: built in {time.perf_counter() - start:.0f} s")
    start, cpu = time.perf_counter(), time.process_time()
    registry.make_index(corpus.row, progress=lambda _done, _total: None)
    print(f"index read and stored in {time.perf_counter() - start:.1f} s ({time.process_time() - cpu:.1f} s CPU)")
    start = time.perf_counter()
    with registry.fresh_index(corpus.row):
        print(f"a new process maps it in {1000 * (time.perf_counter() - start):.0f} ms")
    client = Client()
    client.force_login(corpus.manager)
    _pages(corpus, client)
    _freshness(corpus, client)
    _straightforward(corpus)


def _pages(corpus: _Corpus, client: Any) -> None:
    from agreement.domain.labels.page import Place, page_of
    from agreement.domain.labels.reader import Reader
    from agreement.label_index.registry import fresh_index
    from agreement.label_index.resolution import resolve
    from corpus.rules.label_selection import parse

    names = f"{'request':>10}{'server':>8}{'CPU':>8}{'first':>8}{'search':>9}{'count':>9}{'matches':>11}"
    print(f"{'filter':44}{names}   ms, median of {REPEATS}; first: one request")
    for name, pairs in corpus.filters().items():
        selection, faults = parse(pairs)
        assert not faults, faults
        address = f"/c/bench/labels/?{selection.query()}"
        first = timed(lambda: client.get(address)).server  # noqa: B023
        request = median_time(lambda: client.get(address), REPEATS)  # noqa: B023
        with fresh_index(corpus.row) as index:
            search = resolve(selection, corpus=corpus.row, index=index, visible=None).search
            page = median_time(lambda: search.after(0, 26), REPEATS).server  # noqa: B023
            count = median_time(search.count, REPEATS).server
            matches = search.count()
        reader = Reader(corpus.membership)
        shown = len(page_of(corpus=corpus.row, selection=selection, reader=reader, place=Place()).rows)
        assert shown == min(25, matches), (name, shown, matches)
        spent = f"{request.wall:10.1f}{request.server:8.1f}{request.cpu:8.1f}{first:8.1f}"
        print(f"{name:44}{spent}{page:9.1f}{count:9.1f}{matches:11,}", flush=True)


def _freshness(corpus: _Corpus, client: Any) -> None:
    """Change answers one by one; the next page must have them."""
    from corpus.domain.annotations.revisions import NewRevision, commit_revision
    from corpus.models import Annotation

    after: list[float] = []
    commits: list[float] = []
    for annotation in Annotation.objects.filter(rater=corpus.raters[0]).select_related("utterance__dialogue")[:20]:
        answers = corpus.settled({"emotion": "surprise", "sentiment": "negative", "sarcasm": "yes", "humor": "yes"})
        start = time.perf_counter()
        commit_revision(
            NewRevision(
                rater=corpus.raters[0],
                utterance=annotation.utterance,
                codebook=corpus.codebook,
                author=corpus.manager,
                answers=answers,
            )
        )
        commits.append(1000 * (time.perf_counter() - start))
        query = f"dialogue={annotation.utterance.dialogue.code}&answer.annotator-1=emotion+%3D%3D+surprise"
        start = time.perf_counter()
        response = client.get(f"/c/bench/labels/?{query}")
        after.append(1000 * (time.perf_counter() - start))
        assert str(annotation.utterance.public_id) in response.content.decode()
    print(f"page right after a commit: {statistics.median(after):.1f} ms; commit {statistics.median(commits):.1f} ms")


def _straightforward(corpus: _Corpus) -> None:
    from django.db.models import Exists, OuterRef

    from corpus.models import Annotation, Utterance

    ordered = Utterance.objects.filter(dialogue__corpus=corpus.row, dialogue__state="ready")
    ordered = ordered.order_by("dialogue__order", "dialogue_id", "order")
    own = Annotation.objects.filter(utterance=OuterRef("pk"), purpose="main")
    other = Annotation.objects.filter(utterance=OuterRef("utterance"), purpose="main")
    queries: dict[str, Any] = {
        "emotion == joy and sentiment == negative": ordered.filter(
            Exists(own.filter(answers__emotion="joy", answers__sentiment="negative"))
        ),
        "a rare profile": ordered.filter(Exists(own.filter(answers__emotion="fear", answers__sarcasm="yes"))),
        "text, no match": ordered.filter(text__icontains=corpus.absent),
        "differs": ordered.filter(
            Exists(own.filter(Exists(other.exclude(answers__emotion=OuterRef("answers__emotion")))))
        ),
    }
    print("straightforward queries on the JSON answers, first page and count, one run each:")
    for name, query in queries.items():
        start = time.perf_counter()
        list(query[:26])
        page = time.perf_counter() - start
        start = time.perf_counter()
        found = query.count()
        print(f"  {name:42}{1000 * page:10.0f} ms{1000 * (time.perf_counter() - start):10.0f} ms{found:11,}")


class _Corpus(LargeCorpus):
    """The corpus with its filters."""

    def filters(self) -> dict[str, list[tuple[str, str]]]:
        """Return the filters to measure, by name."""
        joy = "emotion == joy and sentiment == negative"
        rare = "emotion == fear and sarcasm == yes"
        return {
            "none": [],
            "text, frequent": [("text", self.frequent)],
            "text, one character": [("text", self.frequent[:1])],
            "text, no match": [("text", self.absent)],
            "series": [("series", "Series 7")],
            "speaker": [("speaker", "Speaker 1999")],
            "dialogue": [("dialogue", "D100")],
            "rater": [("rater", "annotator-3")],
            "answer, any rater": [("answer", joy)],
            "answer, every rater": [("answer", "emotion == joy"), ("of", "every")],
            "answer, label": [("answer", joy), ("of", "label")],
            "answer, rare": [("answer", rare)],
            "answer, rare, every rater (no match)": [("answer", rare), ("of", "every")],
            "answer, rare, label (no match)": [("answer", rare), ("of", "label")],
            "answers of two raters": [
                ("answer.annotator-1", "emotion == joy"),
                ("answer.annotator-2", "emotion == neutral"),
            ],
            "without an answer (no match)": [("no_answer", "emotion:cannot_judge")],
            "differs: emotion": [("differs", "emotion")],
            "all questions differ (few)": [("differing", "8")],
            "consensus: tie": [("consensus", "emotion:tie")],
            "consensus: no answer (no match)": [("consensus", "emotion:none")],
            "answered by none (few)": [("answers_max", "0")],
            "flag": [("flag", "bad_cut")],
            "batch (all dialogues)": [("batch", str(self.batch.public_id))],
            "from and to, last day": [("from", "2026-03-20"), ("to", "2026-03-20")],
            "split": [("split", "test")],
            "finding": [("finding", "repeated_block")],
            "decision: review": [("decision", "review")],
            "corrected": [("corrected", "yes")],
            "text and answer, no match": [("text", self.frequent), ("answer", rare)],
            "six filters": [
                ("text", self.frequent[:1]),
                ("series", "Series 7"),
                ("answer", joy),
                ("differs", "sentiment"),
                ("split", "test"),
                ("from", "2026-03-10"),
            ],
            **large_adjudication.filters(),
        }


if __name__ == "__main__":
    main()
