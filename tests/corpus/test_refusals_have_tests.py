"""Every refusal and repair of the readers, importers and the timeline editor is named by a test.

A new code without a test fails here. The check is one of names: whether the test fails without the code is for its
author to see.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.errors import MESSAGES

ROOT = Path(__file__).parents[2]
RAISED = frozenset(["Refused", "SubtitleFault", "__init__"])
PLACES = (
    "corpus/rules/subtitles",
    "corpus/importers",
    "corpus/domain/imports",
    "corpus/domain/ingest",
    "corpus/domain/timeline",
    "corpus/domain/structure/speakers.py",
    "corpus/domain/structure/speaker_merges.py",
    "corpus/management/commands/import_corpus.py",
    "annotator/domain/timeline",
    "annotator/views/timeline",
)
REPAIRS = ("remark", "note", "line", "cue")  # kinds of texts, whose codes are stored without the kind


def modules(place: str) -> list[Path]:
    path = ROOT / place
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def raised(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        code = node.args[0].value
        if name in RAISED and isinstance(code, str) and "." in code:
            yield code


@pytest.fixture(scope="module")
def words() -> set[str]:
    """All constant texts of the tests, docstrings and this module excepted."""
    found = set()
    for path in (ROOT / "tests").rglob("*.py"):
        if path == Path(__file__):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def test_every_refusal_is_named_by_a_test(words: set[str]) -> None:
    codes = {code: str(path) for place in PLACES for path in modules(place) for code in raised(path)}
    assert len(codes) > 100
    assert {code: path for code, path in codes.items() if code not in words} == {}
    assert codes.keys() <= MESSAGES.keys()


def test_every_repair_is_named_by_a_test(words: set[str]) -> None:
    codes = {code for code in MESSAGES if code.partition(".")[0] in REPAIRS}
    assert len(codes) > 70
    assert {code for code in codes if code not in words and code.partition(".")[2] not in words} == set()
