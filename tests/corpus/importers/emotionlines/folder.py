"""A small sample of EmotionLines."""

import json
from pathlib import Path
from typing import Any

DIALOGUES: list[list[dict[str, Any]]] = [
    [
        {"speaker": "Ann", "utterance": "Oh no.", "emotion": "non-neutral", "annotation": "0002120"},
        {"speaker": "Ben", "utterance": "What?", "emotion": "surprise", "annotation": "1000130"},
    ],
    [],
    [{"speaker": "Ann", "utterance": "Fine.", "emotion": "joy", "annotation": "5000000"}],  # the votes say neutral
]


def write(folder: Path, dialogues: Any = DIALOGUES) -> Path:
    """Write the file."""
    (folder / "friends.json").write_text(json.dumps(dialogues), encoding="utf-8")
    return folder
