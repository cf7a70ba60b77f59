"""Pseudonyms of the raters of a source."""

from __future__ import annotations

from collections.abc import Iterable


def rater_slugs(names: Iterable[str]) -> dict[str, str]:
    """Return a slug -> the name of each rater; a name without ASCII letters or digits gets a number."""
    found: dict[str, str] = {}
    for number, name in enumerate(names, start=1):
        stem = "".join(char if char.isascii() and (char.isalnum() or char in "-_") else "-" for char in name.strip())
        stem = stem.strip("-")[:50] if any(char.isalnum() for char in stem) else f"rater-{number}"
        slug, count = stem, 1
        while slug.casefold() in {each.casefold() for each in found}:
            count += 1
            slug = f"{stem}-{count}"
        found[slug] = name
    return found
