"""The difference of two releases: labels, dialogues and agreement."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import IO, Any

import msgspec

from common.errors import Refused
from export.rows.records import Batch, head_of

NAMED = 1000  # changed labels, and dialogues of each kind, that a summary lists one by one
DECIDED = {"decision", "accepted"}  # sources of labels that people settled
METHOD = ("consensus", "incomplete", "keep_labels")  # options that decide how labels follow from answers
KINDS = ("added", "moved", "removed", "label")
REASONS = ("revision", "decision", "codebook", "method")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    Attributes:
        kind: of `KINDS`: a dialogue was added, moved to another split or removed, or a label changed.
        dialogue: its code.
        order: of the utterance in its dialogue; 0 for a dialogue.
        id: of the utterance; "" for a dialogue.
        question: whose label changed; "" for a dialogue.
        before: the label, or the split; None if there was none.
        after: the same, now.
        why: of `REASONS`; "" for a dialogue.
    """

    kind: str
    dialogue: str
    order: int = 0
    id: str = ""
    question: str = ""
    before: Any = None
    after: Any = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One of two releases: the folder with its JSON lines, and its manifest, which may not be written yet."""

    folder: Path
    manifest: Mapping[str, Any]

    @classmethod
    def of(cls, folder: Path) -> Side:
        """Return a release folder as it is on disk.

        Raises:
            Refused: `export.unknown_release`.
        """
        try:
            manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
            _ = manifest["splits"], manifest["codebook"], manifest["agreement"]["questions"], manifest["questions"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Refused("export.unknown_release", name=str(folder)) from error
        return cls(folder, manifest)


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a dialogue's rows in a file."""

    split: str
    digest: bytes
    offset: int
    size: int


def difference(old: Side, new: Side, note: Callable[[Change], None] | None = None) -> dict[str, Any]:
    """Return how a release differs from an earlier one.

    A label changed by a `decision` if a decision of an adjudicator was made, changed or withdrawn; by the `codebook` if
    its question is asked differently now; by a `revision` if an answer was added, changed or withdrawn; else by the
    `method` or the choice of raters.

    Dialogues whose rows have the same bytes are not parsed, so the time depends on what has changed. The memory
    holds about 300 bytes per dialogue.

    Args:
        old: the earlier release.
        new: the later one.
        note: called with every change: dialogues that were added, moved and removed, then labels, each in the order of
            the files.

    Returns:
        `dialogues`: `counts` of `added`, `removed` and `moved`, the first `NAMED` codes `added` and `removed`, and
        those `moved` with their splits; `labels`: `changed`, their number, `compared`, `by_question`, `by_reason`,
        `by_both` (question -> reason -> number) and `listed`, the first `NAMED` of them, with `id`, `dialogue`,
        `order`, `question`, `from`, `to`, `why`; `agreement`: question -> alpha before and after.

    Raises:
        Refused: `export.unknown_release`.
    """
    try:
        return _difference(old, new, note or (lambda _change: None))
    except (OSError, ValueError, KeyError, TypeError, msgspec.MsgspecError) as error:
        raise Refused("export.unknown_release", name=f"{old.folder.name}, {new.folder.name}") from error


def _difference(old: Side, new: Side, note: Callable[[Change], None]) -> dict[str, Any]:
    before, after = _places(old), _places(new)
    dialogues = list(_changed_dialogues(before, after))
    for change in dialogues:
        note(change)
    reasons = _Reasons(old.manifest, new.manifest)
    counts: dict[str, Counter[str]] = {}
    listed: list[dict[str, Any]] = []
    compared = 0
    with _Files(old) as first, _Files(new) as second:
        for code, place in after.items():
            earlier = before.get(code)
            if earlier is None:
                continue
            if earlier.digest == place.digest:
                compared += second.read(place).count(b"\n") * len(reasons.questions)
                continue
            rows = {(row.order, row.id): row for row in Batch(first.read(earlier)).rows}
            for row in Batch(second.read(place)).rows:
                if (known := rows.get((row.order, row.id))) is None:
                    continue
                cells = known.cells(), row.cells()
                for slug in reasons.questions:
                    compared += 1
                    one, other = cells[0][slug], cells[1][slug]
                    labels = _label(one), _label(other)
                    if labels[0] == labels[1]:
                        continue
                    why = reasons.why(slug, *cells)
                    counts.setdefault(slug, Counter())[why] += 1
                    change = Change("label", code, row.order, row.id, slug, *labels, why)
                    note(change)
                    if len(listed) < NAMED:
                        listed.append(_document(change))
    by_kind = Counter(change.kind for change in dialogues)
    by_reason = sum(counts.values(), Counter())
    return {
        "dialogues": {
            "counts": {kind: by_kind[kind] for kind in ("added", "moved", "removed")},
            **{
                kind: [change.dialogue for change in dialogues if change.kind == kind][:NAMED]
                for kind in ("added", "removed")
            },
            "moved": [
                {"dialogue": change.dialogue, "from": change.before, "to": change.after}
                for change in dialogues
                if change.kind == "moved"
            ][:NAMED],
        },
        "labels": {
            "changed": by_reason.total(),
            "compared": compared,
            "by_question": {slug: found.total() for slug, found in sorted(counts.items())},
            "by_reason": dict(sorted(by_reason.items())),
            "by_both": {slug: dict(sorted(found.items())) for slug, found in sorted(counts.items())},
            "listed": listed,
        },
        "agreement": _agreement(old.manifest, new.manifest),
    }


def _places(side: Side) -> dict[str, Place]:
    """Return dialogue -> where its rows are, in the order of the files; the rows of a dialogue follow one another."""
    found: dict[str, Place] = {}
    for split in _in_order(side.manifest["splits"]):
        offset = 0
        with (side.folder / f"{split}.jsonl").open("rb") as file:
            for code, lines in groupby(file, key=lambda line: head_of(line).dialogue):
                data = b"".join(lines)
                if code in found:
                    raise ValueError(f"{code} is in two places")
                found[code] = Place(split, hashlib.blake2b(data, digest_size=16).digest(), offset, len(data))
                offset += len(data)
    return found


def _in_order(splits: Mapping[str, Any]) -> list[str]:
    """Return the names of splits in one order, however a database sorts the keys of a document."""
    usual = {"train": 0, "dev": 1, "test": 2}
    return sorted(splits, key=lambda name: (usual.get(name, 3), len(name), name))


def _changed_dialogues(before: Mapping[str, Place], after: Mapping[str, Place]) -> Iterator[Change]:
    for code, place in after.items():
        if code not in before:
            yield Change("added", code, after=place.split)
    for code, place in after.items():
        if code in before and before[code].split != place.split:
            yield Change("moved", code, before=before[code].split, after=place.split)
    for code, place in before.items():
        if code not in after:
            yield Change("removed", code, before=place.split)


class _Files:
    """The opened JSON lines of a release."""

    def __init__(self, side: Side) -> None:
        self._side = side
        self._opened: dict[str, IO[bytes]] = {}

    def __enter__(self) -> _Files:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._opened.values():
            file.close()

    def read(self, place: Place) -> bytes:
        """Return the rows of a dialogue."""
        file = self._opened.get(place.split)
        if file is None:
            file = self._opened[place.split] = (self._side.folder / f"{place.split}.jsonl").open("rb")
        file.seek(place.offset)
        return file.read(place.size)


class _Reasons:
    """Tells why labels differ.

    Attributes:
        questions: slugs of the questions of both releases.
    """

    def __init__(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        asked = [{each["slug"]: each for each in manifest["questions"]} for manifest in (old, new)]
        self.questions = [slug for slug in asked[1] if slug in asked[0]]
        self._asked_differently = {slug for slug in self.questions if asked[0][slug] != asked[1][slug]}
        self._ends = {each["slug"]: (each["from"], each["to"]) for each in asked[1].values() if each["kind"] == "link"}
        ways = [
            ([manifest["options"].get(name) for name in METHOD], sorted(each["slug"] for each in manifest["raters"]))
            for manifest in (old, new)
        ]
        hidden = any(manifest.get("consent", {}).get("withheld") for manifest in (old, new))
        self._has_hidden_answers = hidden and ways[0] == ways[1]

    def why(self, question: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
        """Return why the label of a question is another one now.

        A link whose own answers are the same can change with the labels of its ends, which decide whether it applies.

        Args:
            question: slug.
            old: question -> cell of the earlier row.
            new: the same of the later row.
        """
        one, other = old[question], new[question]
        decided = one["source"] in DECIDED, other["source"] in DECIDED
        if decided[0] != decided[1]:
            return "decision"
        if question in self._asked_differently:
            return "codebook"
        if decided[1]:
            return "decision"
        if one["votes"] != other["votes"] or self._has_hidden_answers:
            return "revision"
        for end in self._ends.get(question, ()):
            if end in old and end in new and _label(old[end]) != _label(new[end]):
                return self.why(end, old, new)
        return "method"


def _label(cell: Mapping[str, Any]) -> Any:
    return "not_applicable" if cell.get("state") == "not_applicable" else cell["label"]


def _document(change: Change) -> dict[str, Any]:
    where = {"dialogue": change.dialogue, "order": change.order, "id": change.id, "question": change.question}
    return {**where, "from": change.before, "to": change.after, "why": change.why}


def _agreement(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, dict[str, float | None]]:
    figures = [
        {each["slug"]: each["alpha"].get("value") for each in manifest["agreement"]["questions"]}
        for manifest in (old, new)
    ]
    slugs = dict.fromkeys((*figures[0], *figures[1]))
    return {slug: {"before": figures[0].get(slug), "after": figures[1].get(slug)} for slug in slugs}
