"""A small release of Concord."""

import json
from pathlib import Path
from typing import Any

from corpus.rules.codebook import as_document, parse

CODEBOOK = """
name: small
tasks:
  emotion: {scale: nominal, choices: [neutral, joy, anger], default: neutral, perspective: speaker, keys: "qwe"}
  sentiment: {scale: ordinal, choices: [negative, neutral, positive], default: neutral, perspective: speaker}
  cues: {scale: nominal, many: true, choices: [voice, words], default: voice, perspective: viewer}
links:
  emotion_sentiment: {from: emotion, to: sentiment, values: [-1, 0, 1], keys: "zxc", asked_when: emotion != neutral}
expectations:
  - {if: emotion == joy, then: sentiment != negative}
policy: {k: 2, context: past, watch_first: false, shortcuts: off, cannot_judge: per-task}
texts:
  zh:
    emotion: {name: 情绪, help: 哪一种？}
    emotion.joy: {name: 喜悦}
"""


def cell(label: Any, source: str, first: Any, second: Any) -> dict[str, Any]:
    """Return the cell of a question with two answers."""
    votes = [{"rater": f"annotator-{n}", "answer": answer, "state": "given"} for n, answer in ((1, first), (2, second))]
    return {"label": label, "state": "missing" if label is None else "labelled", "source": source, "votes": votes}


VOTES: dict[str, dict[str, Any]] = {
    "emotion": cell("joy", "majority", "joy", "joy"),
    "sentiment": cell(None, "tie", "positive", "neutral"),
    "cues": cell(["voice"], "majority", ["voice"], ["voice"]),
    "emotion_sentiment": cell(1, "majority", 1, 1),
}
WITHHELD: dict[str, dict[str, Any]] = {slug: {**cell, "votes": []} for slug, cell in VOTES.items()}


def row(code: str, dialogue: str, labels: Any) -> dict[str, Any]:
    """Return a row of a release."""
    plain = {"id": code, "dialogue": dialogue, "order": 1, "series": "Show", "episode": "E1", "speaker": "Ann"}
    return {**plain, "text": "Well.", "start_ms": 0, "end_ms": 900, "clip": None, "labels": labels}


def write(folder: Path) -> Path:
    """Write the release."""
    document = {"version": 1, **as_document(parse(CODEBOOK))}
    (folder / "manifest.json").write_text(json.dumps({"codebook": document}), encoding="utf-8")
    for split, rows in (("train", [row("u1", "d1", VOTES)]), ("test", [row("u2", "d2", WITHHELD)]), ("dev", [])):
        text = "".join(json.dumps(each) + "\n" for each in rows)
        (folder / f"{split}.jsonl").write_text(text, encoding="utf-8")
    return folder
