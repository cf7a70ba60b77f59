import csv
import io

from export.formats.csv_table import guarded
from tests.export.formats.sample import TABLE, row, written


def read_back(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_any_text_is_read_back_unchanged() -> None:
    texts = ["- 你好", "=1+1", "@all", 'a "quoted", word', "two\nlines", "a\rb", "tab\there", "'x", ""]
    data = written("csv", [row(number, text=text) for number, text in enumerate(texts, start=1)])["train.csv"]
    assert [cells[6] for cells in read_back(data)[1:]] == texts
    assert b"\n" in data
    assert not data.replace(b'"two\nlines"', b"").replace(b"a\rb", b"").count(b"\r")


def test_no_cell_of_the_spreadsheet_is_a_formula_and_the_importer_gets_every_text_back() -> None:
    from corpus.importers.table.mapping import TableMapping
    from corpus.importers.table.rows import FORMULA

    texts = ["- 你好", "=1+1", "'=1", "''@x", " +1", "'quoted'", "plain", "\t=1", "' -x"]
    data = written("spreadsheet", [row(number, text=text) for number, text in enumerate(texts, start=1)])
    cells = [cells[6] for cells in read_back(data["train.spreadsheet.csv"])[1:]]
    assert not any(cell.lstrip(" ").startswith(FORMULA) for cell in cells)
    from corpus.importers.table.rows import LineReader

    lines = LineReader.__new__(LineReader)
    lines.mapping = TableMapping(unescape=True)
    assert [lines.unescaped(cell) for cell in cells] == texts


def test_numbers_stay_numbers() -> None:
    assert guarded(-1) == -1


def test_every_column_has_one_type() -> None:
    header, first, second = read_back(written("csv", [row(1), row(2)])["train.csv"])
    assert len(header) == len(first) == len(second)
    assert header[10:14] == ["mood", "mood_state", "mood_source", "mood_votes"]
    cells = dict(zip(header, first, strict=True))
    assert (cells["pull"], cells["pull_state"]) == ("", "not_applicable")
    assert TABLE.slugs == ["mood", "tone", "tags", "pull"]
