"""Uploaded files that are refused, what a preview leaves out, and calls that come a second time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from common.errors import Refused
from common.jobs.queue import HANDLERS, enqueue, execute
from common.jobs.run import JobRun
from corpus.domain.findings import DETECT
from corpus.domain.imports import prepared, previews
from corpus.domain.imports.bulk_rows import BulkTable
from corpus.domain.imports.hidden_imports import begin_import
from corpus.domain.imports.prepared import (
    change_mapping,
    codebook_for_table,
    drop_files,
    import_folder,
    save_mapping,
    start_import,
    submit_files,
    table_of,
)
from corpus.domain.imports.previews import preview_of, values_of
from corpus.domain.imports.undo import request_undo, undo_import
from corpus.importers.source import Source, SourceDialogue, SourceSeries, SourceUtterance
from corpus.importers.table.mapping import Column, TableMapping
from corpus.models import Corpus, Dialogue, Import, SavedMapping
from corpus.rules.codebook import parse
from tests.factories import CorpusFactory, UtteranceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]

CODEBOOK = """
name: emotion
tasks:
  emotion: {scale: nominal, choices: [neutral, joy], default: neutral, perspective: speaker}
"""
TEXT_ONLY = TableMapping(columns={"text": Column("text")})


@pytest.fixture(autouse=True)
def _folders(settings: Any, tmp_path: Path) -> None:
    settings.WORK_DIR, settings.CONCORD_HOME = tmp_path / "work", tmp_path / "home"


@pytest.fixture
def corpus() -> Corpus:
    made: Corpus = CorpusFactory()
    return made


def upload(tmp_path: Path, content: str = "text,mood\nhello,joy\n") -> Path:
    path = tmp_path / "uploaded"
    path.write_text(content, encoding="utf-8")
    return path


def submitted(corpus: Corpus, path: Path) -> Import:
    return submit_files(corpus=corpus, files=[(path, "t.csv")], created_by=None)


def stream(count: int) -> Source:
    def dialogues() -> Iterator[SourceDialogue]:
        for number in range(count):
            yield SourceDialogue(f"d{number}", "S", [SourceUtterance(f"u{number}", "P", "line", None, None)])

    return Source([SourceSeries("S")], dialogues())


def test_an_upload_without_a_file_is_refused(corpus: Corpus) -> None:
    with pytest.raises(Refused) as caught:
        submit_files(corpus=corpus, files=[], created_by=None)
    assert (caught.value.code, caught.value.params) == ("import.no_file", {"most": prepared.MOST_FILES})


def test_an_unknown_importer_is_refused_and_the_upload_stays(corpus: Corpus, tmp_path: Path) -> None:
    path = upload(tmp_path)
    with pytest.raises(Refused) as caught:
        submit_files(corpus=corpus, files=[(path, "t.csv")], importer="nobody", created_by=None)
    assert (caught.value.code, path.exists()) == ("import.unknown_importer", True)


def test_two_tables_at_once_are_refused_and_leave_no_import(corpus: Corpus, tmp_path: Path) -> None:
    files = [(upload(tmp_path), "a.csv")]
    (tmp_path / "second").write_text("text\nhello\n", encoding="utf-8")
    with pytest.raises(Refused) as caught:
        submit_files(corpus=corpus, files=[*files, (tmp_path / "second", "b.csv")], created_by=None)
    assert (caught.value.code, Import.objects.count()) == ("import.one_table", 0)


def test_a_file_that_is_too_large_leaves_no_import(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared, "MOST_BYTES", 3)
    with pytest.raises(Refused) as caught:
        submitted(corpus, upload(tmp_path))
    assert (caught.value.code, caught.value.params["file"]) == ("table.too_large", "t.csv")
    assert not Import.objects.exists()


def test_a_table_whose_file_is_gone_is_refused(corpus: Corpus, tmp_path: Path) -> None:
    imported = submitted(corpus, upload(tmp_path))
    drop_files(imported)
    assert not import_folder(imported).exists()
    with pytest.raises(Refused) as caught:
        table_of(imported)
    assert (caught.value.code, caught.value.params) == ("import.file_missing", {"file": "t.csv"})


def test_a_mapping_is_not_saved_under_a_blank_name(corpus: Corpus, tmp_path: Path) -> None:
    imported = submitted(corpus, upload(tmp_path))
    with pytest.raises(Refused) as caught:
        save_mapping(imported=imported, name=" \t ")
    assert (caught.value.code, SavedMapping.objects.count()) == ("import.no_name", 0)


def test_saved_mappings_that_do_not_fit_a_table_are_passed_over(corpus: Corpus, tmp_path: Path) -> None:
    fitting = TableMapping(columns={"text": Column("text"), "mood": Column("code")}).as_yaml()
    for name, text in (("fitting", fitting), ("other", TEXT_ONLY.as_yaml()), ("broken", "columns: [")):
        SavedMapping.objects.create(corpus=corpus, name=name, text=text)
    assert submitted(corpus, upload(tmp_path)).mapping == fitting


def test_the_mapping_of_a_published_import_is_kept(corpus: Corpus, tmp_path: Path) -> None:
    imported = submitted(corpus, upload(tmp_path))
    Import.objects.update(state=Import.State.PUBLISHED)
    with pytest.raises(Refused) as caught:
        change_mapping(imported=imported, mapping=TEXT_ONLY)
    assert caught.value.code == "import.not_prepared"
    assert Import.objects.get().mapping == imported.mapping != TEXT_ONLY.as_yaml()


def test_a_started_import_is_not_started_again(corpus: Corpus, tmp_path: Path) -> None:
    imported = change_mapping(imported=submitted(corpus, upload(tmp_path)), mapping=TEXT_ONLY)
    job = start_import(imported=imported, created_by=None)
    with pytest.raises(Refused) as caught:
        start_import(imported=imported, created_by=None)
    assert caught.value.code == "import.not_prepared"
    assert prepared.job_of(imported) == job


def test_the_codebook_of_a_table_is_for_a_corpus_without_dialogues(corpus: Corpus) -> None:
    assert codebook_for_table(None, CODEBOOK) == (parse(CODEBOOK), CODEBOOK)
    assert codebook_for_table(corpus, CODEBOOK) == (parse(CODEBOOK), CODEBOOK)
    filled = UtteranceFactory().dialogue.series.corpus
    assert codebook_for_table(filled, CODEBOOK) == (prepared.codebook_of(filled), "")


def test_an_import_waits_for_an_unfinished_one(corpus: Corpus) -> None:
    Import.objects.create(corpus=corpus, importer="table", name="t", state=Import.State.WRITING)
    with pytest.raises(Refused) as caught:
        begin_import(corpus=corpus, is_new=False, source=stream(1), importer="table", name="second")
    assert (caught.value.code, caught.value.params) == ("import.busy", {"corpus": corpus.slug})


def test_a_preview_shows_the_first_dialogues_and_counts_all(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previews, "source_of", lambda _imported, **_given: stream(5))
    found = preview_of(Import(corpus=corpus, importer="some"))
    assert [dialogue.code for dialogue in found.shown] == ["d0", "d1", "d2"]
    assert (found.dialogues, found.utterances, found.is_whole) == (5, 5, True)


def test_a_preview_of_a_large_corpus_is_not_whole(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previews, "DIALOGUES_READ", 2)
    monkeypatch.setattr(previews, "source_of", lambda _imported, **_given: stream(5))
    found = preview_of(Import(corpus=corpus, importer="some"))
    assert (found.dialogues, found.is_whole) == (2, False)


def test_values_are_counted_for_known_tasks_and_columns_only(corpus: Corpus, tmp_path: Path) -> None:
    table = table_of(submitted(corpus, upload(tmp_path)))
    columns = {"mood": Column("answer", "emotion"), "text": Column("answer", "no_task"), "gone": Column("answer", "x")}
    (found,) = values_of(table, TableMapping(columns=columns), parse(CODEBOOK))
    assert (found.task, [(each.value, each.count, each.answer) for each in found.values]) == (
        "emotion",
        [("joy", 1, "joy")],
    )
    assert values_of(table, TableMapping(columns=columns), None) == []


def test_an_undo_that_was_completed_removes_nothing_more(corpus: Corpus) -> None:
    row = Import.objects.create(
        corpus=corpus, importer="table", name="t", state=Import.State.UNDONE, counts={"dialogues": 2, "speakers": 1}
    )
    job = enqueue(kind="corpus.undo_import", args={"imported": str(row.public_id)}, here=True)
    assert undo_import(run=JobRun(job), imported=str(row.public_id)) == {"dialogues": 2, "utterances": 0}
    row.refresh_from_db()
    assert row.state == Import.State.UNDONE


def test_an_undo_works_without_detection_of_findings(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(HANDLERS, DETECT, raising=False)
    dialogue = UtteranceFactory(dialogue__series__corpus=corpus).dialogue
    row = Import.objects.create(corpus=corpus, importer="table", name="t", state=Import.State.PUBLISHED)
    Dialogue.objects.filter(pk=dialogue.pk).update(imported_by=row)
    job = request_undo(imported=row, here=True)
    execute(str(job.public_id))
    row.refresh_from_db()
    assert (row.state, Dialogue.objects.count()) == (Import.State.UNDONE, 0)


@pytest.mark.skipif("connection.vendor == 'postgresql'", reason="it has sequences")
def test_the_first_keys_of_a_table_begin_at_one() -> None:
    table = BulkTable(SavedMapping, ["name"])
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table.table])
    assert list(table.keys(3)) == [1, 2, 3]
    assert list(table.keys(1)) == [4]
