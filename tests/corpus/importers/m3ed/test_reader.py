import copy
from pathlib import Path

import pytest

from common.errors import Refused
from corpus.importers.registry import IMPORTERS
from tests.corpus.importers.m3ed import folder
from tests.corpus.importers.m3ed.folder import CONTENT


def test_frames_raters_and_several_emotions_are_read(tmp_path: Path) -> None:
    source = IMPORTERS["m3ed"].read(folder.write(tmp_path))
    [dialogue] = source.read_dialogues()
    first, second = dialogue.utterances
    assert (dialogue.split, first.speaker, first.start_ms, first.end_ms) == ("dev", "小雨", 40, 1120)
    assert {rater: given.answers["emotion"] for rater, given in first.answers.items()} == {
        "m3ed-1": ["joy", "surprise"],
        "m3ed-2": ["joy"],
        "m3ed-3": ["neutral"],
    }
    assert first.answers["m3ed-1"].raw["final_mul_emo"] == "Happy,Surprise"
    assert sorted(second.answers) == ["m3ed-1"]
    assert [(each.row, each.column, each.raw, each.problem) for each in source.remarks] == [
        (2, "EndTime", "00:00:01:00 00:00:01:00", "no_length"),
        (2, "EmoAnnotator2", "Bored", "answer_unknown"),
    ]
    assert [(each.name, each.gender, each.age_group, each.notes) for each in source.series[0].speakers] == [
        ("小雨", "female", "middle-aged", {"other names": "雨姐"}),
        ("老周", "male", "old", {}),
    ]


def test_overlaps_and_unlisted_series_are_remarked(tmp_path: Path) -> None:
    content = copy.deepcopy(CONTENT)
    content["anjia"] = content.pop("shao")
    content["anjia"]["shao_1"]["Dialog"]["shao_1_2"]["EndTime"] = "00:00:02:00"
    source = IMPORTERS["m3ed"].read(folder.write(tmp_path, content))
    [dialogue] = source.read_dialogues()
    assert dialogue.split == ""
    assert {"overlaps_previous", "split_unknown"} <= set(source.remarks.counts())


def test_another_form_is_refused_with_what_was_found(tmp_path: Path) -> None:
    content = copy.deepcopy(CONTENT)
    del content["shao"]["shao_1"]["Dialog"]["shao_1_1"]["EmoAnnotation"]
    with pytest.raises(Refused) as caught:
        list(IMPORTERS["m3ed"].read(folder.write(tmp_path, content)).read_dialogues())
    assert (caught.value.params["expected"], caught.value.params["where"]) == ("EmoAnnotation", "shao_1_1")
