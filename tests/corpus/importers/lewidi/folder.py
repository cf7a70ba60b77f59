"""A small sample of the format of LeWiDi, of both editions."""

import json
from pathlib import Path
from typing import Any

TRAIN: dict[str, Any] = {
    "1": {
        "text": "Off you go.",
        "annotation task": "hate speech detection",
        "number of annotations": 3,
        "annotations": "0,1,0",
        "annotators": "Ann1,Ann2,Ann3",
        "lang": "en",
        "hard_label": "0",
        "soft_label": {"0": 0.67, "1": 0.33},
        "split": "train",
        "other_info": {},
    },
    "2": {"text": "Stay.", "annotations": "0,1", "annotators": "Ann1", "lang": "en", "split": "train"},
}
TEST: dict[str, Any] = {
    "1": {
        "text": {"context": "They ask for the bill.", "response": "Keep the change, all of it."},
        "annotations": {"Ann2": "1", "Ann4": "0"},
        "annotators": "Ann2,Ann4",
        "lang": "en",
        "split": "test",
    }
}


def write(folder: Path, train: Any = TRAIN) -> Path:
    """Write two of the three files."""
    (folder / "HS_train.json").write_text(json.dumps(train), encoding="utf-8")
    (folder / "HS_test.json").write_text(json.dumps(TEST), encoding="utf-8")
    return folder
