"""Parquet: the columns of the native format with their types, read by pandas as nullable integers.

The lines of the native format are parsed by Arrow with the explicit schema, so the two formats cannot differ.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from export.formats.format import ExportFormat, Output, OutputFolder, SplitWriter
from export.rows.columns import Field, Table, fields
from export.rows.records import Batch

if TYPE_CHECKING:
    import pyarrow as pa

GROUP_BYTES = 4 * 2**20  # lines held before they become a row group


def arrow_schema(table: Table) -> pa.Schema:
    """Return the schema, with the metadata that makes pandas read integers with gaps as integers."""
    import pyarrow as pa

    columns = fields(table)
    schema = pa.schema([pa.field(each.name, _type(each), nullable=each.nullable) for each in columns])
    return schema.with_metadata({"pandas": json.dumps(_pandas(columns))})


class ParquetWriter(SplitWriter):
    """Writes row groups of some megabytes."""

    suffix = ".parquet"

    def __init__(self, folder: OutputFolder, table: Table, splits: tuple[str, ...]) -> None:
        import pyarrow.parquet as pq

        super().__init__(folder, table, splits)
        self._schema = arrow_schema(table)
        self._lines: dict[str, list[bytes]] = {split: [] for split in splits}
        self._held = dict.fromkeys(splits, 0)
        self._writers = {
            split: pq.ParquetWriter(_File(output), self._schema, compression="zstd")
            for split, output in self.outputs.items()
        }

    def write(self, split: str, batch: Batch) -> None:
        """Hold the lines; write a row group when there are enough."""
        self._lines[split].append(batch.lines)
        self._held[split] += len(batch.lines)
        if self._held[split] >= GROUP_BYTES:
            self._write_group(split)

    def finish(self) -> None:
        """Write the last row groups and the footers."""
        for split, writer in self._writers.items():
            self._write_group(split)
            writer.close()

    def _write_group(self, split: str) -> None:
        import pyarrow.json as paj

        if not self._held[split]:
            return
        data = b"".join(self._lines[split])
        self._lines[split], self._held[split] = [], 0
        parsed = paj.read_json(
            io.BytesIO(data),
            read_options=paj.ReadOptions(use_threads=False, block_size=len(data) + 1),
            parse_options=paj.ParseOptions(
                explicit_schema=self._schema.remove_metadata(),
                newlines_in_values=False,
                unexpected_field_behavior="error",
            ),
        )
        self._writers[split].write_table(parsed.cast(self._schema))


class _File(io.RawIOBase):
    """A file object around an output, which stays open when the writer closes it."""

    def __init__(self, output: Output) -> None:
        self._output, self._position = output, 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def write(self, data: Any) -> int:
        chunk = bytes(data)
        self._output.write(chunk)
        self._position += len(chunk)
        return len(chunk)


def _type(field: Field) -> pa.DataType:
    import pyarrow as pa

    if field.kind == "record":
        return pa.struct([pa.field(each.name, _type(each)) for each in field.fields])
    if field.kind == "list":
        return pa.list_(_type(field.fields[0]))
    return {"string": pa.string(), "integer": pa.int64(), "number": pa.float64()}[field.kind]


def _pandas(columns: tuple[Field, ...]) -> dict[str, Any]:
    kinds = {"string": ("unicode", "object"), "integer": ("int64", "Int64")}
    described = []
    for each in columns:
        pandas, numpy = kinds.get(each.kind, ("object", "object"))
        described.append(
            {"name": each.name, "field_name": each.name, "pandas_type": pandas, "numpy_type": numpy, "metadata": None}
        )
    return {"index_columns": [], "column_indexes": [], "columns": described}


PARQUET = ExportFormat("parquet", "SPLIT.parquet", "Parquet, with typed columns", ParquetWriter)
