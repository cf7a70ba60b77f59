"""The contract that every registered importer keeps."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from django.utils.translation import override

from common.errors import MESSAGES, Refused
from corpus.domain.codebooks.shipped_codebooks import shipped_codebooks
from corpus.domain.imports.published_corpora import import_source
from corpus.importers.base import Importer
from corpus.importers.cmma.reader import ROLES, TOPICS
from corpus.importers.concord.reader import release_rows
from corpus.importers.registry import IMPORTERS
from corpus.importers.source import Source, SourceDialogue, SourceSeries, SourceUtterance
from corpus.models import Annotation, Dialogue, Rater, Utterance
from corpus.rules.text_encodings import decode

ALL = pytest.mark.parametrize("importer", list(IMPORTERS), ids=lambda each: each.name)


def sample(importer: Importer, folder: Path) -> Path:
    """Write the sample of the importer's own test package, `tests.corpus.importers.<name>.folder`."""
    module = import_module(f"tests.corpus.importers.{importer.name.replace('-', '_')}.folder")
    return module.write(folder)  # type: ignore[no-any-return]


@ALL
def test_its_name_and_columns_are_fit_for_the_command(importer: Importer) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9-]*", importer.name)
    assert importer.summary
    assert all(isinstance(column, str) for column in importer.columns.values())


@ALL
def test_the_source_is_consistent(importer: Importer, tmp_path: Path) -> None:
    source = importer.read(sample(importer, tmp_path))
    series = {series.name: series for series in source.series}
    raters = {rater.slug for rater in source.raters}
    assert not source.codebook or source.codebook in shipped_codebooks()
    assert len(series) == len(source.series) > 0
    assert len(raters) == len(source.raters)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,60}", slug) for slug in raters)
    codes = []
    for dialogue in source.read_dialogues():
        codes.append(dialogue.code)
        assert dialogue.split in {"", "train", "dev", "test"}
        assert dialogue.episode in {"", *(episode.title for episode in series[dialogue.series].episodes)}
        assert dialogue.utterances
        assert len({each.code for each in dialogue.utterances}) == len(dialogue.utterances)
        for each in dialogue.utterances:
            assert set(each.answers) <= raters
            if each.start_ms is None or each.end_ms is None:
                assert each.start_ms is each.end_ms
            else:
                assert 0 <= each.start_ms < each.end_ms
    assert codes
    assert len(set(codes)) == len(codes)
    assert source.utterance_total in {0, source.counts.utterances}
    assert {f"remark.{remark.problem}" for remark in source.remarks} <= set(MESSAGES)


@ALL
@pytest.mark.django_db
def test_the_source_fits_the_database(importer: Importer, tmp_path: Path) -> None:
    source = importer.read(sample(importer, tmp_path))
    import_source(slug="sample", title="Sample", source=source, managers=[], progress=lambda _done, _total: None)
    assert (Dialogue.objects.count(), Utterance.objects.count()) == (source.counts.dialogues, source.counts.utterances)
    assert Rater.objects.count() == len(source.raters)
    assert Annotation.objects.exists() == bool(source.raters)


MELD = "Sr No.,Utterance,Speaker,Emotion,Sentiment,Dialogue_ID,Utterance_ID,Season,Episode,StartTime,EndTime"
CMMA = ("train.csv", "dev.csv", "test.csv", ROLES, TOPICS)
# importer -> files of another form, and the words of the refusal: what was expected, and what was found
FORMS: dict[str, list[tuple[dict[str, str], str, str]]] = {
    "cmma": [(dict.fromkeys(CMMA, "Sentence,Label\nx,y\n"), "Expected: ConversationID,", "Found: Sentence,Label")],
    "meld": [({"train_sent_emo.csv": "Sentence,Label\nx,y\n"}, f"Expected: {MELD}", "Found: Sentence,Label")],
    "emotionlines": [
        ({"friends.json": '{"a": 1}'}, "Expected: [[…]]", "Found: dict"),
        ({"friends.json": '[[{"speaker": "A", "utterance": "B"}]]'}, "Expected: annotation", "speaker, utterance"),
    ],
    "mustard": [
        ({"sarcasm_data.json": "[]"}, "Expected: {…}", "Found: list"),
        ({"sarcasm_data.json": '{"1": {"utterance": "A"}}'}, "Expected: show", "Found: utterance"),
        ({"sarcasm_data.json": '{"1": {"show": "A"}}', "folds.json": "{}"}, "Expected: […]", "Found: dict"),
        ({"mustard++_text.csv": "Sentence,Label\nx,y\n"}, "Expected: SCENE,", "Found: Sentence,Label"),
    ],
    "m3ed": [({"annotation.json": "[]"}, "Expected: {…}", "Found: list")],
    "cped": [({"train_split.csv": "Sentence,Label\nx,y\n"}, "Expected: TV_ID,", "Found: Sentence,Label")],
    "lewidi": [
        ({"x_train.json": "[]"}, "Expected: {…}", "Found: list"),
        ({"x_train.json": '{"1": {"text": "A"}}'}, "Expected: annotators", "Found: text"),
    ],
    "label-studio": [
        ({"export.json": '{"a": 1}'}, "Expected: […]", "Found: dict"),
        ({"export.json": '[{"id": 1}]'}, "Expected: data", "Found: id"),
    ],
    "eaf": [({"a.eaf": "<tt/>"}, "not ANNOTATION_DOCUMENT", "tt")],
    "doccano": [({"anna.jsonl": "[1]"}, "Expected: {…}", "Found: list")],
    "concord": [
        ({"manifest.json": '{"format": 1}'}, "Expected: codebook", "Found: format"),
    ],
}


@pytest.mark.parametrize(
    ("name", "files", "expected", "found"),
    [(name, *form) for name, forms in FORMS.items() for form in forms],
)
def test_a_file_of_another_form_is_refused_with_what_was_expected_and_found(
    tmp_path: Path, name: str, files: dict[str, str], expected: str, found: str
) -> None:
    for file, text in files.items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as caught:
        list(IMPORTERS[name].read(tmp_path).read_dialogues())
    assert expected in str(caught.value)
    assert found in str(caught.value)


def test_each_importer_has_files_of_another_form() -> None:
    assert set(FORMS) == set(IMPORTERS.names())


def test_text_that_is_no_json_and_a_file_that_is_too_large_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "friends.json").write_text('[\n[{"speaker": }]]', encoding="utf-8")
    with pytest.raises(Refused, match=r"friends\.json, row 2: this is no JSON") as caught:
        list(IMPORTERS["emotionlines"].read(tmp_path).read_dialogues())
    assert caught.value.code == "import.json"
    monkeypatch.setattr("corpus.importers.files.MOST_BYTES", 1 << 3)
    with pytest.raises(Refused, match=r"friends\.json is larger than") as caught:
        list(IMPORTERS["emotionlines"].read(tmp_path).read_dialogues())
    assert caught.value.code == "import.file_too_large"


def test_a_file_in_an_unknown_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    foreign = b'[\n["' + bytes(range(128, 256)) * 20
    (tmp_path / "friends.json").write_bytes(foreign)
    (tmp_path / "manifest.json").write_text('{"codebook": {"tasks": []}}', encoding="utf-8")
    (tmp_path / "train.jsonl").write_bytes(b'{"id": "1", "dialogue": "1", "text": "a", "raters": {}}\n' + foreign)
    with pytest.raises(Refused) as caught:
        list(IMPORTERS["emotionlines"].read(tmp_path).read_dialogues())
    expected = {"file": "friends.json", "line": 2, "byte": 5}
    assert (caught.value.code, caught.value.params) == ("import.encoding", expected)
    assert "line 2 (byte 5)" in str(caught.value)
    with override("zh-hans"):
        assert "第 2 行" in str(caught.value)
    with pytest.raises(Refused) as caught:
        list(release_rows(tmp_path))
    assert (caught.value.code, caught.value.params["line"]) == ("import.encoding", 3)


@pytest.mark.parametrize(("name", "file"), [("meld", "train_sent_emo.csv"), ("cmma", ROLES)])
def test_a_quotation_mark_that_is_never_closed_is_refused_with_its_row(tmp_path: Path, name: str, file: str) -> None:
    path = sample(IMPORTERS[name], tmp_path) / file
    first, *_rest = (decode(path.read_bytes()) or "").splitlines()
    path.write_text(first + '\n"' + "x" * 1_000_001, encoding="utf-8")
    with pytest.raises(Refused) as caught:
        list(IMPORTERS[name].read(tmp_path).read_dialogues())
    assert (caught.value.code, caught.value.params["row"]) == ("import.csv", 2)
    with override("zh-hans"):
        assert "第 2 行" in str(caught.value)


@ALL
def test_an_empty_folder_is_refused(importer: Importer, tmp_path: Path) -> None:
    with pytest.raises(Refused):
        list(importer.read(tmp_path).read_dialogues())


def test_control_characters_of_windows_are_repaired_with_a_remark_unless_texts_are_kept() -> None:
    lines = [SourceUtterance("u1", "", "He\x92s \x93lost\x94 it\x81", None, None, row=2)]
    lines.append(SourceUtterance("u2", "", "plain", None, None, row=3))
    source = Source([SourceSeries("S")], [SourceDialogue("d", "S", lines, file="friends.json")])
    [dialogue] = source.read_dialogues()
    assert [each.text for each in dialogue.utterances] == ["He’s “lost” it\x81", "plain"]
    [remark] = source.remarks
    assert (remark.row, remark.raw, remark.problem) == (2, lines[0].text, "windows_1252")
    exact = Source([SourceSeries("S")], [SourceDialogue("d", "S", lines)], is_exact=True)
    assert next(exact.read_dialogues()).utterances == lines
    assert len(exact.remarks) == 0
