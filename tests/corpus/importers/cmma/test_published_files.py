from pathlib import Path

import pytest

from corpus.importers.cmma.reader import read


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "data" / "cmma"


def test_the_published_files_have_these_defects(folder: Path) -> None:
    source = read(folder)
    assert (len(source.dialogues), source.utterance_count(), len(source.speakers)) == (3000, 21795, 459)
    assert source.finding_counts() == {
        "pull_of_nothing_on_nothing": 6402,
        "blank_row": 1912,
        "speaker_not_described": 254,
        "overlaps_previous": 48,
        "label_misspelt": 17,
        "age_reworded": 7,
        "ends_before_start": 7,
        "time_misspelt": 5,
        "no_length": 3,
        "half_step": 3,
        "repeated_block": 2,
        "id_without_number": 2,
        "name_with_spaces": 1,
        "header_misspelt": 1,
        "duplicate_dialogue": 1,
    }
    blocks = [(each.file, each.row, each.action) for each in source.findings if each.problem == "repeated_block"]
    assert blocks == [
        ("train.csv", 2491, "kept; from here on a block of 200 rows repeats"),
        ("test.csv", 3721, "kept; from here on a block of 32 rows repeats"),
    ]
    assert [(each.raw, each.action) for each in source.findings if each.problem == "duplicate_dialogue"] == [
        ("C_206", "kept beside C_205")
    ]
