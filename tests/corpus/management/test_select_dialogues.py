import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from corpus.models import Corpus, Dialogue
from tests.factories import CorpusFactory, DialogueFactory, UtteranceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def corpus() -> Corpus:
    found: Corpus = CorpusFactory()
    for dialogue in DialogueFactory.create_batch(5, corpus=found):
        UtteranceFactory(dialogue=dialogue)
    return found


def select(corpus: Corpus, *args: str) -> Any:
    out = StringIO()
    call_command("select_dialogues", corpus.slug, *args, stdout=out)
    return json.loads(out.getvalue())


def test_dialogues_are_listed_drawn_undone_and_shown(corpus: Corpus, tmp_path: Path) -> None:
    listed = tmp_path / "codes.txt"
    listed.write_text("\n".join(Dialogue.objects.values_list("code", flat=True)[:2]) + "\n", encoding="utf-8")
    assert select(corpus, "out", "--codes", str(listed), "--reason", "too short")["dialogues"] == 2
    drawn = select(corpus, "draw", "--number", "1", "--seed", "3", "--rule", "a pilot")
    assert (drawn["dialogues"], drawn["in"], drawn["seed"]) == (3, 1, 3)
    shown = select(corpus, "show")
    assert (shown["in"], shown["out"], shown["undecided"]) == (1, 4, 0)
    assert [step["reason"] for step in shown["steps"]] == ["too short", "a pilot"]
    assert select(corpus, "undo")["id"] == drawn["id"]
    assert select(corpus, "show")["undecided"] == 3


def test_a_refusal_and_unknown_names_end_the_command(corpus: Corpus, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    for args in (
        ("out", "--codes", str(empty), "--reason", "x"),
        ("undo",),
        ("in", "--codes", "/none", "--reason", "x"),
    ):
        with pytest.raises(CommandError):
            select(corpus, *args)
    with pytest.raises(CommandError, match="No corpus"):
        call_command("select_dialogues", "nobody", "show")
