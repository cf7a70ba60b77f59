import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from common.errors import sentence
from common.jobs.queue import execute
from common.models import Job
from corpus.models import Annotation, Corpus, Dialogue, Finding, Rater, Revision, Speaker, Utterance
from tests.corpus.importers.cmma import folder
from tests.corpus.importers.cmma.folder import DEV, TRAIN
from tests.factories import CorpusFactory, DialogueFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def bring_in(folder: Path, **options: Any) -> str:
    out = StringIO()
    options = {"corpus": "dialogue", "report": folder / "report.csv"} | options
    call_command("import_corpus", "cmma", str(folder), stdout=out, **options)
    return out.getvalue()


def failure(folder: Path, **options: Any) -> tuple[str, int]:
    with pytest.raises(CommandError) as caught:
        bring_in(folder, **options)
    return str(caught.value), caught.value.returncode


def test_a_source_is_imported_completely(tmp_path: Path) -> None:
    manager = UserFactory(may_create_corpora=True)
    printed = bring_in(folder.write(tmp_path), title="DialogueSummary")
    assert printed.splitlines()[0] == "4 dialogues, 9 utterances, 3 speakers"
    corpus = Corpus.objects.get(slug="dialogue")
    assert corpus.title == "DialogueSummary"
    assert corpus.codebook is not None
    assert corpus.guideline is not None
    assert corpus.codebook.name == "affect-dialogue-cmma"
    assert sorted(corpus.guideline.texts) == ["en", "zh"]
    assert Dialogue.objects.filter(episode__isnull=True).count() == 4
    assert list(corpus.memberships.values_list("user", "is_manager")) == [(manager.pk, True)]
    assert list(corpus.dialogues.order_by("order").values_list("code", "order", "source_split", "state")) == [
        ("C_1", 1, "train", "ready"),
        ("C_2", 2, "train", "ready"),
        ("C_3", 3, "dev", "ready"),
        ("C_4", 4, "test", "ready"),
    ]
    assert list(Utterance.objects.filter(dialogue__code="C_1").values_list("code", "order", "speaker__name")) == [
        ("C_1_U_1", 1, "小梅"),
        ("C_1_U_3", 2, "大强"),
        ("C_1_U_2", 3, "小梅"),
    ]
    rater = Rater.objects.get(corpus=corpus)
    assert (rater.kind, rater.slug, rater.name) == ("source", "cmma", "CMMA")
    assert Annotation.objects.filter(rater=rater).count() == 9
    revision = Revision.objects.get(annotation__utterance__code="C_1_U_2")
    assert revision.answers is not None
    assert revision.raw is not None
    assert (revision.cause, revision.answers["sarcasm_humor"], revision.raw["Relevancy(Sar→Hum)"]) == (
        "import",
        1,
        "0.5",
    )


def test_the_report_has_a_row_for_each_remark_and_finding(tmp_path: Path) -> None:
    bring_in(folder.write(tmp_path))
    with (tmp_path / "report.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["file", "row", "column", "raw", "problem", "action"]
    assert ["train.csv", "3", "UtteranceID", "C_1_U_", "id_without_number", "read as C_1_U_3"] in rows
    assert ["test.csv", "2", "ConversationID", "C_4", "duplicate_dialogue", "identical to C_3, kept"] in rows
    job, detection = Job.objects.order_by("pk")
    assert {(each.state, each.scope) for each in (job, detection)} == {("done", str(Corpus.objects.get().public_id))}
    assert job.result["report"] == str(tmp_path / "report.csv")
    found = {"broken_expectation": 2, "link_on_nothing": 1, "duplicate_dialogue": 1}
    assert detection.result == {"findings": found}
    assert sum(job.result["remarks"].values()) + sum(found.values()) == len(rows) - 1


def test_findings_are_printed_and_stored(tmp_path: Path) -> None:
    printed = bring_in(folder.write(tmp_path))
    assert "      1  dialogues identical to an earlier one\n" in printed
    finding = Finding.objects.get(kind="duplicate_dialogue")
    assert (finding.source, finding.kind, finding.rater) == ("duplicate_dialogue", "duplicate_dialogue", None)
    assert (finding.rows["file"], finding.rows["first_row"], finding.extent_share) == ("test.csv", 2, 0.25)


def test_a_repeated_block_is_reported_with_its_first_cell(tmp_path: Path) -> None:
    header = TRAIN.split("\n", 1)[0]
    pulls = ["-1", *([*"0" * 18, "1", "2"] * 5)]
    rows = [
        f'C_1,C_1_U_{number},第{number}句,小梅,"00:{number // 60:02}:{number % 60:02},000","01:00:00,000",'
        f"joy,positive,none,none,{pull},0,none,none"
        for number, pull in enumerate(pulls, start=1)
    ]
    printed = bring_in(folder.write(tmp_path, train="\n".join([header, *rows, ""])))
    assert "      1  columns with a block of rows that repeats\n" in printed
    with (tmp_path / "report.csv").open(encoding="utf-8", newline="") as file:
        [row] = [row for row in csv.reader(file) if row[4] == "repeated_block"]
    action = "kept; from here on a block of 20 rows repeats"
    assert row == ["train.csv", "3", "Relevancy(Emo→Sen)", "0", "repeated_block", action]
    finding = Finding.objects.get(kind="repeated_block")
    assert (finding.rater, finding.task, finding.severity) == (Rater.objects.get(), "emotion_sentiment", "severe")
    assert (finding.extent_count, finding.extent_share) == (100, 100 / 101)


def test_a_dry_run_writes_only_the_report(tmp_path: Path) -> None:
    printed = bring_in(folder.write(tmp_path), dry_run=True)
    assert printed.splitlines()[0] == "4 dialogues, 9 utterances, 3 speakers"
    assert (tmp_path / "report.csv").is_file()
    assert "detectors" in printed.splitlines()[-1]
    assert (Corpus.objects.count(), Job.objects.count()) == (0, 0)


def test_a_second_import_is_refused(tmp_path: Path) -> None:
    bring_in(folder.write(tmp_path))
    message, code = failure(tmp_path)
    assert message == sentence("import.not_empty", {"corpus": "dialogue"})
    assert (code, Annotation.objects.count()) == (1, 9)


def test_a_job_run_again_after_its_commit_changes_nothing(tmp_path: Path) -> None:
    bring_in(folder.write(tmp_path))
    job = Job.objects.get(kind="corpus.import")
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED, ended_at=None)
    execute(str(job.public_id))
    second = Job.objects.get(pk=job.pk)
    assert (second.state, second.result, Annotation.objects.count()) == ("done", job.result, 9)
    assert Job.objects.count() == 2


def test_a_corpus_with_dialogues_is_refused(tmp_path: Path) -> None:
    DialogueFactory(corpus__slug="dialogue")
    assert failure(folder.write(tmp_path))[1] == 1
    assert Dialogue.objects.count() == 1


def test_an_empty_corpus_keeps_its_title_and_members(tmp_path: Path) -> None:
    corpus = CorpusFactory(slug="dialogue", title="Ours")
    UserFactory(may_create_corpora=True)
    bring_in(folder.write(tmp_path), title="Theirs")
    corpus.refresh_from_db()
    assert (corpus.title, corpus.memberships.count(), corpus.dialogues.count()) == ("Ours", 0, 4)


def test_a_failure_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("corpus.jobs.imports.write_report", full)
    assert failure(folder.write(tmp_path))[1] == 1
    counts = [model.objects.count() for model in (Corpus, Dialogue, Speaker, Annotation, Rater)]
    assert counts == [0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("options", "returncode", "code", "params"),
    [
        ({"corpus": "no such name"}, 2, "import.not_a_slug", {"slug": "no such name"}),
        ({"corpus": "new"}, 1, "import.slug_reserved", {"slug": "new"}),
        ({"manager": "nobody"}, 2, "import.no_such_person", {"username": "nobody"}),
    ],
)
def test_wrong_arguments(
    tmp_path: Path, options: dict[str, str], returncode: int, code: str, params: dict[str, str | int | float]
) -> None:
    assert failure(folder.write(tmp_path), **options) == (sentence(code, params), returncode)
    assert Corpus.objects.count() == 0


def test_wrong_files_are_one_clear_line(tmp_path: Path) -> None:
    nowhere = str(tmp_path / "nowhere")
    assert failure(tmp_path / "nowhere") == (sentence("import.not_a_folder", {"folder": nowhere}), 2)
    assert failure(tmp_path) == ("The file train.csv is missing.", 1)
    assert failure(tmp_path, dry_run=True) == ("The file train.csv is missing.", 1)
    folder.write(tmp_path, dev=DEV.replace("neutral", "glee", 1))
    assert failure(tmp_path) == ("dev.csv, row 2, Emotion: unknown label “glee”.", 1)
    assert not (tmp_path / "report.csv").exists()
