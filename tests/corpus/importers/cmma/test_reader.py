from pathlib import Path

import pytest

from common.errors import Refused
from corpus.importers.cmma.reader import CmmaImporter
from corpus.importers.source import Source, SourceDialogue
from tests.corpus.importers.cmma import folder
from tests.corpus.importers.cmma.folder import DEV, ROLES, TRAIN


def read(folder: Path) -> Source:
    return CmmaImporter().read(folder)


def dialogues(source: Source) -> list[SourceDialogue]:
    return list(source.dialogues)


def test_every_defect_has_a_remark_with_its_treatment(tmp_path: Path) -> None:
    source = read(folder.write(tmp_path))
    emo, sar, age = "Relevancy(Emo→Sen)", "Relevancy(Sar→Hum)", "Age（少年、青年、中年、老年）"
    assert emo in dialogues(source)[0].utterances[0].answers["cmma"].raw
    found = {(each.file, each.row, each.column, each.raw, each.problem, each.action) for each in source.remarks}
    assert found == {
        ("CMMA-RoleIntroduction.csv", 3, "Speaker", "大强 ", "name_with_spaces", "read as 大强"),
        ("CMMA-RoleIntroduction.csv", 3, age, "40-50岁", "age_reworded", "read as middle-aged"),
        ("train.csv", 3, "UtteranceID", "C_1_U_", "id_without_number", "read as C_1_U_3"),
        ("train.csv", 3, "StartTime", "00:00:01,25", "time_misspelt", "read as 1250 ms"),
        ("train.csv", 3, "EndTime", ">00:00:02,500", "time_misspelt", "read as 2500 ms"),
        ("train.csv", 4, "StartTime", "00:00:02500", "time_misspelt", "read as 2500 ms"),
        ("train.csv", 4, sar, "0.5", "half_step", "rounded away from zero to 1"),
        ("train.csv", 5, "", "", "blank_row", "skipped"),
        ("train.csv", 6, "EndTime", "00:00:02,000", "ends_before_start", "times left empty"),
        ("train.csv", 6, sar, "-1", "pull_of_nothing_on_nothing", "kept"),
        ("train.csv", 7, "EndTime", "00:00:02,000", "no_length", "times left empty"),
        ("train.csv", 7, "Love", "emptylove", "label_misspelt", "read as empty"),
        ("train.csv", 7, "Speaker", "路人", "speaker_not_described", "added by name alone"),
        ("dev.csv", 2, "ConversationID", "C_3", "topic_missing", "left empty"),
        ("dev.csv", 2, sar, "-0.5", "half_step", "rounded away from zero to -1"),
        ("dev.csv", 2, sar, "-0.5", "pull_of_nothing_on_nothing", "kept"),
        ("dev.csv", 3, "StartTime", "00:00:01,500", "overlaps_previous", "kept"),
        ("test.csv", 1, "CoversationID", "CoversationID", "header_misspelt", "read as ConversationID"),
        ("test.csv", 2, "Emotion", "digust", "label_misspelt", "read as disgust"),
    }


def test_dialogues_are_read_in_terms_of_the_codebook(tmp_path: Path) -> None:
    source = read(folder.write(tmp_path))
    assert [(each.code, each.split, each.topic, len(each.utterances)) for each in dialogues(source)] == [
        ("C_1", "train", "小梅怪大强迟到", 3),
        ("C_2", "train", "大强夸孩子", 2),
        ("C_3", "dev", "", 2),
        ("C_4", "test", "两个人打招呼", 2),
    ]
    first = dialogues(source)[0].utterances
    assert [(each.code, each.speaker, each.start_ms, each.end_ms) for each in first] == [
        ("C_1_U_1", "小梅", 0, 1250),
        ("C_1_U_3", "大强", 1250, 2500),
        ("C_1_U_2", "小梅", 2500, 4000),
    ]
    assert first[2].answers["cmma"].answers == {
        "sentiment": "negative",
        "emotion": "disgust",
        "sarcasm": "yes",
        "humor": "yes",
        "pride": "no",
        "love": "none",
        "emotion_sentiment": 1,
        "sarcasm_humor": 1,
    }
    assert first[2].answers["cmma"].raw == {
        "UtteranceID": "C_1_U_2",
        "StartTime": "00:00:02500",
        "EndTime": "00:00:04,000",
        "Emotion": "disgust",
        "Sentiment": "negative",
        "Sarcasm": "sarcastic",
        "Humor": "humor",
        "Relevancy(Emo→Sen)": "1",
        "Relevancy(Sar→Hum)": "0.5",
        "Pride": "none",
        "Love": "none",
    }
    assert [(each.start_ms, each.end_ms) for each in dialogues(source)[1].utterances] == [(None, None), (None, None)]


def test_speakers_are_described_or_named(tmp_path: Path) -> None:
    [series] = read(folder.write(tmp_path)).series
    assert series.name == "CMMA"
    assert [(each.name, each.gender, each.age_group, each.notes) for each in series.speakers] == [
        ("小梅", "female", "young", {"profession": "老师", "personality": "心直口快，待人真诚", "age": "青年"}),
        ("大强", "male", "middle-aged", {"profession": "司机", "age": "40-50岁"}),
        ("路人", "", "", {}),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_files_converted_to_unicode_give_the_same_source(tmp_path: Path, encoding: str) -> None:
    original = read(folder.write(tmp_path))
    assert read(folder.write(tmp_path, encoding)) == original


@pytest.mark.parametrize(
    ("changed", "code", "params"),
    [
        ({"dev": DEV.replace(",Love", "")}, "import.header", {"file": "dev.csv"}),
        ({"dev": DEV.replace(",你好,", ",你,好,", 1)}, "import.columns", {"row": 2, "found": 15, "expected": 14}),
        ({"dev": DEV.replace("neutral", "glee", 1)}, "import.unknown_label", {"column": "Emotion", "value": "glee"}),
        ({"dev": DEV.replace("0,-0.5", "3,-0.5")}, "import.unknown_label", {"column": "Relevancy(Emo→Sen)"}),
        ({"dev": DEV.replace("00:00:01,500", "soon")}, "import.time_unreadable", {"row": 3, "value": "soon"}),
        ({"dev": DEV.replace("C_3_U_2", "C_3_U_1")}, "import.id_twice", {"row": 3, "id": "C_3_U_1"}),
        ({"dev": DEV.replace("C_3_U_2", "C_9_U_2")}, "import.id_unreadable", {"row": 3, "id": "C_9_U_2"}),
        ({"dev": DEV.replace("C_3,", "3,")}, "import.id_unreadable", {"row": 2, "id": "3"}),
        ({"dev": TRAIN}, "import.id_twice", {"file": "dev.csv"}),
        ({"CMMA-RoleIntroduction": ROLES[8:]}, "import.header", {"file": "CMMA-RoleIntroduction.csv"}),
    ],
)
def test_unreadable_rows_are_refused_with_file_and_row(
    tmp_path: Path, changed: dict[str, str], code: str, params: dict[str, str | int]
) -> None:
    with pytest.raises(Refused) as caught:
        read(folder.write(tmp_path, **changed))
    assert caught.value.code == code
    assert {key: caught.value.params[key] for key in params} == params


def test_an_unknown_encoding_is_refused(tmp_path: Path) -> None:
    folder.write(tmp_path)
    (tmp_path / "dev.csv").write_bytes(b"ID\n1\n" + bytes(range(128, 256)) * 20)
    with pytest.raises(Refused) as caught:
        read(tmp_path)
    assert (caught.value.code, caught.value.params) == ("import.encoding", {"file": "dev.csv", "line": 3, "byte": 6})


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder.write(tmp_path)
    (tmp_path / "CMMA-TopicDescription.csv").unlink()
    with pytest.raises(Refused) as caught:
        read(tmp_path)
    assert (caught.value.code, caught.value.params) == ("import.file_missing", {"file": "CMMA-TopicDescription.csv"})


def test_rows_are_numbered_as_in_a_spreadsheet(tmp_path: Path) -> None:
    places = [(each.file, [line.row for line in each.utterances]) for each in dialogues(read(folder.write(tmp_path)))]
    assert places == [("train.csv", [2, 3, 4]), ("train.csv", [6, 7]), ("dev.csv", [2, 3]), ("test.csv", [2, 3])]
