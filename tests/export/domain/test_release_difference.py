"""Differences between two releases, on folders of made-up rows."""

from pathlib import Path
from typing import Any

import pytest

from export.domain.release_difference import Change, Side, difference
from export.rows.records import encode
from tests.refusals import refused

TASK = {"slug": "mood", "kind": "task", "classes": ["good", "bad"]}
OTHER = {"slug": "sarcasm", "kind": "task", "classes": ["no", "yes"]}
LINK = {"slug": "mood_sarcasm", "kind": "link", "classes": [-1, 0, 1], "from": "mood", "to": "sarcasm"}


def cell(label: Any, source: str = "majority", votes: str = "a", state: str = "labelled") -> dict[str, Any]:
    return {"label": label, "state": state, "source": source, "votes": [votes]}


def row(dialogue: str, order: int = 1, **labels: dict[str, Any]) -> dict[str, Any]:
    labels = {"mood": cell("good"), "sarcasm": cell("no"), "mood_sarcasm": cell(0)} | labels
    texts = dict.fromkeys(("series", "episode", "speaker", "text"), "")
    times = {"start_ms": None, "end_ms": None, "clip": None}
    return {"id": f"{dialogue}-{order}", "dialogue": dialogue, "order": order, **texts, **times, "labels": labels}


def side(folder: Path, splits: dict[str, list[dict[str, Any]]], **manifest: Any) -> Side:
    folder.mkdir()
    for split, rows in splits.items():
        (folder / f"{split}.jsonl").write_bytes(b"".join(encode(each) + b"\n" for each in rows))
    agreement = {"questions": [{"slug": "mood", "alpha": {"value": 0.5}}]}
    usual = {"questions": [TASK, OTHER, LINK], "options": {}, "raters": [{"slug": "a"}], "agreement": agreement}
    return Side(folder, {"splits": {name: {} for name in splits}, "codebook": {"version": 1}, **usual, **manifest})


def why(tmp_path: Path, old: dict[str, Any], new: dict[str, Any], **manifest: Any) -> dict[str, str]:
    first = side(tmp_path / "old", {"train": [row("d", **old)]})
    second = side(tmp_path / "new", {"train": [row("d", **new)]}, **manifest)
    return {each["question"]: each["why"] for each in difference(first, second)["labels"]["listed"]}


@pytest.mark.parametrize(
    ("old", "new", "manifest", "reason"),
    [
        (cell("good"), cell("bad", votes="b"), {}, "revision"),
        (cell("good"), cell("bad"), {}, "method"),
        (cell("good"), cell("bad"), {"options": {"consensus": "soft"}}, "method"),
        (
            cell("good"),
            cell("bad"),
            {"consent": {"withheld": 1}},
            "revision",
        ),  # perhaps of an answer that is not listed
        (cell("good"), cell("bad"), {"consent": {"withheld": 1}, "raters": [{"slug": "b"}]}, "method"),
        (cell("good"), cell("bad", "decision"), {}, "decision"),
        (cell("good", "decision"), cell("bad", "decision"), {}, "decision"),
        (cell("good", "decision"), cell("bad"), {}, "decision"),
        (cell("good"), cell("bad", "accepted", "b"), {}, "decision"),
        (cell("good"), cell("bad", votes="b"), {"questions": [{**TASK, "classes": ["bad"]}]}, "codebook"),
        (cell("good", "decision"), cell("bad", "decision"), {"questions": [{**TASK, "many": True}]}, "codebook"),
        (cell("good"), cell(None, state="not_applicable"), {}, "method"),
    ],
)
def test_each_changed_label_has_its_reason(
    tmp_path: Path, old: dict[str, Any], new: dict[str, Any], manifest: dict[str, Any], reason: str
) -> None:
    assert why(tmp_path, {"mood": old}, {"mood": new}, **manifest) == {"mood": reason}


def test_a_link_changes_for_the_reason_of_its_ends(tmp_path: Path) -> None:
    old = {"mood_sarcasm": cell(0)}
    new = {"mood": cell("bad", "decision"), "mood_sarcasm": cell(None, "not_asked", state="not_applicable")}
    assert why(tmp_path, old, new) == {"mood": "decision", "mood_sarcasm": "decision"}


def test_dialogues_come_move_and_go_and_labels_are_counted(tmp_path: Path) -> None:
    old = side(tmp_path / "old", {"train": [row("a"), row("a", 2), row("b")], "dev": [row("c")], "test": [row("d")]})
    changed = row("a", 2, mood=cell("bad", votes="b"))
    added = [row("e", mood=cell("bad"))]
    new = side(
        tmp_path / "new",
        {"test": added, "dev": [row("b")], "train": [row("a"), changed, row("a", 3), row("c")]},
        agreement={"questions": [{"slug": "mood", "alpha": {"value": 0.6}}, {"slug": "new", "alpha": {}}]},
    )
    noted: list[Change] = []
    found = difference(old, new, noted.append)
    assert found["dialogues"] == {
        "counts": {"added": 1, "moved": 2, "removed": 1},
        "added": ["e"],
        "removed": ["d"],
        "moved": [
            {"dialogue": "c", "from": "dev", "to": "train"},
            {"dialogue": "b", "from": "train", "to": "dev"},
        ],
    }
    labels = found["labels"]
    assert (labels["changed"], labels["compared"]) == (1, 12)  # four utterances of a, b and c; three questions
    assert labels["by_both"] == {"mood": {"revision": 1}}
    assert found["agreement"] == {"mood": {"before": 0.5, "after": 0.6}, "new": {"before": None, "after": None}}
    assert [(each.kind, each.dialogue) for each in noted] == [
        ("added", "e"),
        ("moved", "c"),
        ("moved", "b"),
        ("removed", "d"),
        ("label", "a"),
    ]
    assert noted[-1] == Change("label", "a", 2, "a-2", "mood", "good", "bad", "revision")


@pytest.mark.parametrize("damage", ["twice", "text", "no label", "no file"])
def test_damaged_rows_are_refused(tmp_path: Path, damage: str) -> None:
    old = side(tmp_path / "old", {"train": [row("a"), row("b")]})
    new = side(tmp_path / "new", {"train": [row("a", mood=cell("bad")), row("b")]})
    path = new.folder / "train.jsonl"
    if damage == "twice":
        path.write_bytes(path.read_bytes() + encode(row("a", 2)) + b"\n")
    elif damage == "text":
        path.write_bytes(path.read_bytes()[:-9])
    elif damage == "no label":
        path.write_bytes(encode({**row("a"), "labels": {}}) + b"\n")
    else:
        path.unlink()
    with refused("export.unknown_release"):
        difference(old, new)
