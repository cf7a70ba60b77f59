"""Opens releases with the readers of other programs; each check compares all rows with the JSON lines.

Run as a script in an environment without Concord: `checks.py READER FOLDER...` prints the number of rows that the
reader found. Every warning is an error, apart from those of a reader about its own dependencies.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Row = dict[str, Any]
INTEGERS = ("order", "start_ms", "end_ms")


def splits_of(folder: Path) -> list[str]:
    """Return the names of a release's splits that have rows."""
    splits = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["splits"]
    return [name for name, about in splits.items() if about["rows"]]


def native(folder: Path, split: str) -> list[Row]:
    """Return the rows of a split from its JSON lines."""
    lines = (folder / f"{split}.jsonl").read_bytes().split(b"\n")
    return [json.loads(line) for line in lines if line]


def same(found: Any, expected: Any) -> None:
    """Require equal values of equal types: 1 is not 1.0."""
    for number, (one, other) in enumerate(zip(found, expected, strict=True), start=1):
        assert json.dumps(one, ensure_ascii=False) == json.dumps(other, ensure_ascii=False), f"row {number}"


def with_datasets(folder: Path) -> int:
    """`load_dataset(FOLDER)` without further arguments; Parquet if the release has it, else JSON lines."""
    import datasets

    loaded = datasets.load_dataset(str(folder))
    names = {split: {"dev": "validation"}.get(split, split.replace("-", "_")) for split in splits_of(folder)}
    assert sorted(loaded) == sorted(names.values())
    for split, name in names.items():
        found = loaded[name]
        assert {found.features[name].dtype for name in INTEGERS} == {"int64"}
        same(found.to_list(), native(folder, split))
    return sum(table.num_rows for table in loaded.values())


def with_pandas(folder: Path) -> int:
    """Every table that pandas reads: JSON lines, CSV of three kinds, and Parquet."""
    import pandas as pd

    count = 0
    for split in splits_of(folder):
        rows = native(folder, split)
        lines = pd.read_json(folder / f"{split}.jsonl", lines=True, dtype_backend="numpy_nullable")
        assert len(pd.read_csv(folder / f"{split}.csv")) == len(rows)
        table = pd.read_csv(folder / f"{split}.csv", dtype_backend="numpy_nullable")
        parquet = pd.read_parquet(folder / f"{split}.parquet")
        for frame in (lines, table, parquet):
            assert {str(frame.dtypes[name]) for name in INTEGERS} == {"Int64"}
            for name in INTEGERS:
                same(_values(frame[name]), [row[name] for row in rows])
        for frame in (lines, parquet):
            same(frame["text"], [row["text"] for row in rows])
        texts = pd.read_csv(folder / f"{split}.csv", keep_default_na=False, dtype=str)["text"]
        same(texts, [row["text"] for row in rows])
        for question in (slug for slug, cell in rows[0]["labels"].items() if isinstance(cell["label"], int)):
            same(_values(table[question]), [row["labels"][question]["label"] for row in rows])
        for name in (f"{split}.spreadsheet.csv", f"{split}_sent_emo.csv"):
            assert len(pd.read_csv(folder / name)) == len(rows)
        count += len(table)
    return count


def _values(column: Any) -> Iterator[int | None]:
    import pandas as pd

    return (None if pd.isna(value) else int(value) for value in column)


def with_polars(folder: Path) -> int:
    """JSON lines, CSV and Parquet; the first two with types inferred from all rows."""
    import polars as pl

    count = 0
    for split in splits_of(folder):
        rows = native(folder, split)
        lines = pl.read_ndjson(folder / f"{split}.jsonl", infer_schema_length=None)
        table = pl.read_csv(folder / f"{split}.csv", infer_schema_length=None)
        parquet = pl.read_parquet(folder / f"{split}.parquet")
        same(lines.to_dicts(), rows)
        same(parquet.to_dicts(), rows)
        same(table["text"].fill_null(""), [row["text"] for row in rows])
        for name in INTEGERS:
            same(table[name], [row[name] for row in rows])
        count += parquet.height
    return count


def with_pyarrow(folder: Path) -> int:
    """JSON lines, CSV and Parquet with their own types."""
    import pyarrow.csv
    import pyarrow.json
    import pyarrow.parquet

    count = 0
    for split in splits_of(folder):
        rows = native(folder, split)
        same(pyarrow.json.read_json(str(folder / f"{split}.jsonl")).to_pylist(), rows)
        same(pyarrow.parquet.read_table(str(folder / f"{split}.parquet")).to_pylist(), rows)
        parsing = pyarrow.csv.ParseOptions(newlines_in_values=True)
        table = pyarrow.csv.read_csv(str(folder / f"{split}.csv"), parse_options=parsing)
        same(table.column("text").to_pylist(), [row["text"] for row in rows])
        count += table.num_rows
    return count


def with_mlcroissant(folder: Path) -> int:
    """croissant.json without errors and warnings, and all records that it describes."""
    import mlcroissant

    # rdflib, which parses the document, warns of its own class
    warnings.filterwarnings("ignore", message="ConjunctiveGraph is deprecated", category=DeprecationWarning)
    dataset = mlcroissant.Dataset(jsonld=str(folder / "croissant.json"))
    issues = dataset.metadata.ctx.issues
    assert not issues.errors, issues.report()
    assert not issues.warnings, issues.report()
    splits = splits_of(folder)
    assert [records.id for records in dataset.metadata.record_sets] == splits
    count = 0
    for split in splits:
        rows = native(folder, split)
        for record, row in zip(dataset.records(split), rows, strict=True):
            found = {name.partition("/")[2]: _plain(value) for name, value in record.items()}
            expected: Row = {name: value for name, value in row.items() if name != "labels"}
            for slug, cell in row["labels"].items():
                expected |= {f"{slug}_{part}": cell[part] for part in ("label", "state", "source")}
            same([found], [expected])
        count += len(rows)
    return count


def _plain(value: Any) -> Any:
    """Return a value of mlcroissant as JSON has it: texts come as bytes, and missing numbers as NaN."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def with_pympi(folder: Path) -> int:
    """Every ELAN file: the texts with their times, and a label of every question for each of them."""
    import pympi

    count = 0
    timed: Counter[tuple[int, int, str]] = Counter()
    labels = 0
    for split in splits_of(folder):
        for row in native(folder, split):
            if None not in (row["start_ms"], row["end_ms"]) and row["end_ms"] > row["start_ms"]:
                timed[row["start_ms"], row["end_ms"], row["text"]] += 1
                labels += len(row["labels"])
    for path in sorted((folder / "eaf").glob("*.eaf")):
        document = pympi.Elan.Eaf(str(path))
        for tier in document.get_tier_names():
            found = document.get_annotation_data_for_tier(tier)
            kind = document.get_parameters_for_tier(tier)["LINGUISTIC_TYPE_REF"]
            if kind == "utterance":
                timed.subtract(annotation[:3] for annotation in found)
                count += len(found)
            labels -= len(found) * kind.endswith(".label")
    assert not any(timed.values()), [key for key, left in timed.items() if left][:3]
    assert labels == 0
    return count


def with_openpyxl(folder: Path) -> int:
    """The workbook: a sheet per split, numbers as numbers, and no formula."""
    import openpyxl

    count = 0
    book = openpyxl.load_workbook(folder / "release.xlsx")
    for split in splits_of(folder):
        rows = native(folder, split)
        head, *lines = book[split].iter_rows()
        names = [cell.value for cell in head]
        assert not any(cell.data_type == "f" for line in lines for cell in line)
        for name in INTEGERS:
            place = names.index(name)
            same([line[place].value for line in lines], [row[name] for row in rows])
        count += len(lines)
    return count


READERS: dict[str, Callable[[Path], int]] = {
    "datasets": with_datasets,
    "pandas": with_pandas,
    "polars": with_polars,
    "pyarrow": with_pyarrow,
    "mlcroissant": with_mlcroissant,
    "pympi": with_pympi,
    "openpyxl": with_openpyxl,
}
FROM_JSON_LINES = ("datasets", "mlcroissant")  # these open a release that has no other format as well


def main(reader: str, *folders: str) -> None:
    """Open releases with a reader."""
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        __import__(reader)
    warnings.simplefilter("error")
    printed = io.StringIO()
    for folder in folders:
        with contextlib.redirect_stdout(printed):
            count = READERS[reader](Path(folder))
        assert not printed.getvalue(), f"{reader} says: {printed.getvalue()}"
        version = getattr(sys.modules[reader], "__version__", "")
        sys.stdout.write(f"{Path(folder).name}: {count} utterances read by {reader} {version}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
