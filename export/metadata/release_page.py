"""A manifest as its page shows it, in the viewer's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from corpus.rules.codebook import CANNOT_JUDGE, NOT_APPLICABLE, Codebook, from_document
from export.splits.assignment import SPLITS

NAMELESS = ("", NOT_APPLICABLE, CANNOT_JUDGE)  # the template has the words for these
UNEVEN = 0.05  # a split whose share is so far from the one asked for is marked


def shown(manifest: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return what the page of a release shows.

    Returns:
        `splits`: dicts with `name`, `rows`, `share` and `asked` (percent, None for a source's split), `uneven`,
        `dialogues`, `groups`; `questions`: dicts with `name`, `alpha` (a figure or None) and `labels`, each with
        `slug`, `name` and a list of percentages, one per split; `overlap`: pairs of splits with `repeated` and `of`;
        `files`: name, sha256, bytes and rows; and the manifest's `options`, `left_out`, `leaks`, `raters` as they are.
    """
    rules = from_document(manifest["codebook"])
    return {
        "splits": _splits(manifest),
        "questions": [_question(manifest, rules, asked["slug"], language) for asked in manifest["questions"]],
        "overlap": [{"pair": pair.split("-"), **found} for pair, found in manifest["leaks"]["texts"].items()],
        "files": [{"name": name, **about} for name, about in sorted(manifest["files"].items()) if "/" not in name],
        "clips": sum("/" in name for name in manifest["files"]),
        **{name: manifest[name] for name in ("options", "left_out", "leaks", "raters")},
    }


def _splits(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    options = manifest["options"]
    wished = [ratio / sum(options["ratios"]) for ratio in options["ratios"]] if options["split"] == "random" else None
    rows = []
    for place, name in enumerate(SPLITS):
        found = manifest["splits"][name]
        asked = wished[place] if wished else None
        rows.append(
            {
                "name": name,
                "rows": found["rows"],
                "share": 100 * found["share"],
                "asked": None if asked is None else 100 * asked,
                "uneven": asked is not None and abs(found["share"] - asked) > UNEVEN,
                "dialogues": found["dialogues"],
                "groups": found["groups"],
            }
        )
    return rows


def _question(manifest: Mapping[str, Any], rules: Codebook, slug: str, language: str) -> dict[str, Any]:
    counted = [manifest["splits"][split]["labels"][slug] for split in SPLITS]
    classes = next(asked["classes"] for asked in manifest["questions"] if asked["slug"] == slug)
    figures = {found["slug"]: found for found in manifest["agreement"]["questions"]}
    return {
        "name": rules.text(slug, language).name,
        "alpha": figures[slug]["alpha"] if slug in figures else None,
        "labels": [
            {
                "slug": label,
                "name": label if label in NAMELESS else rules.text(f"{slug}.{label}", language).name,
                "shares": [100 * found.get(label, {"share": 0})["share"] for found in counted],
            }
            for label in (*map(str, classes), NOT_APPLICABLE, "")
            if any(label in found for found in counted) or label not in NAMELESS
        ],
    }
