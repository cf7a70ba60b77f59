"""The difference of two releases: labels, dialogues and agreement."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from common.errors import Refused
from export.rows.records import Batch, Row

NAMED = 1000  # changed labels that are listed one by one


def difference(old: Path, new: Path) -> dict[str, Any]:
    """Return how a release folder differs from an earlier one.

    A label changed by a `decision` if only the new release has one there, by a `revision` if an answer of a rater
    changed, by the `codebook` if its version did, else by the `method` (or the choice of raters).

    Returns:
        `dialogues`: codes `added`, `removed`, and `moved` with their splits; `labels`: `changed`, their number,
        `compared`, `by_question`, `by_reason` and `listed` with `id`, `dialogue`, `question`, `from`, `to`, `why`;
        `agreement`: question -> alpha before and after.

    Raises:
        Refused: `export.unknown_release`.
    """
    manifests = _manifest(old), _manifest(new)
    before, after = (_rows(folder, manifest) for folder, manifest in zip((old, new), manifests, strict=True))
    splits = [{key[0]: split for key, (split, _) in rows.items()} for rows in (before, after)]
    same_codebook = manifests[0]["codebook"].get("version") == manifests[1]["codebook"].get("version")
    changed: list[dict[str, Any]] = []
    reasons: Counter[str] = Counter()
    questions: Counter[str] = Counter()
    compared = 0
    for key in before.keys() & after.keys():
        first, second = before[key][1].cells(), after[key][1].cells()
        for slug in first.keys() & second.keys():
            compared += 1
            labels = _label(first[slug]), _label(second[slug])
            if labels[0] == labels[1]:
                continue
            why = _reason(first[slug], second[slug], same_codebook=same_codebook)
            reasons[why] += 1
            questions[slug] += 1
            where = {"dialogue": key[0], "order": key[1], "id": key[2], "question": slug}
            changed.append({**where, "from": labels[0], "to": labels[1], "why": why})
    changed.sort(key=lambda each: (each["dialogue"], each["order"], each["question"]))
    return {
        "dialogues": {
            "added": sorted(splits[1].keys() - splits[0].keys()),
            "removed": sorted(splits[0].keys() - splits[1].keys()),
            "moved": [
                {"dialogue": code, "from": split, "to": splits[1][code]}
                for code, split in sorted(splits[0].items())
                if splits[1].get(code, split) != split
            ],
        },
        "labels": {
            "changed": len(changed),
            "compared": compared,
            "by_question": dict(sorted(questions.items())),
            "by_reason": dict(sorted(reasons.items())),
            "listed": changed[:NAMED],
        },
        "agreement": _agreement(*manifests),
    }


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
        _ = manifest["splits"], manifest["codebook"], manifest["agreement"]["questions"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused("export.unknown_release", name=str(folder)) from error
    return manifest


def _rows(folder: Path, manifest: Mapping[str, Any]) -> dict[tuple[str, int, str], tuple[str, Row]]:
    """Return dialogue, order and id of each row -> its split and the row."""
    found: dict[tuple[str, int, str], tuple[str, Row]] = {}
    try:
        for split in manifest["splits"]:
            with (folder / f"{split}.jsonl").open("rb") as file:
                for line in file:
                    row = Batch(line).rows[0]
                    found[row.dialogue, row.order, row.id] = split, row
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused("export.unknown_release", name=str(folder)) from error
    return found


def _label(cell: Mapping[str, Any]) -> Any:
    return "not_applicable" if cell.get("state") == "not_applicable" else cell["label"]


def _reason(old: Mapping[str, Any], new: Mapping[str, Any], *, same_codebook: bool) -> str:
    if new["source"] in {"decision", "accepted"} and new["source"] != old["source"]:
        return "decision"
    if not same_codebook:
        return "codebook"
    return "revision" if old["votes"] != new["votes"] else "method"


def _agreement(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, dict[str, float | None]]:
    figures = [
        {each["slug"]: each["alpha"].get("value") for each in manifest["agreement"]["questions"]}
        for manifest in (old, new)
    ]
    slugs = dict.fromkeys((*figures[0], *figures[1]))
    return {slug: {"before": figures[0].get(slug), "after": figures[1].get(slug)} for slug in slugs}
