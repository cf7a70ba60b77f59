"""Time of the label browser's first page for each filter; `python -m benchmarks.label_browser`.

Builds a corpus by bulk inserts (1,000,000 utterances with three annotations each, by default), in a temporary folder on
SQLite or, with `--postgresql`, in a database that it creates on 127.0.0.1:5432 (user postgres) and drops. Prints the
of each filter's first page, as the server needs for the whole request and for the search alone, and in the same run the
time of the straightforward query on the JSON answers for some of them.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.labelling.database import Postgres

PROFILES, LINES = 400, 4000  # distinct profiles and texts
MEAN_DIALOGUE, SPEAKERS, RATERS, K = 7, 2000, 12, 3
RARE = 10_000  # one in so many utterances has a profile that no other has
REPEATS = 5
FLAGGED, FOUND, DECIDED = 100, 90, 10  # one in so many
PER_INSERT = 20_000


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
    corpus = _Corpus(utterances)
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

    print(f"{'filter':44}{'request':>10}{'CPU':>8}{'search':>9}{'count':>9}{'matches':>11}   ms, median of {REPEATS}")
    for name, pairs in corpus.filters().items():
        selection, faults = parse(pairs)
        assert not faults, faults
        address = f"/c/bench/labels/?{selection.query()}"
        client.get(address)  # a batch's dialogues are read once
        request, cpu = _ms(lambda: client.get(address))  # noqa: B023
        with fresh_index(corpus.row) as index:
            search = resolve(selection, corpus=corpus.row, index=index, visible=None).search
            page, _ = _ms(lambda: search.after(0, 26))  # noqa: B023
            count, _ = _ms(search.count)
            matches = search.count()
        reader = Reader(corpus.membership)
        shown = len(page_of(corpus=corpus.row, selection=selection, reader=reader, place=Place()).rows)
        assert shown == min(25, matches), (name, shown, matches)
        print(f"{name:44}{request:10.1f}{cpu:8.1f}{page:9.1f}{count:9.1f}{matches:11,}")


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


def _ms(work: Callable[[], object]) -> tuple[float, float]:
    """Return the median time and CPU time in ms."""
    times, cpu = [], []
    for _ in range(REPEATS):
        start, began = time.perf_counter(), time.process_time()
        work()
        times.append(1000 * (time.perf_counter() - start))
        cpu.append(1000 * (time.process_time() - began))
    return statistics.median(times), statistics.median(cpu)


class _Corpus:
    """The corpus of the benchmark."""

    def __init__(self, utterances: int) -> None:
        from common.models import User
        from corpus.domain.codebooks.shipped_codebooks import adopt
        from corpus.domain.people.members import add_member
        from corpus.domain.structure.corpora import create_corpus
        from corpus.models import Corpus, Rater

        self.count, self.rng = utterances, random.Random(1)
        self.manager = User.objects.create_user("manager", may_create_corpora=True)
        made = create_corpus(slug="bench", title="Benchmark", created_by=self.manager)
        adopt(corpus=made, name="affect-dialogue", created_by=self.manager)
        self.row = Corpus.objects.select_related("codebook").get(pk=made.pk)
        assert self.row.codebook
        self.codebook = self.row.codebook
        self.membership = self.row.memberships.get(user=self.manager)
        for number in range(RATERS):
            add_member(corpus=self.row, user=User.objects.create_user(f"anna-{number}"), roles=["annotator"])
        self.raters = list(Rater.objects.filter(corpus=self.row).order_by("pk"))

    def settled(self, answers: dict[str, Any]) -> dict[str, Any]:
        """Return a whole profile: the first choice of the other tasks, and 0 for links that are asked."""
        from corpus.rules.codebook import settle

        rules = self.codebook.rules()
        whole = {task.slug: task.slugs()[0] for task in rules.tasks} | {link.slug: 0 for link in rules.links}
        return settle(rules, whole | answers)

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
        }

    def build(self) -> None:
        """Fill the tables."""
        from django.db import connection, transaction

        from corpus.models import triggers

        triggers.remove()
        with transaction.atomic():
            self._structure()
            self._annotations()
            self._others()
        triggers.install()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def _structure(self) -> None:
        from django.utils import timezone

        from annotator.models import Assignment, Batch, Slot
        from corpus.models import Dialogue, Series, Speaker, Utterance

        now, rng = timezone.now(), self.rng
        series = [Series.objects.create(corpus=self.row, name=f"Series {number}") for number in range(20)]
        speakers = Speaker.objects.bulk_create(
            [Speaker(series=series[number % 20], name=f"Speaker {number}") for number in range(SPEAKERS)]
        )
        lines = [self._line() for _ in range(LINES)]
        self.frequent, self.absent = lines[0][:2], "丟" + lines[0][:1] + "囧"
        count = self.count // MEAN_DIALOGUE
        self.dialogues = Dialogue.objects.bulk_create(
            [
                Dialogue(
                    corpus=self.row,
                    series=series[number * 20 // count],
                    code=f"D{number}",
                    order=number,
                    state="ready",
                    ready_at=now,
                    is_dealt=True,
                    source_split=rng.choices(["train", "dev", "test"], [8, 1, 1])[0],
                )
                for number in range(count)
            ],
            batch_size=PER_INSERT,
        )
        for start in range(0, count, PER_INSERT):
            Utterance.objects.bulk_create(
                Utterance(
                    dialogue=dialogue,
                    code=f"U{place}",
                    order=place,
                    speaker=rng.choice(speakers),
                    text=rng.choice(lines),
                )
                for dialogue in self.dialogues[start : start + PER_INSERT]
                for place in range(1, MEAN_DIALOGUE + 1)
            )
        self.batch = Batch.objects.create(corpus=self.row, k=K, seed=1, name="All", dealt=count)
        slots = Slot.objects.bulk_create(
            [
                Slot(dialogue=dialogue, number=number + 1, batch=self.batch, rank=rank, state="done", token=1)
                for rank, dialogue in enumerate(self.dialogues)
                for number in range(K)
            ],
            batch_size=PER_INSERT,
        )
        self.assignments = Assignment.objects.bulk_create(
            [
                Assignment(
                    slot=slot,
                    dialogue_id=slot.dialogue_id,
                    rater=self._rater(slot.rank, slot.number - 1),
                    codebook=self.codebook,
                    token=1,
                    state="done",
                    lease_until=now,
                    ended_at=now,
                )
                for slot in slots
            ],
            batch_size=PER_INSERT,
        )

    def _rater(self, dialogue: int, number: int) -> Any:
        return self.raters[(dialogue + number * (1 + dialogue % 3)) % RATERS]

    def _line(self) -> str:
        characters = self.rng.choices(range(2500), [1 / (rank + 1) for rank in range(2500)], k=self.rng.randint(4, 24))
        return "".join(chr(0x4E00 + character) for character in characters)

    def _annotations(self) -> None:
        from datetime import UTC, datetime, timedelta

        from corpus.models import Annotation, Utterance

        layout, rng = self.codebook.layout(), self.rng
        profiles = [self.settled(self._profile()) for _ in range(PROFILES)]
        rare = self.settled({"emotion": "fear", "sarcasm": "yes"})
        encoded = [
            (each, layout.encode(each)) for each in profiles if (each["emotion"], each["sarcasm"]) != ("fear", "yes")
        ]
        start = datetime(2026, 3, 1, 12, tzinfo=UTC)
        rank = {dialogue.pk: number for number, dialogue in enumerate(self.dialogues)}

        def rows() -> Iterator[Annotation]:
            for number, (key, dialogue) in enumerate(Utterance.objects.values_list("pk", "dialogue_id").iterator()):
                if number % 50_000 == 49_999:
                    continue  # without answers
                common = rng.choice(encoded)
                for place in range(K):
                    answers, codes = common if rng.random() < 0.7 else rng.choice(encoded)
                    if place == 1 and number % RARE == 0:
                        answers, codes = rare, layout.encode(rare)
                    yield Annotation(
                        rater=self._rater(rank[dialogue], place),
                        utterance_id=key,
                        codebook=self.codebook,
                        answers=answers,
                        codes=codes,
                        number=1,
                        updated_at=start + timedelta(minutes=20 * 1440 * number // self.count),
                    )

        waiting: list[Annotation] = []
        for row in rows():
            waiting.append(row)
            if len(waiting) == PER_INSERT:
                Annotation.objects.bulk_create(waiting)
                waiting = []
        Annotation.objects.bulk_create(waiting)

    def _profile(self) -> dict[str, Any]:
        tasks = self.codebook.rules().tasks
        return {task.slug: self.rng.choices(task.slugs(), [4, *[1] * (len(task.slugs()) - 1)])[0] for task in tasks}

    def _others(self) -> None:
        from agreement.models import Decision
        from annotator.models import Flag
        from corpus.models import Finding, Utterance

        utterances = list(Utterance.objects.order_by("pk").values_list("pk", "public_id"))
        Flag.objects.bulk_create(
            [
                Flag(corpus=self.row, assignment=self.assignments[0], utterance_id=key, reason="bad_cut")
                for key, _ in utterances[::FLAGGED]
            ],
            batch_size=PER_INSERT,
        )
        Finding.objects.create(
            corpus=self.row,
            source="repeated_block",
            kind="repeated_block",
            rows={"utterances": [str(public_id) for _, public_id in utterances[::FOUND]]},
            extent_count=len(utterances[::FOUND]),
            extent_share=1 / FOUND,
            severity="severe",
            fingerprint="bench",
        )
        profile = self.settled(self._profile())
        codes = self.codebook.layout().encode(profile)
        Decision.objects.bulk_create(
            [
                Decision(
                    utterance_id=key,
                    codebook=self.codebook,
                    outcome="profile",
                    answers=profile,
                    codes=codes,
                    number=1,
                    last_number=1,
                    needs_review=number % 1000 == 999,
                )
                for number, (key, _) in enumerate(utterances[::DECIDED])
            ],
            batch_size=PER_INSERT,
        )


if __name__ == "__main__":
    main()
