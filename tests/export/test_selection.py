from pathlib import Path

import pytest

from corpus.domain.selection.candidates import Criteria
from corpus.domain.selection.steps import screen_dialogues
from corpus.models import Screening, SelectionStep
from tests.export.material import export, manifest, released_corpus

pytestmark = pytest.mark.django_db


def test_the_manifest_lists_the_selection_and_the_prevalence_in_the_population(tmp_path: Path) -> None:
    corpus = released_corpus(lines=1)
    first, second, *others = corpus.dialogues.order_by("order")
    before = manifest(export(corpus, tmp_path / "before"))["selection"]
    assert (before["undecided"], before["steps"]) == (6, [])
    shares = before["prevalence"]["sentiment"]
    assert all(each["weighted"] is None for each in shares.values())
    screen_dialogues(
        corpus=corpus, criteria=Criteria(codes=(first.code,)), is_in=True, reason="the pilot", decided_by=None
    )
    step = SelectionStep.objects.create(corpus=corpus, kind="draw", population=10, taken=1, seed=1)
    Screening.objects.create(step=step, dialogue=second, is_in=True, probability=0.1)
    after = manifest(export(corpus, tmp_path / "after"))["selection"]
    assert after["released"] == {"drawn": 1, "chosen": 1, "undecided": len(others)}
    assert [each["reason"] for each in after["steps"]] == ["the pilot", ""]
    # the second of six rows stands for ten; its label is that of place 1 of three
    assert after["prevalence"]["sentiment"]["neutral"] == {"share": round(2 / 6, 6), "weighted": round(11 / 15, 6)}
