from baseline.data.dialogues import group_dialogues
from tests.baseline.material import utterance


def test_rows_are_sorted_within_dialogues_and_dialogues_by_their_first_row() -> None:
    rows = [
        utterance("x2", dialogue="x", order=2),
        utterance("y1", dialogue="y", order=1),
        utterance("x1", dialogue="x", order=1),
    ]
    assert [[row.text for row in dialogue] for dialogue in group_dialogues(rows)] == [["x1", "x2"], ["y1"]]
