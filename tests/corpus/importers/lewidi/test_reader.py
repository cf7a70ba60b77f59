from pathlib import Path

import pytest

from common.errors import Refused
from corpus.importers.registry import IMPORTERS
from corpus.rules.codebook import parse
from tests.corpus.importers.lewidi import folder


def test_every_annotator_owns_their_label(tmp_path: Path) -> None:
    source = IMPORTERS["lewidi"].read(folder.write(tmp_path))
    first, second, third = source.read_dialogues()
    question = "hate_speech_detection"
    assert {rater: given.answers[question] for rater, given in first.utterances[0].answers.items()} == {
        "Ann1": "0",
        "Ann2": "1",
        "Ann3": "0",
    }
    assert second.utterances[0].answers == {}
    assert [(each.row, each.raw, each.problem) for each in source.remarks] == [(2, "2", "votes_differ")]
    assert [(each.speaker, sorted(each.answers)) for each in third.utterances] == [
        ("context", []),
        ("response", ["Ann2", "Ann4"]),
    ]
    assert [each.split for each in (first, second, third)] == ["train", "train", "test"]
    assert [each.slug for each in source.raters] == ["Ann1", "Ann2", "Ann3", "Ann4"]
    assert parse(source.codebook_yaml).tasks[0].slugs() == ("0", "1")


def test_an_item_without_annotations_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        IMPORTERS["lewidi"].read(folder.write(tmp_path, {"1": {"text": "Well.", "annotators": "Ann1"}}))
    assert caught.value.params["expected"] == "annotations"
