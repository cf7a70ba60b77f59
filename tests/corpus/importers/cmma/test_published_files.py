from pathlib import Path

import pytest

from corpus.importers.registry import IMPORTERS


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "data" / "cmma"


def test_the_published_files_have_these_defects(folder: Path) -> None:
    source = IMPORTERS["cmma"].read(folder)
    assert len(list(source.read_dialogues())) == 3000
    assert (source.counts.dialogues, source.counts.utterances, source.counts.speakers) == (3000, 21795, 459)
    assert source.remarks.counts() == {
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
        "id_without_number": 2,
        "name_with_spaces": 1,
        "header_misspelt": 1,
    }
