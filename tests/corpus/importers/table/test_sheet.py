import datetime
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils.translation import override

from common.errors import Refused
from corpus.importers.table.sheet import Table, open_table

ROWS = ["会话;话语", '甲;"你好，\n世界"', "乙;再见啊，我们明天见"]


def cells(path: Path, **options: Any) -> list[list[str]]:
    return [row.cells for row in open_table(path, **options).rows()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_encodings_and_quoted_line_ends(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes("\r\n".join(ROWS).encode(encoding))
    table = open_table(path)
    assert table.header == ["会话", "话语"]
    assert [(row.number, row.cells) for row in table.rows()] == [
        (2, ["甲", "你好，\n世界"]),
        (3, ["乙", "再见啊，我们明天见"]),
    ]


def test_big5_and_western_files(tmp_path: Path) -> None:
    (tmp_path / "big5.csv").write_bytes("對話,話\r\n1,你們說什麼，我沒有聽見，再說一次\r\n".encode("big5"))
    assert open_table(tmp_path / "big5.csv").header == ["對話", "話"]
    (tmp_path / "western.csv").write_bytes("id,text\r\n1,It’s a café\r\n".encode("cp1252"))
    assert cells(tmp_path / "western.csv") == [["1", "It’s a café"]]


@pytest.mark.parametrize(
    ("encoding", "text"), [("cp1252", "It’s a café"), ("big5", "你們說什麼，我沒有聽見"), ("gb18030", "你们说什么")]
)
def test_an_encoding_is_recognised_by_a_last_line_without_an_end(tmp_path: Path, encoding: str, text: str) -> None:
    (tmp_path / "t.csv").write_bytes(f"id,text\n1,{text}".encode(encoding))
    assert cells(tmp_path / "t.csv") == [["1", text]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_divides_all_rows_alike(tmp_path: Path, delimiter: str) -> None:
    text = "\n".join(delimiter.join(row) for row in (["a", "b", "c"], ["1", "x, y; z", "2"], ["3", "w", "4"]))
    path = tmp_path / "table.txt"
    quoted = text.replace("x, y; z", '"x, y; z"')
    path.write_text(quoted, encoding="utf-8")
    assert open_table(path).header == ["a", "b", "c"]
    assert cells(path)[0] == ["1", "x, y; z", "2"]


def test_columns_get_distinct_names(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("\na,a,,a \n1,2,3,4\n", encoding="utf-8")
    table = open_table(tmp_path / "t.csv")
    assert (table.header, table.header_row) == (["a", "a (2)", "column 3", "a (3)"], 2)


def test_json_lines_and_arrays_have_the_keys_of_all_objects(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text('{"a": 1, "b": {"c": null}}\n\n{"a": 2.0, "d": ["x", "y"]}\n', encoding="utf-8")
    table = open_table(tmp_path / "t.jsonl")
    assert table.header == ["a", "b.c", "d"]
    assert [(row.number, row.cells) for row in table.rows()] == [(1, ["1", "", ""]), (3, ["2", "", "x|y"])]
    (tmp_path / "t.json").write_text('[{"a": true}, {"a": false}]', encoding="utf-8")
    assert cells(tmp_path / "t.json") == [["true"], ["false"]]


def workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "empty"  # type: ignore[union-attr]
    sheet = book.create_sheet("data")
    sheet.append(["scene", "turn", "said", "at", "when", "share"])
    sheet.append(["s1", 1, "Hello", datetime.time(0, 0, 1, 500000), datetime.date(2026, 1, 2), 0.1 + 0.2])
    sheet.append([None, 2, "=2+5", datetime.timedelta(seconds=61.25), None, 3.0])
    sheet.append(["s2", 1, "'=quoted", None, datetime.datetime(2026, 1, 2, 3, 4), True])  # noqa: DTZ001 -- Excel has no zones
    sheet.merge_cells("A2:A3")
    sheet["C3"].data_type = "s"  # a text that looks like a formula
    book.save(path)


def test_an_excel_sheet_is_read_as_values(tmp_path: Path) -> None:
    workbook(tmp_path / "t.xlsx")
    table = open_table(tmp_path / "t.xlsx")
    assert (table.form["sheet"], table.header[:3]) == ("data", ["scene", "turn", "said"])
    assert [row.cells for row in table.rows()] == [
        ["s1", "1", "Hello", "0:00:01.500", "2026-01-02", "0.3"],
        ["s1", "2", "=2+5", "0:01:01.250", "", "3"],  # the merged cell has the value of its first one
        ["s2", "1", "'=quoted", "", "2026-01-02 03:04:00", "true"],
    ]


def test_a_sheet_can_be_named_and_must_exist(tmp_path: Path) -> None:
    workbook(tmp_path / "t.xlsx")
    assert len(cells(tmp_path / "t.xlsx", sheet="data")) == 3
    with pytest.raises(Refused) as caught:
        open_table(tmp_path / "t.xlsx", sheet="other")
    assert (caught.value.code, caught.value.params["found"]) == ("table.no_sheet", "empty, data")


def wide(path: Path, header: list[str], *rows: dict[int, str]) -> Table:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet
    for number, row in enumerate([dict(enumerate(header, 1)), *rows], start=1):
        for column, text in row.items():
            sheet.cell(number, column, text)
    book.save(path)
    return open_table(path)


def test_columns_beyond_the_limit_are_left_out_by_name(tmp_path: Path) -> None:
    names = [f"c{number}" for number in range(1, 504)]
    table = wide(tmp_path / "t.xlsx", [*names[:501], "", names[502]], {1: "a", 502: "x"})
    assert (table.header, table.left_out) == (names[:500], ["c501", "c503"])
    assert [row.cells for row in table.rows()] == [["a", *[""] * 499]]


def test_cells_beyond_the_limit_without_a_header_are_more_than_the_header(tmp_path: Path) -> None:
    table = wide(tmp_path / "t.xlsx", ["a", "b"], {1: "1", 700: "x"}, {1: "2", 700: " "})
    assert (table.header, table.left_out) == (["a", "b"], [])
    assert [(len(row.cells), row.cells[500:]) for row in table.rows()] == [(501, ["x"]), (500, [])]


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", "0" * (4 << 20))
    with pytest.raises(Refused) as caught:
        open_table(path)
    assert caught.value.code == "table.too_large"


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (b"", "table.empty", {}),
        (b"\n\n", "table.empty", {}),
        (b"a,b\n\x00\x01\x02\x81\xff", "import.encoding", {"line": 2, "byte": 5}),
        (b"a,b\n1,\x81\xff\n\x002", "import.encoding", {"line": 2, "byte": 7}),
        (b"\xd0\xcf\x11\xe0 old", "table.old_excel", {}),
        (b"PK\x03\x04 cut off", "table.broken_workbook", {}),
        (b'{"a": 1}\n{"a": ', "table.broken", {"row": 2}),
        (b'[\n{"a": 1},\n{"a": }]', "table.broken", {"row": 3}),
        (b"[" * 100_000, "table.broken", {"row": 1}),
        (b'[{"a": 1},\n{"a": ' + b"1" * 5000 + b"}]", "table.broken", {"row": 2}),
        (b'{"a": 1}\n[1]', "table.not_an_object", {"row": 2}),
        (b'[{"a": 1}, 2]', "table.not_an_object", {"row": 2}),
        (b",".join(b"c%d" % number for number in range(600)), "table.too_many_columns", {"row": 1, "found": 600}),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes, code: str, place: dict[str, int]) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(Refused) as caught:
        list(open_table(path).rows())
    assert (caught.value.code, {key: caught.value.params[key] for key in place}) == (code, place)


@pytest.mark.parametrize(
    ("encoding", "content", "line", "byte"),
    [
        ("utf-8", "text\n" + "早上好\n" * 60_000, 60_002, 5 + 10 * 60_000 + 1),
        ("utf-8", '[{"text": "早"},\n' + '{"text": "好"},\n' * 60_000, 60_002, 18 + 17 * 60_000 + 1),
        ("utf-8", '{"text": "早"}\n' * 60_000, 60_001, 16 * 60_000 + 1),
        ("gb18030", "text\r\n" + "我们说的是这个\r\n" * 60_000, 60_002, 6 + 16 * 60_000 + 1),
    ],
    ids=["CSV", "array", "lines", "GB18030"],
)
def test_a_later_part_in_another_encoding_is_refused_with_its_line(
    tmp_path: Path, encoding: str, content: str, line: int, byte: int
) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(content.encode(encoding) + b"\xff\xff\n")
    with pytest.raises(Refused) as caught:
        list(open_table(path).rows())
    assert caught.value.code == "table.encoding"
    assert (caught.value.params["line"], caught.value.params["byte"]) == (line, byte)
    assert f"line {line}" in str(caught.value)
    with override("zh-hans"):
        assert f"第 {line} 行" in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("line", ["我们说的是这个", '{"text": "我们说的是这个"}'], ids=["CSV", "JSON Lines"])
def test_a_table_that_ends_within_a_character_is_refused_with_its_last_line(
    tmp_path: Path, encoding: str, line: str
) -> None:
    head = "" if line.startswith("{") else "text\n"
    content = (head + f"{line}\n" * 60_000 + "他").encode(encoding)
    (tmp_path / "t").write_bytes(content[:-1])
    with pytest.raises(Refused) as caught:
        list(open_table(tmp_path / "t").rows())
    found = caught.value.params
    last = len("他".encode(encoding.replace("utf-16", "utf-16-le")))
    assert (caught.value.code, found["line"]) == ("table.encoding", 60_001 + len(head) // 5)
    assert found["byte"] == len(content) - last + 1


def test_a_table_in_an_unknown_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"text\nok\n" + bytes(range(128, 256)) * 20 + b"\n")
    with pytest.raises(Refused) as caught:
        open_table(tmp_path / "t.csv")
    assert (caught.value.code, caught.value.params) == ("import.encoding", {"file": "t.csv", "line": 3, "byte": 9})
    with override("zh-hans"):
        assert "第 3 行" in str(caught.value)


def test_half_a_character_of_utf_16_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes("\ufefftext\r\nok\r\n".encode("utf-16-be") + b"\xdc\x00\x00x")
    with pytest.raises(Refused) as caught:
        open_table(tmp_path / "t.csv")
    assert (caught.value.code, caught.value.params["line"], caught.value.params["byte"]) == ("table.encoding", 3, 23)


def test_a_damaged_sheet_is_refused_with_its_row(tmp_path: Path) -> None:
    workbook(tmp_path / "whole.xlsx")
    with zipfile.ZipFile(tmp_path / "whole.xlsx") as whole, zipfile.ZipFile(tmp_path / "t.xlsx", "w") as damaged:
        for part in whole.namelist():
            content = whole.read(part)
            damaged.writestr(part, content[: content.find(b'<row r="2"') + 40] if "sheet2" in part else content)
    with pytest.raises(Refused) as caught:
        list(open_table(tmp_path / "t.xlsx", sheet="data").rows())
    assert (caught.value.code, caught.value.params["row"]) == ("table.broken", 2)
    with override("zh-hans"):
        assert "第 2 行" in str(caught.value)


def test_an_archive_without_a_workbook_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "t.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    with pytest.raises(Refused) as caught:
        open_table(tmp_path / "t.xlsx")
    assert caught.value.code == "table.not_excel"
