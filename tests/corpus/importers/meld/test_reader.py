from pathlib import Path

import pytest

from common.errors import Refused
from corpus.importers.registry import IMPORTERS
from tests.corpus.importers.meld import folder
from tests.corpus.importers.meld.folder import TRAIN


def test_rows_become_dialogues_with_their_labels_and_remarks(tmp_path: Path) -> None:
    source = IMPORTERS["meld"].read(folder.write(tmp_path))
    dialogues = list(source.read_dialogues())
    assert [(each.code, each.split, len(each.utterances)) for each in dialogues] == [
        ("train-0", "train", 2),
        ("train-1", "train", 1),
        ("dev-0", "dev", 1),
    ]
    assert [each.episode for each in dialogues] == ["S08E21", "S08E21", "S04E07"]
    first = dialogues[0].utterances[0]
    assert (first.code, first.speaker, first.start_ms, first.end_ms) == ("train-0-0", "Ann", 976059, 981731)
    assert first.answers["meld"].answers == {"sentiment": "positive", "emotion": "joy"}
    assert first.answers["meld"].raw["Season"] == "8"
    assert [(each.file, each.row, each.column, each.problem, each.action) for each in source.remarks] == [
        ("train_sent_emo.csv", 3, "StartTime", "overlaps_previous", "kept"),
        ("train_sent_emo.csv", 4, "EndTime", "no_length", "times left empty"),
        ("dev_sent_emo.csv", 2, "EndTime", "ends_before_start", "times left empty"),
    ]
    assert dialogues[1].utterances[0].start_ms is None


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("joy", "glee", "import.unknown_label"),
        ("neutral,neutral", "neutral,mixed", "import.unknown_label"),
        ("Dialogue_ID", "Dia", "import.header"),
        (",0,1,8", ",0,0,8", "import.id_twice"),
        (",0,1,8", ",0,x,8", "import.id_unreadable"),
        (",1,0,8", ",,0,8", "import.id_unreadable"),
        ("Ben,", "", "import.columns"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(tmp_path: Path, old: str, new: str, code: str) -> None:
    given = folder.write(tmp_path, TRAIN.replace(old, new, 1))
    with pytest.raises(Refused) as caught:
        list(IMPORTERS["meld"].read(given).read_dialogues())
    assert caught.value.code == code
    if code == "import.header":
        assert "Dialogue_ID" in str(caught.value.params["expected"])
        assert "Dia," in str(caught.value.params["found"])


def test_the_published_files_are_read_completely(shared: Path) -> None:
    source = IMPORTERS["meld"].read(shared / "data" / "meld")
    splits: dict[str, int] = {}
    splits_of: dict[str, set[str]] = {}
    for dialogue in source.read_dialogues():
        splits_of.setdefault(dialogue.episode, set()).add(dialogue.split)
        splits[dialogue.split] = splits.get(dialogue.split, 0) + len(dialogue.utterances)
    assert sorted(splits_of) == [episode.title for episode in source.series[0].episodes]
    assert (len(splits_of), sum(len(found) > 1 for found in splits_of.values())) == (190, 156)
    assert splits == {"train": 9989, "dev": 1109, "test": 2610}
    assert source.remarks.counts() == {"overlaps_previous": 822, "no_length": 1}
