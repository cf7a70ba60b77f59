"""A codebook as YAML, from which `parse` makes an equal one."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import yaml

from corpus.rules.codebook import Codebook


def as_yaml(codebook: Codebook) -> str:
    """Return the YAML of a codebook."""
    document: dict[str, Any] = {"name": codebook.name, "tasks": {}}
    for task in codebook.tasks:
        entry: dict[str, Any] = {
            "scale": task.scale,
            "choices": [choice.slug for choice in task.choices],
            "default": task.default,
            "perspective": task.perspective,
        }
        if all(choice.key for choice in task.choices):
            entry["keys"] = "".join(choice.key for choice in task.choices)
        if task.many:
            entry["many"] = "true"
        if task.distances:
            entry["distances"] = [[f"{each:.6f}".rstrip("0").rstrip(".") for each in row] for row in task.distances]
        document["tasks"][task.slug] = entry
    if codebook.links:
        document["links"] = {
            link.slug: {
                "from": link.source,
                "to": link.target,
                "values": list(link.values),
                **({"keys": link.keys} if link.keys else {}),
                "asked_when": link.asked_when,
            }
            for link in codebook.links
        }
    if codebook.expectations:
        document["expectations"] = [
            {"if": each.if_text, **({"then": each.then_text} if each.then_text else {})}
            for each in codebook.expectations
        ]
    policy = asdict(codebook.policy)
    document["policy"] = {name: _word(value) for name, value in policy.items()}
    document["texts"] = {
        language: {path: {name: part for name, part in asdict(text).items() if part} for path, text in texts.items()}
        for language, texts in codebook.texts.items()
    }
    if not document["texts"]:
        del document["texts"]
    written: str = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)
    return written


def _word(value: Any) -> Any:
    return {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
