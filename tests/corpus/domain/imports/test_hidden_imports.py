"""An import is hidden until it is complete, is discarded or completed after a kill, and can be undone."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from common.errors import Refused
from common.jobs.queue import enqueue, execute
from common.models import Job
from corpus.domain.imports import hidden_imports, published_corpora
from corpus.domain.imports.published_corpora import ImportOptions, import_source
from corpus.domain.imports.source_rows import LONGEST_CODE, LONGEST_NAME
from corpus.domain.imports.undo import request_undo
from corpus.importers.source import Source, SourceAnswers, SourceDialogue, SourceRater, SourceSeries, SourceUtterance
from corpus.models import (
    Annotation,
    CodebookVersion,
    Corpus,
    Dialogue,
    Import,
    Rater,
    Revision,
    Series,
    Speaker,
    Utterance,
)
from tests.factories import AnnotationFactory, CorpusFactory, RaterFactory, UserFactory, UtteranceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("checked_sums")]

CODEBOOK = """
name: emotion
tasks:
  emotion: {scale: nominal, choices: [neutral, joy], default: neutral, perspective: speaker}
  sarcasm: {scale: binary, choices: [no, yes], default: no, perspective: speaker}
"""
LONGEST_WAIT = 0.5  # seconds of a commit while an import is written
ENOUGH_COMMITS = 20


def source(dialogues: int, lines: int = 5, *, fails_at: int = -1) -> Source:
    """Return a source whose dialogues are a stream; it answers one of the two questions."""

    def stream() -> Iterator[SourceDialogue]:
        for number in range(dialogues):
            if number == fails_at:
                raise Refused("import.id_unreadable", file="f", row=number, id="x")
            given = {"src": SourceAnswers({"emotion": "joy"}, {"Emotion": "Joy"})}
            yield SourceDialogue(
                f"d{number}",
                "S",
                [
                    SourceUtterance(f"d{number}-{turn}", f"P{turn % 2}", f"line {turn}", None, None, given)
                    for turn in range(lines)
                ],
            )

    return Source([SourceSeries("S")], stream(), [SourceRater("src", "The source")], codebook_yaml=CODEBOOK)


def bring_in(given: Source, **options: Any) -> Corpus:
    return import_source(
        slug="c", title="C", source=given, managers=[], progress=options.pop("progress", lambda _d, _t: None), **options
    )


def counts() -> list[int]:
    models = (Corpus, Series, Speaker, Rater, Dialogue, Utterance, Annotation, Revision, CodebookVersion, Import)
    return [model.objects.count() for model in models]


def test_nothing_is_visible_before_all_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published_corpora, "CHUNK", 10)
    monkeypatch.setattr(published_corpora, "MOST", 10)
    seen: list[tuple[int, int]] = []

    def progress(_done: int, _total: int) -> None:
        states = list(Dialogue.objects.values_list("state", flat=True))
        seen.append((len(states), sum(state != "hidden" for state in states)))

    bring_in(source(6), progress=progress)
    assert seen == [(0, 0), (2, 0), (4, 0), (6, 0)]
    assert Dialogue.objects.filter(state="ready", length=5).count() == 6
    imported = Import.objects.get()
    assert (imported.state, imported.counts["utterances"]) == (Import.State.PUBLISHED, 30)


@pytest.mark.parametrize(
    ("short_seconds", "batches"),
    [
        pytest.param(60.0, [2, 6, 12], id="grows while transactions are short"),
        pytest.param(0.0, [2, 4, 6, 8, 10, 12], id="stays small"),
    ],
)
def test_the_size_of_a_batch_follows_the_time_of_a_transaction(
    monkeypatch: pytest.MonkeyPatch, short_seconds: float, batches: list[int]
) -> None:
    monkeypatch.setattr(published_corpora, "CHUNK", 10)
    monkeypatch.setattr(published_corpora, "SHORT_SECONDS", short_seconds)
    seen: list[int] = []
    bring_in(source(12), progress=lambda _done, _total: seen.append(Dialogue.objects.count()))
    assert seen[1:] == batches


@pytest.mark.parametrize(
    ("dialogue", "speaker", "utterance", "name", "longest"),
    [
        pytest.param("d" * (LONGEST_CODE + 1), "P", "u", "d" * 40, LONGEST_CODE, id="dialogue"),
        pytest.param("d", "P" * (LONGEST_NAME + 1), "u", "P" * 40, LONGEST_NAME, id="speaker"),
        pytest.param("d", "P", "u" * (LONGEST_CODE + 1), "u" * 40, LONGEST_CODE, id="utterance"),
    ],
)
def test_an_import_with_a_name_that_is_too_long_names_its_place_and_leaves_nothing(
    dialogue: str, speaker: str, utterance: str, name: str, longest: int
) -> None:
    lines = [
        SourceUtterance("first", "P", "text", None, None, {}),
        SourceUtterance(utterance, speaker, "text", None, None, {}),
    ]
    given = Source([SourceSeries("S")], iter([SourceDialogue(dialogue, "S", lines)]), [], codebook_yaml=CODEBOOK)
    with pytest.raises(Refused) as refused:
        bring_in(given)
    place = {"dialogue": dialogue[:40], "number": 1 if len(dialogue) > LONGEST_CODE else 2}
    found = {"name": name, "longest": longest, **place}
    assert (refused.value.code, refused.value.params) == ("import.name_too_long", found)
    assert counts() == [0] * 10


def test_an_answer_to_some_questions_is_stored_with_its_codes() -> None:
    corpus = bring_in(source(1, 1))
    annotation = Annotation.objects.get()
    assert annotation.answers == {"emotion": "joy"}
    assert corpus.codebook is not None
    assert annotation.codes is not None
    assert corpus.codebook.layout().decode(annotation.codes) == {"emotion": "joy"}
    assert Revision.objects.get().raw == {"Emotion": "Joy"}
    assert len({str(row.public_id) for row in (annotation, Utterance.objects.get(), Dialogue.objects.get())}) == 3
    assert annotation.public_id.version == 4


def test_a_failure_takes_back_what_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published_corpora, "CHUNK", 10)
    with pytest.raises(Refused):
        bring_in(source(6, fails_at=5))
    assert counts() == [0] * 10
    corpus = CorpusFactory(slug="c")
    Series.objects.create(corpus=corpus, name="S")
    before = counts()
    with pytest.raises(Refused):
        bring_in(source(6, fails_at=5))
    assert counts() == before
    corpus.refresh_from_db()
    assert (corpus.codebook, corpus.guideline) == (None, None)


def test_a_killed_import_is_discarded_by_the_next_attempt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(published_corpora, "CHUNK", 10)
    path = tmp_path / "t.csv"
    path.write_text("text\n" + "".join(f"line {number}\n" for number in range(50)), encoding="utf-8")
    args = {"file": str(path), "name": "t.csv", "mapping": "columns: {text: text}", "slug": "c", "title": "C"}
    job = enqueue(
        kind="corpus.import_table", args=args | {"managers": [], "report": str(tmp_path / "r.csv")}, here=True
    )

    class Killed(BaseException):
        pass

    def kill(**_given: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(published_corpora, "publish_import", kill)
        patch.setattr(published_corpora, "discard_import", lambda **_given: None)  # a kill leaves no time for it
        with pytest.raises(Killed):
            execute(str(job.public_id))
    assert Dialogue.objects.filter(state="hidden").count() == 50
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED, lease_until=None)
    execute(str(job.public_id))
    job.refresh_from_db()
    assert (job.state, Dialogue.objects.filter(state="ready").count(), Corpus.objects.count()) == ("done", 50, 1)
    assert Dialogue.objects.filter(state="hidden").count() == 0


@pytest.mark.skipif("connection.vendor == 'postgresql'", reason="one transaction publishes all there")
def test_an_import_that_was_killed_while_it_was_published_is_completed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(hidden_imports, "AT_ONCE", 10)
    monkeypatch.setattr(hidden_imports, "LONGEST_SECONDS", 0)
    path = tmp_path / "t.csv"
    path.write_text("text\n" + "".join(f"line {number}\n" for number in range(50)), encoding="utf-8")
    args = {"file": str(path), "name": "t.csv", "mapping": "columns: {text: text}", "slug": "c", "title": "C"}
    job = enqueue(
        kind="corpus.import_table", args=args | {"managers": [], "report": str(tmp_path / "r.csv")}, here=True
    )

    def fail(_run: Any, *_args: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("corpus.jobs.imports.write_report", fail)
        execute(str(job.public_id))
    assert Import.objects.get().state == Import.State.PUBLISHING
    assert Dialogue.objects.filter(state="ready").count() == 40
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED, ended_at=None)
    execute(str(job.public_id))
    job.refresh_from_db()
    assert (job.state, Dialogue.objects.filter(state="ready").count()) == ("done", 50)
    assert Import.objects.get().state == Import.State.PUBLISHED


@pytest.mark.skipif("connection.vendor == 'postgresql'", reason="one transaction publishes all there")
@pytest.mark.parametrize(("longest", "transactions"), [(60.0, 1), (0.0, 5)], ids=["fast machine", "slow machine"])
def test_dialogues_are_published_in_one_transaction_if_that_holds_nobody_up(
    longest: float, transactions: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hidden_imports, "AT_ONCE", 10)
    monkeypatch.setattr(hidden_imports, "TRIAL", 5)
    monkeypatch.setattr(hidden_imports, "LONGEST_SECONDS", longest)
    monkeypatch.setattr(published_corpora, "publish_import", lambda **_given: None)
    bring_in(source(50))
    visible: list[int] = []

    @contextmanager
    def fence() -> Iterator[None]:
        with transaction.atomic():
            yield
        visible.append(Dialogue.objects.filter(state="ready").count())

    hidden_imports.publish_import(
        imported=Import.objects.get(),
        source=source(0),
        managers=[],
        fence=fence,
        on_published=lambda _imported: None,
    )
    assert visible[0] == 0  # the trial leaves nothing behind
    assert visible[1:] == ([50] if transactions == 1 else [10, 20, 30, 40, 50])


def test_a_second_import_appends_and_refuses_a_dialogue_that_exists() -> None:
    bring_in(source(2))
    appends = ImportOptions(appends=True)
    with pytest.raises(Refused) as caught:
        bring_in(source(1), options=appends)
    assert caught.value.code == "import.dialogue_exists"
    given = source(1)
    given.dialogues = [SourceDialogue("new", "S", [SourceUtterance("n1", "P0", "line", None, None)])]
    bring_in(given, options=appends)
    assert list(Dialogue.objects.order_by("order").values_list("code", "order")) == [("d0", 1), ("d1", 2), ("new", 3)]
    assert Speaker.objects.count() == 2


def test_a_name_of_a_member_is_not_taken_by_a_source() -> None:
    corpus = CorpusFactory(slug="c")
    RaterFactory(corpus=corpus, slug="src")
    with pytest.raises(Refused) as caught:
        bring_in(source(1), options=ImportOptions(appends=True))
    assert caught.value.code == "import.rater_taken"


def test_an_import_is_undone_completely() -> None:
    corpus = CorpusFactory(slug="c")
    before = counts()
    bring_in(source(3))
    job = request_undo(imported=Import.objects.get(), requested_by=UserFactory(), here=True)
    execute(str(job.public_id))
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"dialogues": 3, "utterances": 15})
    assert Import.objects.get().state == Import.State.UNDONE
    after = counts()
    assert after[:-1] == before[:-1]
    corpus.refresh_from_db()
    assert corpus.codebook is None
    with pytest.raises(Refused) as caught:
        request_undo(imported=Import.objects.get())
    assert caught.value.code == "import.not_published"


def test_an_import_with_an_answer_of_a_member_stays() -> None:
    corpus = bring_in(source(2))
    rater = RaterFactory(corpus=corpus)
    AnnotationFactory(rater=rater, utterance=Utterance.objects.first(), codebook=corpus.codebook)
    with pytest.raises(Refused) as caught:
        request_undo(imported=Import.objects.get())
    assert caught.value.code == "import.answered"
    assert Dialogue.objects.filter(state="ready").count() == 2


def test_an_answer_that_came_while_the_undo_began_gives_the_dialogues_back() -> None:
    corpus = bring_in(source(2))
    Dialogue.objects.filter(code="d1").update(state=Dialogue.State.EXCLUDED)
    job = request_undo(imported=Import.objects.get(), here=True)
    AnnotationFactory(rater=RaterFactory(corpus=corpus), utterance=Utterance.objects.first(), codebook=corpus.codebook)
    execute(str(job.public_id))
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "import.answered")
    assert dict(Dialogue.objects.values_list("code", "state")) == {"d0": "ready", "d1": "excluded"}
    assert Import.objects.get().state == Import.State.PUBLISHED


def test_the_length_of_a_dialogue_follows_its_utterances() -> None:
    first, second = (UtteranceFactory() for _ in range(2))
    one, two = first.dialogue, second.dialogue
    UtteranceFactory(dialogue=one, order=2, code="more")
    Utterance.objects.filter(pk=second.pk).update(dialogue=one, order=3)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.length, two.length) == (3, 0)
    first.delete()
    one.refresh_from_db()
    assert one.length == 2


@pytest.mark.django_db(transaction=True)
def test_commits_go_on_while_an_import_is_written() -> None:
    """A thread writes as an annotator does. Its commits get through, and no transaction of the import is long.

    The import goes on until enough commits are measured, so that a fast machine measures as many as a slow one; it
    never waits for them, and commits that do not get through let it reach its end. The length of a transaction is its
    CPU time: on a loaded machine the time by the clock says nothing.
    """
    corpus = CorpusFactory(slug="other")
    waits: list[float] = []
    ended = threading.Event()

    def commit() -> None:
        while not ended.is_set():
            began = time.perf_counter()
            with transaction.atomic():
                Corpus.objects.filter(pk=corpus.pk).update(title=f"t{len(waits)}")
            waits.append(time.perf_counter() - began)
            time.sleep(0.01)
        connection.close()

    def dialogues_until_enough_commits(given: Iterable[SourceDialogue]) -> Iterator[SourceDialogue]:
        for number, dialogue in enumerate(given):
            if number >= 2000 and len(waits) >= ENOUGH_COMMITS:
                return
            yield dialogue

    lengths: list[float] = []

    @contextmanager
    def fence() -> Iterator[None]:
        with transaction.atomic():
            began = time.thread_time()
            yield
            lengths.append(time.thread_time() - began)

    given = source(20_000)
    given.dialogues = dialogues_until_enough_commits(given.dialogues)
    thread = threading.Thread(target=commit)
    thread.start()
    try:
        bring_in(given, fence=fence)
        measured = len(waits)
    finally:
        ended.set()
        thread.join()
    assert measured >= ENOUGH_COMMITS
    assert sorted(waits)[len(waits) // 2] < LONGEST_WAIT
    assert len(lengths) >= Utterance.objects.count() / published_corpora.MOST
    assert max(lengths) < LONGEST_WAIT / 2
    assert Utterance.objects.count() >= 10_000


@pytest.mark.django_db(transaction=True)
def test_a_commit_gets_through_while_an_import_is_published(monkeypatch: pytest.MonkeyPatch) -> None:
    """On PostgreSQL one transaction publishes all, and an answer is committed while it is open; SQLite has several."""
    if connection.vendor == "postgresql":
        corpus = bring_in(source(1))
        annotation = AnnotationFactory(
            rater=RaterFactory(corpus=corpus), utterance=Utterance.objects.first(), codebook=corpus.codebook
        )
        committed: list[int] = []

        def commit() -> None:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = %s", [f"{LONGEST_WAIT * 1000:.0f}ms"])
                committed.append(Annotation.objects.filter(pk=annotation.pk).update(number=2))
                Revision.objects.create(annotation=annotation, number=2, cause="commit", codebook=annotation.codebook)
            connection.close()

        def published(imported: Import) -> None:
            thread = threading.Thread(target=commit)
            thread.start()
            thread.join(30)

        given = source(1)
        given.dialogues = [
            SourceDialogue(f"new{number}", "S", [SourceUtterance(f"n{number}", "P0", "line", None, None)])
            for number in range(50)
        ]
        bring_in(given, on_published=published, options=ImportOptions(appends=True))
        assert committed == [1]
        assert Dialogue.objects.filter(state="ready").count() == 51
        return
    lengths: list[float] = []

    @contextmanager
    def fence() -> Iterator[None]:
        with transaction.atomic():
            began = time.thread_time()
            yield
            lengths.append(time.thread_time() - began)

    monkeypatch.setattr(hidden_imports, "AT_ONCE", 1000)
    monkeypatch.setattr(hidden_imports, "LONGEST_SECONDS", 0)
    bring_in(source(3500, 1))
    Dialogue.objects.update(state="hidden")
    imported = Import.objects.get()
    given = source(0)
    hidden_imports.publish_import(
        imported=imported, source=given, managers=[], fence=fence, on_published=lambda _imported: None
    )
    assert len(lengths) == 5  # the trial, three of 1000 dialogues, and the last one
    assert max(lengths) < LONGEST_WAIT / 5
    assert not Dialogue.objects.filter(state="hidden").exists()
