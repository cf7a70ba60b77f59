"""`schema.json`: a JSON Schema of a row of the native format."""

from __future__ import annotations

import json
from typing import Any

from export.rows.columns import Field, Table, fields

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def row_schema(table: Table) -> dict[str, Any]:
    """Return the schema of a row."""
    columns = Field("", "record", f"A row of the release of {table.corpus or 'a corpus'}.", fields=fields(table))
    return {"$schema": DIALECT, **_schema(columns)}


def schema_document(table: Table) -> bytes:
    """Return the file."""
    return (json.dumps(row_schema(table), ensure_ascii=False, indent=1) + "\n").encode()


def _schema(field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {"description": field.description} if field.description else {}
    if field.kind == "record":
        return found | {
            "type": "object",
            "properties": {each.name: _schema(each) for each in field.fields},
            "required": [each.name for each in field.fields],
            "additionalProperties": False,
        }
    kind = {"list": "array"}.get(field.kind, field.kind)
    found["type"] = [kind, "null"] if field.nullable else kind
    if field.kind == "list":
        found["items"] = _schema(field.fields[0])
    elif field.values:
        found["enum"] = [*field.values, *([None] if field.nullable else [])]
    return found
