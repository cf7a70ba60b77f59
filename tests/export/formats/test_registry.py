"""The contract of every format, and a format added from outside."""

import hashlib
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from export.domain.options import Options, checked
from export.formats.episodes import BLANK_LINES, NAMES_OF_CUES, UNTIMED
from export.formats.format import CONTROL, NOT_XML, PARTS, RETURNS, ExportFormat, SplitWriter
from export.formats.registry import DEFAULT, FORMATS, NATIVE
from export.formats.workbook import LONGEST, TOO_LONG
from export.rows.columns import PLAIN
from export.rows.records import Batch, Row
from tests.export.formats.sample import READERS, SOFT, SOFT_LABELS, expected, row, written
from tests.export.material import contents, export, manifest, released_corpus
from tests.refusals import refused


@pytest.mark.parametrize("entry", FORMATS.values(), ids=lambda entry: entry.name)
def test_a_format_gives_the_same_bytes_however_the_rows_are_divided(entry: ExportFormat) -> None:
    rows = [row(1), row(2, text='- 你好,\n"再见"'), row(3, start_ms=5, end_ms=9)]
    whole = written(entry.name, rows)
    assert written(entry.name, rows[:1], [], rows[1:]) == whole
    assert written(entry.name) != whole


TEXTS = (
    *("- 你好, <a> & b", "=1", "+1", "@x", 'she said "no"', "'x'", "''=x", "two\nlines", "a\n\nb", "a\rb", "a\r\nb"),
    *("a\tb", "a\u2028b", "a\x85b", "a\x01b", "a\x0bb", "\ufeffa", "a\ufffe", "", "  a  ", "NA", "007", "😀", "&lt;"),
    *("-->", "NOTE", "x" * 40_000),
)
NAMES = ("a/b", "50%", "a<b", 'a"b', "=1", "a=b", "二三", "a-b", "a b", "a --> b")
# remark of a format -> whether a row has what the remark says is lost
REMARKS: dict[str, Callable[[Row], bool]] = {
    UNTIMED: lambda row: row.start_ms is None or row.end_ms is None or row.end_ms <= row.start_ms,
    CONTROL: lambda row: NOT_XML.search(row.text) is not None,
    RETURNS: lambda row: "\r" in row.text,
    BLANK_LINES: lambda row: "\n\n" in row.text,
    NAMES_OF_CUES: lambda row: any(" " in name for name in (row.id, row.dialogue)) or "-->" in row.speaker,
    TOO_LONG: lambda row: len(row.text) > LONGEST,
}
OF_ALL_ROWS = ("answers are text", "votes without an answer")  # remarks that the readers of `sample` take into account
TIMES = ((None, None), (None, 5), (5, None), (9, 5), (5, 5), (0, 1), (90_061_001, 90_062_000))
ROWS = (
    *(row(number, text=text) for number, text in enumerate(TEXTS, start=1)),
    *(row(1, **{column: name}) for name in NAMES for column in ("id", "dialogue", "series", "episode", "speaker")),
    *(row(1, start_ms=start, end_ms=end) for start, end in TIMES),
    *(row(1, **{column: ""}) for column in ("episode", "speaker")),
    row(1, clip="clips/ab.mp4"),
)


@pytest.mark.parametrize("entry", FORMATS.values(), ids=lambda entry: entry.name)
def test_a_format_loses_nothing_but_what_it_declares(entry: ExportFormat) -> None:
    remarks = [remark for remark in entry.remarks if not remark.startswith(OF_ALL_ROWS)]
    happened = set()
    for each in ROWS:
        lost = [remark for remark in remarks if REMARKS[remark](each)]
        is_kept = READERS[entry.name](written(entry.name, [each])) == expected([each], entry.carries)
        assert is_kept or lost, each
        happened |= set() if is_kept else set(lost)
    assert happened == set(remarks)
    assert set(entry.carries) | set(entry.cannot_carry()) >= {*PLAIN, *PARTS}


@pytest.mark.parametrize("entry", FORMATS.values(), ids=lambda entry: entry.name)
def test_a_format_keeps_several_rows_and_the_distributions_that_it_carries(entry: ExportFormat) -> None:
    rows = [row(number, labels=SOFT_LABELS) for number in (1, 2, 3)]
    found = READERS[entry.name](written(entry.name, rows[:2], rows[2:], table=SOFT))
    assert found == expected(rows, entry.carries)


@pytest.mark.parametrize("entry", FORMATS.values(), ids=lambda entry: entry.name)
def test_a_format_declares_itself(entry: ExportFormat) -> None:
    assert FORMATS[entry.name] is entry
    assert entry.summary
    assert entry.files
    assert entry.carries <= {*PLAIN, *PARTS}
    assert entry.name in READERS


REBUILD = """
import sys, hashlib, django, time_machine
django.setup()
from tests.export.formats.sample import row, written
from export.formats.registry import FORMATS
with time_machine.travel("2031-07-08T09:10:11", tick=False):
    for name in FORMATS:
        for file, data in written(name, [row(1), row(2)]).items():
            print(name, file, hashlib.sha256(data).hexdigest())
"""


def test_every_format_has_the_same_bytes_in_another_process_on_another_date() -> None:
    here = [
        f"{name} {file} {hashlib.sha256(data).hexdigest()}"
        for name in FORMATS
        for file, data in written(name, [row(1), row(2)]).items()
    ]
    environment = {"DJANGO_SETTINGS_MODULE": "tests.settings", "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7", "PATH": ""}
    there = subprocess.run(
        [sys.executable, "-c", REBUILD], env=environment, check=True, capture_output=True, text=True, timeout=60
    )
    assert there.stdout.splitlines() == here


def test_parquet_is_read_by_pandas_with_integers_that_have_gaps() -> None:
    import pandas as pd

    data = written("parquet", [row(1, start_ms=None), row(2)])["train.parquet"]
    table = pd.read_parquet(io.BytesIO(data))
    assert str(table.dtypes["start_ms"]) == "Int64"
    assert table["start_ms"].isna().tolist() == [True, False]


class TextWriter(SplitWriter):
    suffix = ".txt"

    def write(self, split: str, batch: Batch) -> None:
        for text in batch.texts:
            self.outputs[split].write(f"{text}\n".encode())

    def finish(self) -> None:
        for output in self.outputs.values():
            output.write(b"end\n")


@pytest.mark.django_db
def test_a_format_from_elsewhere_is_written_and_listed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(FORMATS, "text", ExportFormat("text", "SPLIT.txt", "texts alone", TextWriter))
    corpus = released_corpus()
    out = export(corpus, tmp_path / "out", "--formats", "text")
    files = {f"{split}{suffix}" for split in ("train", "dev", "test") for suffix in (".jsonl", ".txt")}
    assert files < set(contents(out))
    assert "train.csv" not in contents(out)
    data = (out / "test.txt").read_bytes()
    assert data.endswith(b"end\n")
    described = manifest(out)["files"]["test.txt"]
    assert described == {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data), "rows": 2}
    assert manifest(out)["options"]["formats"] == ["text"]


@pytest.mark.django_db
def test_the_default_formats_leave_the_manifest_as_it_was(tmp_path: Path) -> None:
    assert "formats" not in manifest(export(released_corpus(), tmp_path / "out"))["options"]
    assert DEFAULT == ("csv",)


@pytest.mark.parametrize("more", [{"formats": ["nope"]}, {"formats": [NATIVE.name]}], ids=repr)
def test_an_unknown_name_is_refused(more: dict[str, Any]) -> None:
    with refused("export.bad_option"):
        checked(Options().as_document() | more)


def test_an_unknown_consensus_method_is_refused() -> None:
    with refused("export.bad_method"):
        checked(Options().as_document() | {"consensus": "nope"})


def test_stored_options_are_read_back() -> None:
    options = Options(formats=(), raters=("a",), seed=3, consensus="threshold:0.7", incomplete=True)
    assert checked(options.as_document()) == options
    assert checked(Options().as_document()) == Options()
