"""Tables of the card: the questions with their texts, and the labels of each split."""

from __future__ import annotations

from typing import Any

from export.metadata.release_facts import ReleaseFacts
from export.metadata.tables import table

LANGUAGE = "en"  # of the documents


def questions(facts: ReleaseFacts) -> str:
    """Return the table of questions: text, scale, and when each is asked."""
    rows = []
    for question in facts.manifest["questions"]:
        when = question.get("asked_when", "always")
        scale = "several choices" if question["many"] else question["scale"]
        rows.append((f"`{question['slug']}`", _text(facts, question["slug"]), scale, _plain(when)))
    return table(("question", "text", "scale", "asked"), rows)


def labels(facts: ReleaseFacts) -> str:
    """Return the table of labels per split, with their meaning; the last rows of a question have no label."""
    splits = facts.manifest["splits"]
    rows: list[tuple[str | int, ...]] = []
    for question in facts.manifest["questions"]:
        slug = question["slug"]
        counted = [about["labels"][slug] for about in splits.values()]
        rows += [
            (f"`{slug}`", f"`{label}`", _text(facts, f"{slug}.{label}"), *_counts(counted, label))
            for label in map(str, question["classes"])
        ]
        for label, name in (("not_applicable", "not applicable"), ("", "no label")):
            if any(counts := _counts(counted, label)):
                rows.append((f"`{slug}`", name, "", *counts))
    return table(("question", "label", "meaning", *splits), rows)


def _counts(splits: list[dict[str, Any]], label: str) -> list[int]:
    return [labels.get(label, {}).get("count", 0) for labels in splits]


def _text(facts: ReleaseFacts, name: str) -> str:
    """Return the codebook's explanation of a question or label in the documents' language, else its name."""
    texts: dict[str, Any] = facts.manifest["codebook"]["texts"]
    found: dict[str, Any] = texts.get(LANGUAGE) or next(iter(texts.values()), {})
    text = found.get(name, {})
    return _plain(text.get("help") or text.get("name") or "")


def _plain(text: str) -> str:
    """Return a text in one line."""
    return " ".join(text.split())
