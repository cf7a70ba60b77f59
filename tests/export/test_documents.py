"""The documents of a release, made from its records."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from common.models import User
from config.demo.build import FOLDER
from corpus.models import Corpus, Finding, Rater, Utterance
from export.domain.datasheet import answer_datasheet
from export.metadata.datasheet_questions import QUESTIONS, UNANSWERED, questions_for
from tests.every_kind.conftest import every_kind
from tests.every_kind.material import labelled
from tests.export.material import export, manifest, native_rows, released_corpus, with_clip
from tests.factories import SpeakerFactory
from tests.refusals import refused

pytestmark = pytest.mark.django_db
__all__ = ["every_kind"]  # a fixture


@pytest.fixture
def corpus() -> Corpus:
    return released_corpus()


def test_every_row_fits_the_schema(tmp_path: Path, every_kind: str) -> None:
    out = export(labelled(every_kind), tmp_path / "out", "--incomplete", "include", "--consensus", "soft")
    schema = json.loads((out / "schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    rows = native_rows(out)
    assert rows
    for row in rows:
        validator.validate(row)
    rows[0]["start_ms"] = 1.5
    assert not validator.is_valid(rows[0])


def test_the_card_names_the_files_and_the_type_of_every_column(corpus: Corpus, tmp_path: Path) -> None:
    out = export(corpus, tmp_path / "out", "--formats", "parquet")
    _, head, text = (out / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    found = yaml.safe_load(head)
    assert [each["path"] for each in found["configs"][0]["data_files"]] == [
        "train.parquet",
        "dev.parquet",
        "test.parquet",
    ]
    assert [each["name"] for each in found["dataset_info"]["features"]] == list(native_rows(out)[0])
    assert "Krippendorff's alpha" in text


def test_answers_are_in_every_later_release_and_gaps_are_flagged(corpus: Corpus, tmp_path: Path) -> None:
    first = export(corpus, tmp_path / "first")
    assert f"No answer to: {QUESTIONS[1].text}" in [flag["text"] for flag in manifest(first)["flags"]]
    assert UNANSWERED in (first / "DATASHEET.md").read_text(encoding="utf-8")
    answers = {question.slug: f"Answer to {question.slug}." for question in QUESTIONS}
    answer_datasheet(corpus=corpus, answers=answers, answered_by=None)
    second = export(corpus, tmp_path / "second")
    assert UNANSWERED not in (second / "DATASHEET.md").read_text(encoding="utf-8")
    assert not [flag for flag in manifest(second)["flags"] if flag["code"] == "unanswered"]
    croissant = json.loads((second / "croissant.json").read_text(encoding="utf-8"))
    for question in QUESTIONS:
        if question.croissant.startswith("rai:"):
            assert croissant[question.croissant] == f"Answer to {question.slug}."
    assert yaml.safe_load((second / "CITATION.cff").read_text(encoding="utf-8"))["authors"] == [
        {"name": "Answer to creators."}
    ]
    with refused("export.no_question"):
        answer_datasheet(corpus=corpus, answers={"nope": ""}, answered_by=None)


def test_documents_name_no_person(corpus: Corpus, tmp_path: Path) -> None:
    out = export(corpus, tmp_path / "out")
    names = list(User.objects.filter(memberships__corpus=corpus))
    assert names
    for path in out.iterdir():
        text = path.read_text(encoding="utf-8")
        assert not [user for user in names if user.username in text or (user.email and user.email in text)]


def test_croissant_has_the_checksum_of_the_data(corpus: Corpus, tmp_path: Path) -> None:
    out = export(corpus, tmp_path / "out")
    document = json.loads((out / "croissant.json").read_text(encoding="utf-8"))
    files = manifest(out)["files"]
    assert {each["name"]: each["sha256"] for each in document["distribution"]} == {
        f"{split}.jsonl": files[f"{split}.jsonl"]["sha256"] for split in ("train", "dev", "test")
    }


def test_speakers_in_several_splits_are_flagged_if_sound_and_pictures_are_released(
    corpus: Corpus, tmp_path: Path
) -> None:
    def codes(folder: Path) -> list[str]:
        return [flag["code"] for flag in manifest(folder)["flags"]]

    with_clip(corpus, b"clip")
    speaker = SpeakerFactory(series=corpus.dialogues.order_by("order")[0].series)
    Utterance.objects.filter(dialogue__corpus=corpus).update(speaker=speaker)
    corpus.dialogues.update(series=speaker.series)
    assert "speakers_shared" not in codes(export(corpus, tmp_path / "text"))
    assert "speakers_shared" in codes(export(corpus, tmp_path / "sound", "--clips"))


def test_a_published_split_that_is_not_used_is_stated_and_flagged(corpus: Corpus, tmp_path: Path) -> None:
    stated = "The source published a split of 6 dialogues, which is not used here"
    without = export(corpus, tmp_path / "without")
    assert stated not in (without / "README.md").read_text(encoding="utf-8")
    for number, dialogue in enumerate(corpus.dialogues.order_by("order")):
        corpus.dialogues.filter(pk=dialogue.pk).update(source_split=("train", "dev", "test")[number % 3])
    drawn, kept = export(corpus, tmp_path / "drawn"), export(corpus, tmp_path / "kept", "--split", "source")
    assert stated in (drawn / "README.md").read_text(encoding="utf-8")
    assert stated not in (kept / "README.md").read_text(encoding="utf-8")
    flags = [[flag["code"] for flag in manifest(each)["flags"]] for each in (without, drawn, kept)]
    assert ["published_split" in codes for codes in flags] == [False, True, False]


def test_the_card_alone_answers_ten_questions_of_a_reader(corpus: Corpus, tmp_path: Path) -> None:
    answers = {question.slug: f"Answer to {question.slug}." for question in QUESTIONS}
    answer_datasheet(corpus=corpus, answers=answers, answered_by=None)
    Finding.objects.create(
        corpus=corpus,
        source="repeated_block",
        kind="repeated_block",
        task="sentiment",
        rows={"file": "train.csv", "first_row": 3, "last_row": 9},
        evidence={"rows": 4},
        extent_count=7,
        extent_share=0.5,
        severity="severe",
        fingerprint="x",
    )
    card = (export(corpus, tmp_path / "out", "--seed", "4") / "README.md").read_text(encoding="utf-8")
    expected = {
        "size": "12 utterances in 6 dialogues; 6 series",
        "licence": "Labels: Answer to licence.",
        "how labels were made": "each on their own, up to 3 of them for an utterance.",
        "rule": "Labels follow by majority: the most frequent answer; a tie gives no label. Utterances by how their "
        "labels came about, each by its least certain label: 11 unanimous (`unanimous`), 1 tie (`tie`).",
        "meaning of a label": "| `sentiment` | `negative` | ",
        "utterances without a label": "| `sentiment` | no label |  | ",
        "agreement": "Krippendorff's alpha with its 95 % interval for these annotators, by dialogues as units: "
        "sentiment (ordinal) 0.87 (a single event, no interval).",
        "raters": "Raters: 3 members of the project, under pseudonyms. Answer to annotators.",
        "splits": "Drawn at random with the seed 4, stratified by labels (requested: train 80%, dev 10%, "
        "test 10%). No dialogue is in two splits",
        "known defects": "- sentiment, rows 3 to 9, 50 % of train.csv: ",
        "intended use": "Intended use: Answer to uses.",
        "consent": "3 were not asked in Concord: their answers are listed under pseudonyms.",
        "contact": "Contact: Answer to contact.",
    }
    assert [name for name, sentence in expected.items() if sentence not in card] == []


def test_labels_of_a_source_are_not_said_to_be_made_here(tmp_path: Path) -> None:
    corpus = released_corpus()
    Rater.objects.filter(corpus=corpus).update(kind="source", membership=None)
    out = export(corpus, tmp_path / "out", "--raters", "source")
    for name in ("README.md", "DATASHEET.md"):
        text = (out / name).read_text(encoding="utf-8")
        assert "The answers are those that the source published; nobody answered in Concord." in text
        assert "No member of the project is listed." in text
        assert "Members of the project" not in text


def test_the_demo_answers_every_question_of_its_datasheet() -> None:
    answers = yaml.safe_load((FOLDER / "datasheet.yaml").read_text(encoding="utf-8"))
    assert set(answers) == {question.slug for question in questions_for(has_source_labels=False)}
    assert all(isinstance(answer, str) and answer.strip() for answer in answers.values())
