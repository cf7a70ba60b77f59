"""Releases opened by the readers that Concord itself requires; `make readers` opens them with all others."""

import json
from pathlib import Path

import pytest
import yaml

from corpus.models import Dialogue
from tests.every_kind.conftest import every_kind
from tests.export.material import export, native_rows, released_corpus
from tests.readers.checks import READERS
from tests.readers.every_kind import with_every_kind

pytestmark = pytest.mark.django_db
__all__ = ["every_kind"]  # a fixture
FORMATS = ("csv", "spreadsheet", "parquet", "xlsx", "meld")


def test_a_corpus_of_every_kind_is_read_without_warnings_and_without_loss(tmp_path: Path, every_kind: str) -> None:
    options = ("--incomplete", "include", "--consensus", "soft", "--formats", *FORMATS)
    out = export(with_every_kind(every_kind), tmp_path / "out", *options)
    rows = native_rows(out)
    assert any(row["start_ms"] is None for row in rows)
    for reader in ("pandas", "pyarrow", "openpyxl"):
        assert READERS[reader](out) == len(rows)


def test_a_changed_value_is_noticed(tmp_path: Path) -> None:
    out = export(released_corpus(), tmp_path / "out", "--formats", *FORMATS)
    path = out / "train.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace('"order":1', '"order":7', 1), encoding="utf-8")
    for reader in ("pandas", "pyarrow", "openpyxl"):
        with pytest.raises(AssertionError, match="row 1"):
            READERS[reader](out)


def test_a_split_without_rows_is_no_split_of_the_card(tmp_path: Path) -> None:
    # `datasets` refuses a folder whose card names an empty file
    corpus = released_corpus()
    Dialogue.objects.filter(corpus=corpus).update(source_split="train")
    out = export(corpus, tmp_path / "out", "--split", "source")
    assert (out / "dev.jsonl").read_bytes() == b""
    card = yaml.safe_load((out / "README.md").read_text(encoding="utf-8").split("---\n")[1])
    assert card["configs"][0]["data_files"] == [{"split": "train", "path": "train.jsonl"}]
    croissant = json.loads((out / "croissant.json").read_text(encoding="utf-8"))
    assert [each["@id"] for each in croissant["recordSet"]] == ["train"]


def test_croissant_gives_every_label_its_type(tmp_path: Path, every_kind: str) -> None:
    out = export(with_every_kind(every_kind), tmp_path / "out", "--incomplete", "include")
    fields = json.loads((out / "croissant.json").read_text(encoding="utf-8"))["recordSet"][0]["field"]
    found = {field["name"]: (field["dataType"], field.get("arrayShape")) for field in fields}
    assert found["tone_label"] == ("sc:Text", None)
    assert found["carried_by_label"] == ("sc:Text", "-1")
    assert found["tone_intensity_label"] == ("sc:Integer", None)
    assert found["order"] == ("sc:Integer", None)
