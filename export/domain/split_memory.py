"""The splits of earlier releases: of the stored ones, and of release folders."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from common.errors import Refused
from corpus.models import Corpus
from export.domain.options import Options
from export.models import Release
from export.rows.records import head_of

SAME = ("group", "ratios", "seed", "folds", "leave_out")  # options that make two random splits the same one


@dataclass(frozen=True, slots=True)
class Memory:
    """The split that a release continues.

    Attributes:
        release: name of the earlier release; "" if there is none.
        known: dialogue code -> split.
        is_fresh: whether there are earlier releases, but the options ask for another draw.
    """

    release: str = ""
    known: Mapping[str, str] = field(default_factory=dict)
    is_fresh: bool = False


def remembered(corpus: Corpus, options: Options, *, own: Release | None = None) -> Memory:
    """Return the split that a release with these options continues.

    A random split continues that of the newest stored release with the same group, ratios and seed, so that no
    dialogue moves when the corpus grows. `like` names the release to continue, stored or a folder.

    Args:
        corpus: the corpus.
        options: of the release.
        own: the release that is being made, which does not count.

    Raises:
        Refused: `export.unknown_release`.
    """
    if options.split == "source":
        return Memory()
    if options.split == "like":
        return Memory(options.like, splits_of(corpus, options.like))
    made = Release.objects.filter(corpus=corpus, assignment__isnull=False).exclude(pk__in=[own.pk] if own else [])
    wanted = _drawn(options.as_document())
    found = False
    for name, document, assignment in made.order_by("-created_at", "-pk").values_list("name", "options", "assignment"):
        if document.get("split", "random") == "source":
            continue
        found = True
        if _drawn(document) == wanted:
            return Memory(name, assignment or {})
    return Memory(is_fresh=found)


def splits_of(corpus: Corpus, name: str) -> Mapping[str, str]:
    """Return dialogue code -> split of a release, stored under a name or in a folder.

    Raises:
        Refused: `export.unknown_release`; `export.split_not_remembered`, it was made before releases kept their splits.
    """
    row = Release.objects.filter(corpus=corpus, name=name, manifest__isnull=False).first()
    if row is None:
        return splits_of_folder(Path(name))
    if row.assignment is None:
        raise Refused("export.split_not_remembered", name=name)
    return dict(row.assignment)


def splits_of_folder(folder: Path) -> dict[str, str]:
    """Return dialogue code -> split of a release folder.

    Raises:
        Refused: `export.unknown_release`.
    """
    try:
        splits = json.loads((folder / "manifest.json").read_bytes())["splits"]
        found: dict[str, str] = {}
        for split in splits:
            with (folder / f"{split}.jsonl").open("rb") as file:
                for line in file:
                    found.setdefault(head_of(line).dialogue, split)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused("export.unknown_release", name=str(folder)) from error
    return found


def _drawn(document: Mapping[str, Any]) -> list[Any]:
    return [document.get(name) for name in SAME]
