"""CHANGES.md of a release: what changed since the release before it, from the records of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from export.metadata.release_facts import ReleaseFacts
from export.metadata.tables import table

LISTED = 20  # dialogues named for each kind of change
REASONS = {
    "revision": "answers added or changed",
    "decision": "decisions of adjudicators",
    "codebook": "question asked differently",
    "method": "method or choice of raters",
}


@dataclass(frozen=True, slots=True)
class Previous:
    """The release before, and how this one differs from it.

    Attributes:
        name: of the release before; "" if this is the first one.
        manifest: of the release before; empty if its files cannot be read.
        difference: as `export.domain.release_difference.difference` returned it.
    """

    name: str = ""
    manifest: Mapping[str, Any] = field(default_factory=dict)
    difference: Mapping[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """Return the counts for the manifest."""
        if not self.difference:
            return {"since": self.name}
        labels = self.difference["labels"]
        return {
            "since": self.name,
            "dialogues": self.difference["dialogues"]["counts"],
            "labels": {name: labels[name] for name in ("changed", "compared", "by_reason")},
        }


def changes(facts: ReleaseFacts, previous: Previous) -> str:
    """Return CHANGES.md."""
    head = f"# Changes of {facts.title}"
    shown = facts.name or "This release"
    if not previous.name:
        sizes = f"{facts.rows} utterances in {facts.dialogues} dialogues"
        return f"{head}\n\n## {shown}\n\nFirst release: {sizes}.\n"
    parts = [head, f"## {shown}, compared with {previous.name}"]
    if not previous.difference:
        parts.append(f"The files of {previous.name} could not be read when this release was made.")
        return "\n\n".join(parts) + "\n"
    return "\n\n".join([*parts, *_parts(facts, previous)]) + "\n"


def _parts(facts: ReleaseFacts, previous: Previous) -> list[str]:
    dialogues, labels = previous.difference["dialogues"], previous.difference["labels"]
    old, new = previous.manifest, facts.manifest
    rows = [sum(split["rows"] for split in manifest["splits"].values()) for manifest in (old, new)]
    counts = dialogues["counts"]
    moved = [f"{each['dialogue']} ({each['from']} to {each['to']})" for each in dialogues["moved"]]
    parts = [
        "### Dialogues",
        f"Utterances: {rows[0]} before, {rows[1]} now.",
        "\n".join(
            [
                f"- added: {counts['added']}{_named(dialogues['added'], counts['added'])}",
                f"- moved to another split: {counts['moved']}{_named(moved, counts['moved'])}",
                f"- removed: {counts['removed']}{_named(dialogues['removed'], counts['removed'])}",
            ]
        ),
        "### Labels",
        f"{labels['changed']} of {labels['compared']} labels that both releases have are different.",
    ]
    if labels["changed"]:
        parts.append(
            table(
                ("question", *REASONS.values(), "all"),
                (
                    (f"`{slug}`", *(found.get(why, 0) for why in REASONS), sum(found.values()))
                    for slug, found in sorted(labels["by_both"].items())
                ),
            )
        )
    asked = [[each["slug"] for each in manifest["questions"]] for manifest in (old, new)]
    for what, slugs in (
        ("New questions", [slug for slug in asked[1] if slug not in asked[0]]),
        ("Questions that are gone", [slug for slug in asked[0] if slug not in asked[1]]),
    ):
        if slugs:
            parts.append(f"{what}: {', '.join(slugs)}.")
    parts += [
        "### Agreement (Krippendorff's alpha)",
        table(
            ("question", "before", "now"),
            (
                (f"`{slug}`", _figure(alpha["before"]), _figure(alpha["after"]))
                for slug, alpha in sorted(previous.difference["agreement"].items())
            ),
        ),
        "### How it was made",
        "\n".join(f"- {line}" for line in _making(old, new)),
    ]
    return parts


def _making(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return lines on codebook, raters, findings and options that are different, or that all of them are the same."""
    found = [
        (what, old_value, new_value)
        for what, old_value, new_value in (
            ("Codebook version", old["codebook"].get("version"), new["codebook"].get("version")),
            ("Listed raters", len(old["raters"]), len(new["raters"])),
            ("Findings", *(manifest.get("known_defects", {}).get("count", 0) for manifest in (old, new))),
            ("Concord", old.get("concord"), new.get("concord")),
            *(
                (f"Option {name}", old["options"].get(name, "default"), new["options"].get(name, "default"))
                for name in sorted({*old["options"], *new["options"]} - {"raters", "like"})
            ),
        )
        if old_value != new_value
    ]
    if not found:
        return ["Same codebook, number of raters, findings, options and version of Concord."]
    return [f"{what}: {_value(before)} before, {_value(after)} now" for what, before, after in found]


def _named(names: Sequence[str], count: int) -> str:
    if not names:
        return ""
    shown = ", ".join(names[:LISTED])
    return f" ({shown}{', …' if count > LISTED else ''})"


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _value(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
