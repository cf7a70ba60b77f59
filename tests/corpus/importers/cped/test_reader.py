from pathlib import Path

import pytest

from common.errors import Refused
from corpus.importers.registry import IMPORTERS
from tests.corpus.importers.cped import folder
from tests.corpus.importers.cped.folder import VALID


def test_rows_become_dialogues_with_three_answers(tmp_path: Path) -> None:
    source = IMPORTERS["cped"].read(folder.write(tmp_path))
    first, second = source.read_dialogues()
    assert (first.code, first.split, first.topic, first.series) == ("32_000", "dev", "scene: car", "TV 32")
    assert [each.answers["cped"].answers for each in first.utterances] == [
        {"sentiment": "negative", "emotion": "astonished", "dialogue_act": "question"},
        {"sentiment": "positive", "emotion": "positive_other", "dialogue_act": "statement_non_opinion"},
    ]
    assert second.utterances[0].answers["cped"].answers == {"sentiment": "neutral", "dialogue_act": "answer"}
    assert second.utterances[0].answers["cped"].raw["Emotion"] == "bored"
    assert [(each.row, each.column, each.raw, each.problem) for each in source.remarks] == [
        (4, "Emotion", "bored", "answer_unknown")
    ]
    people = {each.name: (each.gender, each.age_group, each.notes) for each in source.series[0].speakers}
    assert people["小雨"][:2] == ("female", "young")
    assert people["其他"] == ("", "", {})


def test_another_header_is_refused_with_both_headers(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        IMPORTERS["cped"].read(folder.write(tmp_path, VALID.replace("TV_ID", "TV")))
    assert str(caught.value.params["expected"]).startswith("TV_ID,")
    assert str(caught.value.params["found"]).startswith("TV,")


def test_a_dialogue_in_two_places_is_refused(tmp_path: Path) -> None:
    rows = VALID.splitlines(keepends=True)
    source = IMPORTERS["cped"].read(folder.write(tmp_path, "".join([*rows, rows[1]])))
    with pytest.raises(Refused, match="32_000"):
        list(source.read_dialogues())
