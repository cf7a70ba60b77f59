"""The contract of every format, and a format added from outside."""

import hashlib
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from export.domain.options import Options, checked
from export.formats.format import ExportFormat, RowWriter
from export.formats.registry import DEFAULT, FORMATS, NATIVE
from export.rows.columns import PLAIN, Row, column_names
from tests.export.material import contents, export, manifest, released_corpus
from tests.refusals import refused

QUESTIONS = ["mood", "tags"]


def row(number: int, **more: Any) -> Row:
    labels = {
        "mood": {"label": "joy", "source": "majority", "votes": {"a": "joy", "b": "joy"}},
        "tags": {"label": None, "source": "tie", "votes": {"a": ["loud"], "b": ["sad", "loud"]}},
    }
    times = {"start_ms": None, "end_ms": None}
    return {**dict.fromkeys(PLAIN, ""), "id": f"u{number}", "order": number, "clip": None, **times, **more} | {
        "labels": labels
    }


def written(entry: ExportFormat, *portions: list[Row]) -> bytes:
    output = io.BytesIO()
    writer = entry.writer(output, QUESTIONS)  # type: ignore[arg-type]  # BytesIO.write returns a number
    for rows in portions:
        writer.write(rows)
    writer.finish()
    return output.getvalue()


@pytest.mark.parametrize("entry", FORMATS.values(), ids=lambda entry: entry.name)
def test_a_format_gives_the_same_bytes_however_the_rows_are_divided(entry: ExportFormat) -> None:
    rows = [row(1), row(2, text='- 你好,\n"再见"'), row(3, start_ms=5, end_ms=9)]
    whole = written(entry, rows)
    assert written(entry, rows[:1], [], rows[1:]) == whole
    assert "你好" in whole.decode()
    assert written(entry) != whole


@pytest.mark.parametrize("entry", FORMATS.values(), ids=lambda entry: entry.name)
def test_a_format_declares_itself(entry: ExportFormat) -> None:
    assert FORMATS[entry.name] is entry
    assert entry.suffix.startswith(".")
    assert entry.summary
    assert set(entry.omits) <= set(column_names(QUESTIONS))
    assert [each.suffix for each in FORMATS.values()].count(entry.suffix) == 1


class TextWriter(RowWriter):
    def write(self, rows: Iterable[Row]) -> None:
        for each in rows:
            self.output.write(f"{each['text']}\n".encode())

    def finish(self) -> None:
        self.output.write(b"end\n")


@pytest.mark.django_db
def test_a_format_from_elsewhere_is_written_and_listed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(FORMATS, "text", ExportFormat("text", ".txt", "texts alone", TextWriter))
    corpus = released_corpus()
    out = export(corpus, tmp_path / "out", "--formats", "text")
    files = {f"{split}{suffix}" for split in ("train", "dev", "test") for suffix in (".jsonl", ".txt")}
    assert set(contents(out)) == files | {"manifest.json"}
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
