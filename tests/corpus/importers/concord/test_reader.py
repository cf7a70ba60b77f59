import json
from pathlib import Path

import pytest

from common.errors import Refused
from corpus.importers.registry import IMPORTERS
from corpus.rules.codebook import as_document, parse
from tests.corpus.importers.concord import folder
from tests.corpus.importers.concord.folder import CODEBOOK


def test_votes_labels_splits_and_codebook_return(tmp_path: Path) -> None:
    source = IMPORTERS["concord"].read(folder.write(tmp_path))
    first, second = source.read_dialogues()
    assert (first.split, second.split, first.episode) == ("train", "test", "E1")
    answers = first.utterances[0].answers
    assert answers["annotator-1"].answers == {
        "emotion": "joy",
        "sentiment": "positive",
        "cues": ["voice"],
        "emotion_sentiment": 1,
    }
    assert json.loads(answers["annotator-2"].raw["label.emotion"]) == "joy"
    assert answers["annotator-2"].raw["source.sentiment"] == "tie"
    # a release that withholds all raters still has its labels
    assert second.utterances[0].answers["labels"].answers["cues"] == ["voice"]
    assert as_document(parse(source.codebook_yaml)) == as_document(parse(CODEBOOK))


@pytest.mark.parametrize("name", sorted(Path("corpus/shipped_codebooks").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_codebook_survives_as_yaml(name: Path) -> None:
    from corpus.importers.concord.codebook_yaml import as_yaml

    codebook = parse(name.read_text(encoding="utf-8"))
    assert as_document(parse(as_yaml(codebook))) == as_document(codebook)


def test_a_release_without_rows_or_with_another_codebook_is_refused(tmp_path: Path) -> None:
    folder.write(tmp_path)
    for path in tmp_path.glob("*.jsonl"):
        path.unlink()
    with pytest.raises(Refused, match=r"train\.jsonl"):
        IMPORTERS["concord"].read(tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps({"codebook": {"format": "other"}}), encoding="utf-8")
    with pytest.raises(Refused, match="codebook"):
        IMPORTERS["concord"].read(tmp_path)


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({"emotion": "joy"}, "emotion"),
        ({"emotion": {"votes": "joy"}}, "votes"),
        ({"emotion": {"votes": [{"state": "answered"}]}}, "rater"),
        ([], "labels"),
    ],
)
def test_a_row_of_another_form_is_refused_with_its_place(tmp_path: Path, labels: object, expected: str) -> None:
    folder.write(tmp_path)
    row = {"id": "u", "dialogue": "d", "text": "x", "labels": labels}
    (tmp_path / "dev.jsonl").write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(Refused) as caught:
        list(IMPORTERS["concord"].read(tmp_path).read_dialogues())
    assert (caught.value.params["file"], caught.value.params["where"]) == ("dev.jsonl", "1")
    assert caught.value.params["expected"] == expected


def test_a_codebook_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"codebook": {"tasks": "x"}}), encoding="utf-8")
    with pytest.raises(Refused) as caught:
        IMPORTERS["concord"].read(tmp_path)
    assert caught.value.code == "import.codebook_unreadable"
