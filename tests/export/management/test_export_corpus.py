import errno
import hashlib
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.version import VERSION
from corpus.models import Annotation, Corpus, Dialogue, Purpose, Rater
from corpus.rules.codebook import as_document, parse
from export.formats.checksummed_file import ChecksummedFile
from export.models import Release
from tests.agreement.material import finish, judge, put_in_use, source, utterances
from tests.annotator.material import CODEBOOK, answered
from tests.export.material import (
    NAMED,
    cells,
    contents,
    export,
    first_dialogue,
    manifest,
    native_rows,
    released_corpus,
    rows,
    with_clip,
)
from tests.factories import (
    AnnotationFactory,
    CodebookVersionFactory,
    CorpusFactory,
    DialogueFactory,
    RaterFactory,
    UtteranceFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

RENAMED = ("[negative, neutral, positive]", "[bad, neutral, positive]")


@pytest.fixture
def corpus() -> Corpus:
    return released_corpus()


def failure(corpus: str, out: Path, *arguments: str) -> tuple[int, str]:
    with pytest.raises(CommandError) as caught:
        call_command("export_corpus", corpus, "--out", str(out), *arguments, stdout=StringIO(), stderr=StringIO())
    return caught.value.returncode, str(caught.value)


def test_a_row_holds_the_utterance_and_the_answers_of_each_rater(corpus: Corpus, tmp_path: Path) -> None:
    first, second = utterances(corpus)[:2]
    found = {row["id"]: row for row in rows(export(corpus, tmp_path / "out"))}
    one_mind = dict.fromkeys(("annotator-1", "annotator-2", "annotator-3"), "neutral")
    assert found[second.code] == {
        "id": second.code,
        "dialogue": second.dialogue.code,
        "order": 2,
        "series": second.dialogue.series.name,
        "episode": "",
        "speaker": second.speaker.name if second.speaker else None,
        "text": second.text,
        "start_ms": second.start_ms,
        "end_ms": second.end_ms,
        "clip": None,
        "labels": {
            "sentiment": {"label": "neutral", "source": "unanimous", "votes": one_mind},
            "emotion": {"label": "neutral", "source": "unanimous", "votes": one_mind},
            "emotion_sentiment": {
                "label": "not_applicable",
                "source": "not_asked",
                "votes": dict.fromkeys(one_mind, "not_applicable"),
            },
        },
    }
    assert found[first.code]["labels"]["sentiment"] == {
        "label": None,
        "source": "tie",
        "votes": {"annotator-1": "negative", "annotator-2": "neutral", "annotator-3": "positive"},
    }


def test_csv_has_the_content_of_the_json_lines(corpus: Corpus, tmp_path: Path) -> None:
    out = export(corpus, tmp_path / "out")
    for cell, row in zip(cells(out), native_rows(out), strict=True):
        labels = row.pop("labels")
        for slug, found in labels.items():
            row |= {slug: found["label"], f"{slug}_state": found["state"], f"{slug}_source": found["source"]}
            assert json.loads(cell.pop(f"{slug}_votes")) == found["votes"]
        assert cell == {name: "" if value is None else str(value) for name, value in row.items()}


def test_the_manifest_lists_the_checksums_of_all_files(corpus: Corpus, tmp_path: Path) -> None:
    out = export(corpus, tmp_path / "out")
    found = manifest(out)
    assert set(found["files"]) == set(contents(out)) - {"manifest.json"}
    for name, about in found["files"].items():
        data = (out / name).read_bytes()
        assert (about["sha256"], about["bytes"]) == (hashlib.sha256(data).hexdigest(), len(data))
    assert sum(found["files"][f"{split}.csv"]["rows"] for split in ("train", "dev", "test")) == 12


def test_the_manifest_holds_codebook_raters_splits_and_agreement(corpus: Corpus, tmp_path: Path) -> None:
    assert corpus.codebook is not None
    found = manifest(export(corpus, tmp_path / "out", "--seed", "5"))
    assert found["format"] == "concord-release/2"
    assert found["concord"] == VERSION
    assert found["corpus"] == corpus.slug
    assert found["seed"] == 5
    assert found["codebook"] == {"version": 1, **corpus.codebook.document}
    assert found["raters"] == [{"slug": f"annotator-{number}", "kind": "member"} for number in (1, 2, 3)]
    assert {split: about["dialogues"] for split, about in found["splits"].items()} == {"train": 4, "dev": 1, "test": 1}
    assert found["splits"]["train"]["labels"]["emotion"] == {"neutral": {"count": 8, "share": 1.0}}
    assert [question["slug"] for question in found["questions"]] == ["sentiment", "emotion", "emotion_sentiment"]
    assert sum(source["dialogues"] for source in found["sources"]) == 6
    assert all(source["licence"] == "" and source["laugh_track"] is None for source in found["sources"])
    assert found["questions"][2]["classes"] == [-2, -1, 0, 1, 2]
    # one of 12 utterances has three labels, the others one each
    sentiment = found["agreement"]["questions"][0]
    assert sentiment["percent"]["value"] == pytest.approx(11 / 12)


def test_second_run_gives_the_same_bytes(corpus: Corpus, tmp_path: Path) -> None:
    arguments = ("--group", "dialogue", "--ratios", "2,1,1", "--seed", "3")
    one, two = (contents(export(corpus, tmp_path / name, *arguments)) for name in ("one", "two"))
    assert one == two
    other = contents(export(corpus, tmp_path / "three", "--ratios", "2,1,1", "--seed", "4"))
    assert other["train.jsonl"] != one["train.jsonl"]


def test_the_keys_of_the_codebook_are_sorted(corpus: Corpus, tmp_path: Path) -> None:
    codebook = manifest(export(corpus, tmp_path / "out"))["codebook"]
    for document in (codebook, codebook["tasks"][0], codebook["links"][0]):
        assert list(document) == sorted(document)


def test_a_renamed_choice_is_refused_and_with_leave_the_release_counts_what_it_leaves_out(
    corpus: Corpus, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    put_in_use(corpus, *RENAMED)
    code, sentence = failure(corpus.slug, out)
    assert (code, out.exists()) == (1, False)
    assert "no labels: sentiment. All their answers" in sentence
    errors = StringIO()
    call_command("export_corpus", corpus.slug, "--out", str(out), "--allow-empty", stdout=StringIO(), stderr=errors)
    assert "warning: sentiment: 36 answers (raters: 3) given under codebook version 1 are left out" in errors.getvalue()
    assert "warning: sentiment: None of the answers" in errors.getvalue()
    found = manifest(out)
    assert (found["left_out"]["incomparable"], found["options"]["allow_empty"]) == (36, True)
    assert found["agreement"]["questions"][0]["left_out"] == [
        {
            "version": 1,
            "answers": 36,
            "raters": 3,
            "differences": [
                {"code": "choices_removed", "names": ["negative"]},
                {"code": "choices_added", "names": ["bad"]},
            ],
        }
    ]
    assert {row["labels"]["sentiment"]["label"] for row in rows(out)} == {None}


def test_some_comparable_answers_are_enough_for_a_release(corpus: Corpus, tmp_path: Path) -> None:
    put_in_use(corpus, *RENAMED)
    judge(RaterFactory(corpus=corpus, slug="annotator-4"), utterances(corpus)[0], sentiment="bad")
    errors = StringIO()
    call_command("export_corpus", corpus.slug, "--out", str(tmp_path / "out"), stdout=StringIO(), stderr=errors)
    assert "warning: sentiment: 36 answers" in errors.getvalue()
    assert "allow_empty" not in manifest(tmp_path / "out")["options"]


def test_drafts_and_unfinished_dialogues_are_left_out(corpus: Corpus, tmp_path: Path) -> None:
    Dialogue.objects.filter(pk=first_dialogue(corpus).pk).update(state="draft", ready_at=None)
    unjudged = UtteranceFactory(dialogue=DialogueFactory(corpus=corpus, order=90))
    half_done = UtteranceFactory(dialogue=DialogueFactory(corpus=corpus, order=91))
    rater = RaterFactory(corpus=corpus, slug="annotator-4")
    finish(rater, half_done.dialogue, state="open")
    judge(rater, half_done)
    out = export(corpus, tmp_path / "out")
    assert manifest(out)["left_out"] == {"draft": 1, "incomplete": 0, "unjudged": 2, "incomparable": 0}
    released = {row["dialogue"] for row in rows(out)}
    assert not released & {unjudged.dialogue.code, half_done.dialogue.code, first_dialogue(corpus).code}
    assert len(released) == 5


def test_split_of_the_source_and_its_labels_are_kept(corpus: Corpus, tmp_path: Path) -> None:
    published = source(corpus)
    home = dict(zip(corpus.dialogues.order_by("order"), ("train", "train", "dev", "test", "test", "test"), strict=True))
    for dialogue, split in home.items():
        Dialogue.objects.filter(pk=dialogue.pk).update(source_split=split)
    judge(published, utterances(corpus)[-1], sentiment="positive")
    for utterance in utterances(corpus)[:-1]:
        judge(published, utterance)
    out = export(corpus, tmp_path / "out", "--split", "source", "--raters", "source")
    assert {split: about["rows"] for split, about in manifest(out)["splits"].items()} == {
        "train": 4,
        "dev": 2,
        "test": 6,
    }
    assert rows(out)[-1]["labels"]["sentiment"] == {
        "label": "positive",
        "source": "single",
        "votes": {"published": "positive"},
    }


def test_clips_are_named_if_they_are_copied(corpus: Corpus, tmp_path: Path) -> None:
    sha256 = with_clip(corpus, b"moving pictures")
    without = export(corpus, tmp_path / "without")
    assert {row["clip"] for row in rows(without)} == {None}
    assert "clips" not in {path.name for path in without.iterdir()}
    copied = export(corpus, tmp_path / "copied", "--clips")
    assert {row["clip"] for row in rows(copied)} == {None, f"clips/{sha256}.mp4"}
    assert (copied / "clips" / f"{sha256}.mp4").read_bytes() == b"moving pictures"
    assert manifest(copied)["files"][f"clips/{sha256}.mp4"] == {"sha256": sha256, "bytes": 15, "rows": 0}


def test_clip_of_earlier_bounds_is_not_named(corpus: Corpus, tmp_path: Path) -> None:
    with_clip(corpus, b"moving pictures")
    first = utterances(corpus)[0]
    assert first.end_ms is not None
    first.end_ms += 100
    first.save()
    assert {row["clip"] for row in rows(export(corpus, tmp_path / "out", "--clips"))} == {None}


def test_damaged_clip_stops_the_export_and_leaves_nothing(corpus: Corpus, tmp_path: Path) -> None:
    sha256 = with_clip(corpus, b"moving pictures")
    clip = utterances(corpus)[0].clips.get().file.path
    clip.write_bytes(b"moving")
    status, message = failure(corpus.slug, tmp_path / "out", "--clips")
    assert (status, f"clips/{sha256}.mp4" in message) == (1, True)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_reported_and_leaves_nothing(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_kwargs: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(ChecksummedFile, "write", full)
    assert failure(corpus.slug, tmp_path / "out") == (
        1,
        "The disk is full, so no release was written. Free some space and try again.",
    )
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_to_a_nearly_full_disk(corpus: Corpus, tmp_path: Path, settings: Any) -> None:
    settings.MIN_FREE_BYTES = 2**60
    status, message = failure(corpus.slug, tmp_path / "out")
    assert (status, message[:22]) == (1, "Not enough disk space:")
    assert list(tmp_path.iterdir()) == []


def test_an_unwritable_folder_is_reported(corpus: Corpus, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    status, message = failure(corpus.slug, tmp_path / "file" / "out")
    assert (status, str(tmp_path / "file") in message) == (1, True)


def test_an_impossible_split_is_reported_and_leaves_nothing(corpus: Corpus, tmp_path: Path) -> None:
    status, message = failure(corpus.slug, tmp_path / "out", "--group", "episode")
    assert status == 1
    assert "has no episode" in message
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_other_files_is_left_alone(corpus: Corpus, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("precious", encoding="utf-8")
    assert failure(corpus.slug, tmp_path)[0] == 2
    assert failure(corpus.slug, tmp_path, "--force")[0] == 2
    assert contents(tmp_path) == {"mine": b"precious"}


def test_force_replaces_an_earlier_release(corpus: Corpus, tmp_path: Path) -> None:
    out = export(corpus, tmp_path / "out", "--seed", "1")
    (out / "stray").write_text("left over", encoding="utf-8")
    assert failure(corpus.slug, out)[0] == 2
    export(corpus, out, "--seed", "2", "--force")
    assert manifest(out)["seed"] == 2
    assert not (out / "stray").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_invalid_arguments_end_with_status_2(corpus: Corpus, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert failure("nowhere", out) == (2, "There is no corpus nowhere.")
    assert failure(corpus.slug, out, "--ratios", "80,20")[0] == 2
    status, message = failure(corpus.slug, out, "--raters", "nobody")
    assert status == 2
    assert message == ("No such rater: nobody. The raters of this corpus are: annotator-1, annotator-2, annotator-3.")
    assert failure(CorpusFactory().slug, out)[0] == 2


def test_a_registered_release_has_the_same_files(corpus: Corpus, tmp_path: Path) -> None:
    plain = export(corpus, tmp_path / "plain")
    kept = export(corpus, tmp_path / "kept", "--register", "v1")
    files = contents(plain)
    assert {name for name, content in contents(kept).items() if files[name] != content} == NAMED
    release = Release.objects.get(corpus=corpus, name="v1")
    assert release.manifest == manifest(kept)
    assert failure(corpus.slug, tmp_path / "again", "--register", "v1")[0] == 1


@pytest.mark.parametrize("purpose", [purpose for purpose in Purpose if purpose != Purpose.MAIN])
def test_answers_for_another_purpose_are_in_no_release(corpus: Corpus, tmp_path: Path, purpose: str) -> None:
    before = contents(export(corpus, tmp_path / "before"))
    raters = [*Rater.objects.filter(corpus=corpus), RaterFactory(corpus=corpus, slug="newcomer")]
    for rater in raters:
        AnnotationFactory(
            rater=rater,
            utterance=utterances(corpus)[0],
            codebook=corpus.codebook,
            purpose=purpose,
            answers=answered(sentiment="positive"),
        )
    assert contents(export(corpus, tmp_path / "after")) == before


def test_annotations_are_read_once(corpus: Corpus, tmp_path: Path) -> None:
    raters = ["annotator-1", "annotator-2", "annotator-3"]
    with CaptureQueriesContext(connection) as queries:
        export(corpus, tmp_path / "out", "--raters", *raters)
    reading = [query["sql"] for query in queries if 'FROM "corpus_annotation"' in query["sql"]]
    assert len(reading) == 1, "the time of the newest answer and the codebook versions come with the answers"


def test_answers_without_their_codes_stop_the_export(corpus: Corpus, tmp_path: Path) -> None:
    Annotation.objects.filter(utterance=utterances(corpus)[-1], rater__slug="annotator-2").update(codes=None)
    status, message = failure(corpus.slug, tmp_path / "out")
    assert (status, f"manage.py rebuild_codes {corpus.slug}" in message) == (1, True)
    assert list(tmp_path.iterdir()) == []


def test_answers_under_another_version_are_released_for_unchanged_questions(corpus: Corpus, tmp_path: Path) -> None:
    document = as_document(parse(CODEBOOK.replace("[neutral, joy, anger]", "[neutral, joy, fear]")))
    earlier = CodebookVersionFactory(corpus=corpus, version=9, source="earlier", document=document)
    last = utterances(corpus)[-1]
    changed = Annotation.objects.get(utterance=last, rater__slug="annotator-2")
    changed.codebook, changed.codes = earlier, earlier.layout().encode(changed.answers or {})
    changed.save()
    found = next(row for row in rows(export(corpus, tmp_path / "out")) if row["id"] == last.code)
    assert list(found["labels"]["sentiment"]["votes"]) == ["annotator-1", "annotator-2", "annotator-3"]
    assert list(found["labels"]["emotion"]["votes"]) == ["annotator-1", "annotator-3"]
