from baseline.data.dialogues import dialogue_ranges, sorted_by_dialogue
from tests.baseline.material import utterance


def test_rows_are_sorted_within_dialogues_and_dialogues_by_their_first_row() -> None:
    rows = [
        utterance("x2", dialogue="x", order=2),
        utterance("y1", dialogue="y", order=1),
        utterance("x1", dialogue="x", order=1),
    ]
    found = sorted_by_dialogue(rows)
    assert [row.text for row in found] == ["x1", "x2", "y1"]
    assert dialogue_ranges(found) == [range(2), range(2, 3)]
