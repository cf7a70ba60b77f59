"""A small export of Label Studio: three tasks of one conversation, and a task with paragraphs."""

import json
from pathlib import Path
from typing import Any


def choice(name: str, *choices: str) -> dict[str, Any]:
    """Return a result of a Choices tag."""
    return {"from_name": name, "to_name": "text", "type": "choices", "value": {"choices": list(choices)}}


def rating(value: int) -> dict[str, Any]:
    """Return a result of a Rating tag."""
    return {"from_name": "arousal", "to_name": "text", "type": "rating", "value": {"rating": value}}


TASKS: list[dict[str, Any]] = [
    {
        "id": 1,
        "data": {"text": "It is snowing!", "speaker": "Oto", "dialogue_id": "d2", "turn": 2},
        "annotations": [
            {"id": 1, "completed_by": {"email": "anna@lab"}, "result": [choice("emotion", "Joy"), rating(4)]},
            {"id": 2, "completed_by": 7, "result": [choice("emotion", "Joy", "Surprise")]},
            {"id": 3, "completed_by": 8, "was_cancelled": True, "result": [choice("emotion", "Joy")]},
        ],
        "predictions": [],
    },
    {
        "id": 2,
        "data": {"text": "Look.", "speaker": "Mina", "dialogue_id": "d2", "turn": 1},
        "annotations": [
            {"id": 4, "completed_by": 7, "result": [{"from_name": "box", "type": "rectanglelabels", "value": {}}]}
        ],
    },
    {"id": 3, "data": {"text": " ", "dialogue_id": "d2"}, "annotations": []},
    {
        "id": 4,
        "data": {"dialogue": [{"author": "A", "text": "Well?"}, {"author": "B", "text": "No."}]},
        "annotations": [
            {
                "id": 5,
                "completed_by": 7,
                "result": [
                    {
                        "from_name": "act",
                        "to_name": "dialogue",
                        "type": "paragraphlabels",
                        "value": {"start": "1", "end": "1", "paragraphlabels": ["refusal"]},
                    }
                ],
            }
        ],
    },
]


def write(folder: Path, tasks: Any = TASKS) -> Path:
    """Write the export."""
    (folder / "project-1.json").write_text(json.dumps(tasks), encoding="utf-8")
    return folder
