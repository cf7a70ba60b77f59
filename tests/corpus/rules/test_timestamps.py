import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.rules.timestamps import milliseconds, stamp


@pytest.mark.parametrize(
    ("ms", "text"), [(0, "0:00.000"), (61_005, "1:01.005"), (3_599_999, "59:59.999"), (3_600_000, "1:00:00.000")]
)
def test_stamps(ms: int, text: str) -> None:
    assert stamp(ms) == text


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("1500", 1500),
        (" 01:02.5 ", 62_500),
        ("1:02,05", 62_050),
        ("75:00", 4_500_000),
        ("1:00:01", 3_601_000),
        ("1：02", 62_000),
    ],
)
def test_times_as_people_write_them(text: str, ms: int) -> None:
    assert milliseconds(text) == ms


@pytest.mark.parametrize("text", ["", "a", "1.5", "-5", "1:60", "1:60:00", "1:2:3:4", "1:02.1234", "٣", "9999999999"])
def test_invalid_times_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        milliseconds(text)


@given(st.integers(0, 30 * 3_600_000))
def test_a_stamp_is_read_back(ms: int) -> None:
    assert milliseconds(stamp(ms)) == ms
