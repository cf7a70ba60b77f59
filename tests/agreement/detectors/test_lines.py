from itertools import pairwise

import numpy as np
import pytest

from agreement.detectors import lines as module
from agreement.detectors.lines import Lines, Row
from agreement.detectors.material import combined


def rows(count: int) -> list[Row]:
    return [
        Row(f"d-{n // 3}", f"D{n // 3}", f"u-{n}", "", n or None, f"S{n % 2}", f"Zeile {n} \ud800 你好")
        for n in range(count)
    ]


def test_lines_return_the_rows_they_were_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IN_MEMORY", 10)
    monkeypatch.setattr(module, "CHUNK", 4)
    given = rows(11)
    lines = Lines(given)
    assert list(lines) == list(lines[:]) == given
    assert (lines[10], lines[-1], lines[2:5]) == (given[10], given[10], given[2:5])
    assert lines.dialogue.tolist() == [n // 3 for n in range(11)]
    assert lines.utterances(np.array([3, 1])) == ["u-3", "u-1"]
    assert lines.dialogues(np.array([2])) == ["d-2"]


def test_lines_find_rows_by_public_ids() -> None:
    lines = Lines(rows(11))
    assert lines.rows_of(["u-7", "u-2", "unknown"]).tolist() == [2, 7]
    assert lines.rows_of_dialogues(["d-1"]).tolist() == [3, 4, 5]
    assert lines.rows_of([]).tolist() == []


def test_keys_are_equal_for_texts_that_differ_in_case_and_punctuation_alone() -> None:
    texts = ["Well, yes!", "well yes", "Well, no", "...", "?!"]
    lines = Lines([Row("d", "D", f"u-{n}", "", None, "S", text) for n, text in enumerate(texts)])
    same = [one == other for one, other in pairwise(lines.text_keys.tolist())]
    assert same == [True, False, False, True]
    assert lines.text_keys.tolist()[3:] == [0, 0]
    assert len(set(lines.spoken_keys.tolist())) == 5


def test_a_public_id_that_would_be_cut_is_an_error() -> None:
    with pytest.raises(ValueError, match="36"):
        Lines([Row("d", "D", "u" * 37, "", None, "S", "t")])


def test_columns_of_far_apart_values_are_combined_without_overflow() -> None:
    far = np.array([-(1 << 63), 0, (1 << 63) - 1, 0], dtype=np.int64)
    other = np.array([-(1 << 61), 1 << 61, 0, 1 << 61], dtype=np.int64)
    found = combined([far, other, far]).tolist()
    assert len(set(found)) == 3
    assert found[1] == found[3]
