from pathlib import Path

import pytest

from corpus.domain.selection.candidates import Criteria
from corpus.domain.selection.steps import screen_dialogues
from corpus.models import Screening, SelectionStep
from tests.export.material import export, manifest, released_corpus

pytestmark = pytest.mark.django_db


GROUP = [{"group": "", "population": 10, "taken": 1, "probability": 0.1}]


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
    step = SelectionStep.objects.create(corpus=corpus, kind="draw", population=10, taken=1, seed=1, groups=GROUP)
    Screening.objects.create(step=step, dialogue=second, is_in=True, probability=0.1)
    after = manifest(export(corpus, tmp_path / "after"))["selection"]
    assert after["released"] == {"drawn": 1, "chosen": 1, "undecided": len(others)}
    assert [each["reason"] for each in after["steps"]] == ["the pilot", ""]
    # the second of six rows stands for ten; its label is that of place 1 of three
    assert after["prevalence"]["sentiment"]["neutral"] == {"share": round(2 / 6, 6), "weighted": round(11 / 15, 6)}


def test_the_card_and_the_datasheet_say_how_the_dialogues_were_selected(tmp_path: Path) -> None:
    corpus = released_corpus(lines=1)
    before = export(corpus, tmp_path / "before")
    assert "candidate dialogues" not in (before / "DATASHEET.md").read_text(encoding="utf-8")
    first, *others = corpus.dialogues.order_by("order")
    screen_dialogues(
        corpus=corpus, criteria=Criteria(codes=(first.code,)), is_in=True, reason="the pilot", decided_by=None
    )
    group = {"group": "", "population": 40, "taken": 2, "probability": 0.05}
    step = SelectionStep.objects.create(
        corpus=corpus, kind="draw", per="corpus", population=40, taken=2, seed=7, reason="2 of all", groups=[group]
    )
    for dialogue in others[:2]:
        Screening.objects.create(step=step, dialogue=dialogue, is_in=True, probability=0.05)
    after = export(corpus, tmp_path / "after")
    for name in ("README.md", "DATASHEET.md"):
        text = (after / name).read_text(encoding="utf-8")
        assert "Of 6 candidate dialogues 3 are screened in, 0 are screened out, and 3 are not decided." in text
        assert "2 were drawn at random, 1 were chosen for a reason, and 3 are not decided." in text
        assert "- 1 screened in: the pilot\n- 2 of 40 drawn from all, probability 0.05, seed 7: 2 of all" in text
        assert "weighted by the draws" in text


def test_the_manifest_describes_the_speakers_and_has_the_topics(tmp_path: Path) -> None:
    corpus = released_corpus(dialogues=3, lines=1)
    first = corpus.dialogues.earliest("order")
    corpus.dialogues.filter(pk=first.pk).update(topic="the pudding")
    speaker = first.utterances.get().speaker
    assert speaker
    speaker.gender, speaker.notes = "female", {"profession": "cook"}
    speaker.save()
    found = manifest(export(corpus, tmp_path / "out"))
    assert found["topics"] == {first.code: "the pudding"}
    described = {each["name"]: each for each in found["speakers"]}
    assert (described[speaker.name]["gender"], described[speaker.name]["notes"]) == ("female", {"profession": "cook"})
