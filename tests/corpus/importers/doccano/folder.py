"""A small export of doccano: two annotators."""

import json
from pathlib import Path
from typing import Any

ANNA: list[dict[str, Any]] = [
    {"id": 1, "text": "You came back.", "label": ["joy"], "dialogue": "d1", "speaker": "Mina"},
    {"id": 2, "text": "For my keys.", "label": [], "dialogue": "d1", "speaker": "Oto"},
    {"id": 3, "text": " ", "label": ["joy"]},
    {"id": 4, "text": "Parts of it.", "label": [[0, 5, "NOUN"]]},
]
BO: list[dict[str, Any]] = [
    {"id": 1, "text": "You came back.", "label": ["surprise", "joy"], "dialogue": "d1", "speaker": "Mina"}
]


def write(folder: Path) -> Path:
    """Write the files."""
    for name, rows in (("anna", ANNA), ("bo", BO)):
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return folder
