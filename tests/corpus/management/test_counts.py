import pytest

from corpus.management.counts import counted


@pytest.mark.parametrize(
    ("count", "things", "expected"),
    [
        (0, "dialogues", "0 dialogues"),
        (1, "dialogues", "1 dialogue"),
        (2, "cues", "2 cues"),
        (1, "left_out", "1 left_out"),
    ],
)
def test_one_thing_is_named_in_the_singular(count: int, things: str, expected: str) -> None:
    assert counted(count, things) == expected
