"""A corpus remembers its split from the first release on."""

from pathlib import Path

import pytest

from corpus.models import Corpus, Dialogue
from export.models import Release
from tests.agreement.material import judge
from tests.export.material import export, manifest, native_rows, released_corpus
from tests.factories import DialogueFactory, UtteranceFactory

pytestmark = pytest.mark.django_db


def split_of(folder: Path) -> dict[str, str]:
    return {
        line.split('"dialogue":"')[1].split('"')[0]: split
        for split in manifest(folder)["splits"]
        for line in (folder / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
    }


def grow(corpus: Corpus, count: int) -> None:
    for number in range(count):
        dialogue = DialogueFactory(corpus=corpus, order=1000 + number, state=Dialogue.State.READY)
        utterance = UtteranceFactory(dialogue=dialogue, order=1, text=f"新的一句话 {number}")
        for rater in corpus.raters.all():
            judge(rater, utterance, sentiment="positive")


def test_dialogues_keep_their_split_when_the_corpus_grows(tmp_path: Path) -> None:
    corpus = released_corpus(dialogues=12)
    before = split_of(export(corpus, tmp_path / "v1", "--register", "v1"))
    grow(corpus, 5)
    after = export(corpus, tmp_path / "v2", "--register", "v2")
    assert {code: split_of(after)[code] for code in before} == before
    assert manifest(after)["split"]["kind"] == "continued"
    assert (manifest(after)["split"]["release"], manifest(after)["split"]["new"]) == ("v1", 5)
    assert list(Release.objects.filter(corpus=corpus).order_by("number").values_list("number", "name")) == [
        (1, "v1"),
        (2, "v2"),
    ]


def test_another_seed_is_a_fresh_draw_and_like_goes_back_to_the_first(tmp_path: Path) -> None:
    corpus = released_corpus(dialogues=12)
    before = split_of(export(corpus, tmp_path / "v1", "--register", "v1"))
    fresh = export(corpus, tmp_path / "fresh", "--seed", "9")
    assert manifest(fresh)["split"]["kind"] == "fresh"
    assert split_of(fresh) != before
    for name in ("v1", str(tmp_path / "v1")):
        again = export(corpus, tmp_path / "again", "--seed", "9", "--split", "like", name, "--force")
        assert split_of(again) == before


def test_folds_and_series_have_files_of_their_own(tmp_path: Path) -> None:
    corpus = released_corpus(dialogues=10)
    out = export(corpus, tmp_path / "folds", "--folds", "5")
    assert list(manifest(out)["splits"]) == [f"fold-{number}" for number in range(1, 6)]
    assert {about["dialogues"] for about in manifest(out)["splits"].values()} == {2}
    series = export(corpus, tmp_path / "series", "--folds", "series")
    assert len(set(manifest(series)["split"]["series"].values())) == len(manifest(series)["splits"]) == 10


def test_a_class_that_a_split_lacks_is_a_warning_with_a_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = released_corpus(dialogues=4)
    out = export(corpus, tmp_path / "out")
    labels = {row["labels"]["sentiment"]["label"] for row in native_rows(out)} - {None}
    assert labels
    found = manifest(out)["warnings"]
    assert found
    assert all(each["remedy"] and each["label"] in labels for each in found if each["question"] == "sentiment")
    assert "Stratify by sentiment alone" in capsys.readouterr().err


def test_duplicate_dialogues_are_never_separated(tmp_path: Path) -> None:
    corpus = released_corpus(dialogues=12)
    first, second = Dialogue.objects.filter(corpus=corpus).order_by("order")[:2]
    for one, other in zip(first.utterances.order_by("order"), second.utterances.order_by("order"), strict=True):
        one.text = other.text = f"这两段对话完全一样 {one.order}"
        one.save()
        other.save()
    for seed in range(5):
        found = split_of(export(corpus, tmp_path / "out", "--seed", str(seed), "--force"))
        assert found[first.code] == found[second.code]
