import csv
import io
from typing import Any

from export.formats import csv_table
from export.rows.columns import PLAIN


def row(text: str, label: Any) -> dict[str, Any]:
    plain = dict.fromkeys(PLAIN) | {"id": "u", "text": text}
    return {**plain, "labels": {"mood": {"label": label, "source": "single", "votes": {"a": label}}}}


def read_back(data: bytes) -> list[str]:
    (cells,) = csv.reader(io.StringIO(data.decode(), newline=""))
    return cells


def test_any_text_is_read_back_unchanged() -> None:
    for text in ("- 你好", "=1+1", "@all", 'a "quoted", word', "two\nlines", "tab\there"):
        assert read_back(csv_table.line(row(text, "joy"), ["mood"]))[6] == text


def test_lines_end_with_a_line_feed_only() -> None:
    assert csv_table.line(row("a", "joy"), ["mood"]).endswith(b"\n")
    assert b"\r" not in csv_table.header(["mood"])


def test_sets_and_missing_labels_are_distinguished() -> None:
    assert read_back(csv_table.line(row("a", ["joy", "anger"]), ["mood"]))[-3:] == [
        '["joy","anger"]',
        "single",
        '{"a":["joy","anger"]}',
    ]
    assert read_back(csv_table.line(row("a", None), ["mood"]))[-3:] == ["", "single", '{"a":null}']
