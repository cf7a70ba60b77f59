"""Rows as JSON, one per line: nothing is lost, the keys stay in their order."""

from __future__ import annotations

import json
from typing import Any

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # one encoder: json.dumps makes one a call


def line(row: dict[str, Any]) -> bytes:
    """Return a row as UTF-8 with its newline."""
    return encode(row).encode() + b"\n"
