"""A small release whose labels can be learnt from the words, and whose figures are the same on every machine."""

import hashlib
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

QUESTIONS = [
    {
        "slug": "sentiment",
        "kind": "task",
        "scale": "ordinal",
        "classes": ["negative", "neutral", "positive"],
        "many": False,
    },
    {"slug": "moods", "kind": "task", "scale": "nominal", "classes": ["joy", "anger"], "many": True},
    {"slug": "moods_sentiment", "kind": "link", "scale": "ordinal", "classes": [-2, -1, 0, 1, 2], "many": False},
]
WORDS = {"negative": "可恶 bad", "neutral": "好的 well", "positive": "太好了 great"}

Rows = dict[str, list[dict[str, Any]]]


def row(dialogue: int, order: int, sentiment: str, /, **labels: Any) -> dict[str, Any]:
    """One row of a release, told by its sentiment."""
    answers: dict[str, Any] = {
        "sentiment": sentiment,
        "moods": {"negative": ["anger"], "neutral": ["joy", "anger"], "positive": ["joy"]}[sentiment],
        "moods_sentiment": "not_applicable" if sentiment == "neutral" else 1 if sentiment == "positive" else -1,
    } | labels
    return {
        "id": f"u{dialogue}-{order}",
        "dialogue": f"d{dialogue}",
        "order": order,
        "speaker": "王" if order % 2 else "李",
        "text": f"{WORDS[sentiment]} {order}",
        "labels": {slug: {"label": label, "source": "single", "votes": {}} for slug, label in answers.items()},
    }


def some_rows() -> Rows:
    dice = random.Random(7)
    sizes = {"train": range(60), "dev": range(60, 75), "test": range(75, 90)}
    return {
        split: [row(talk, order, dice.choice(list(WORDS))) for talk in talks for order in range(1, 5)]
        for split, talks in sizes.items()
    }


@pytest.fixture
def write_release(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a release folder, of given rows or of the learnable ones."""

    def write(rows: Rows | None = None, name: str = "release") -> Path:
        folder = tmp_path / name
        folder.mkdir()
        files = {}
        for split, found in (rows or some_rows()).items():
            data = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in found).encode()
            (folder / f"{split}.jsonl").write_bytes(data)
            files[f"{split}.jsonl"] = {"sha256": hashlib.sha256(data).hexdigest(), "rows": len(found)}
        manifest = {"format": "concord-release/1", "corpus": "small", "questions": QUESTIONS, "files": files}
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        return folder

    return write
