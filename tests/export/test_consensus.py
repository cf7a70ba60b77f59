"""Releases by each consensus method, with incomplete utterances, and the counts of how labels came about."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from annotator.models import Batch
from corpus.models import Corpus
from tests.agreement.material import finish, judge, source, utterances
from tests.annotator.material import corpus_with_work
from tests.export.material import cells, contents, export, manifest, released_corpus, rows
from tests.factories import RaterFactory, SlotFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def labels(out: Path, question: str = "sentiment") -> list[tuple[object, str]]:
    found = sorted(rows(out), key=lambda row: str(row["id"]))
    return [(row["labels"][question]["label"], row["labels"][question]["source"]) for row in found]


def unlike(*moods: str) -> Corpus:
    """A corpus of ten dialogues with one utterance, whose raters give these answers to the first three."""
    corpus = corpus_with_work(dialogues=10)
    for number, mood in enumerate(moods, 1):
        rater = RaterFactory(corpus=corpus, slug=f"annotator-{number}")
        for place, utterance in enumerate(utterances(corpus)):
            judge(rater, utterance, sentiment=mood if place < 3 else "neutral")
    return corpus


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("majority", ("positive", "majority")),
        ("threshold:0.6", ("positive", "threshold")),
        ("threshold:0.7", (None, "below_threshold")),
        ("unanimous", (None, "not_unanimous")),
        ("soft", ("positive", "majority")),
        ("dawid-skene", ("positive", "dawid_skene")),
    ],
)
def test_a_release_is_labelled_by_each_method(tmp_path: Path, method: str, expected: tuple[object, str]) -> None:
    corpus = unlike("positive", "positive", "negative")
    out = export(corpus, tmp_path / "out", "--consensus", method)
    assert labels(out).count(expected) == 3
    about = manifest(out)["consensus"]
    assert about["method"] == method.partition(":")[0]
    assert about["utterances"] == {"unanimous": 7, expected[1]: 3}
    assert about["questions"]["sentiment"] == about["utterances"]
    assert about["questions"]["emotion_sentiment"] == {"not_asked": 10}
    again = export(corpus, tmp_path / "again", "--consensus", method)
    assert contents(out) == contents(again)


def test_the_manifest_states_the_number_of_a_method(tmp_path: Path) -> None:
    out = export(unlike("positive", "positive", "negative"), tmp_path / "out", "--consensus", "threshold:2/3")
    assert manifest(out)["options"]["consensus"] == "threshold:0.666667"
    assert manifest(out)["consensus"]["share"] == 0.666667
    assert labels(out).count(("positive", "threshold")) == 3


@pytest.mark.parametrize("method", ["soft", "dawid-skene"])
def test_soft_labels_are_in_every_format(tmp_path: Path, method: str) -> None:
    out = export(unlike("positive", "positive", "negative"), tmp_path / "out", "--consensus", method)
    for row, cell in zip(rows(out), cells(out), strict=True):
        distribution = row["labels"]["sentiment"]["distribution"]
        assert sum(distribution.values()) == pytest.approx(1, abs=1e-5)
        assert list(distribution) == ["negative", "neutral", "positive"]
        assert json.loads(cell["sentiment_distribution"]) == distribution
        assert cell["emotion_sentiment_distribution"] == ""  # the link is not asked
    if method == "soft":
        shares = [row["labels"]["sentiment"]["distribution"] for row in rows(out)]
        assert shares.count({"negative": 0.333333, "neutral": 0.0, "positive": 0.666667}) == 3


def test_other_methods_have_no_column_for_distributions(tmp_path: Path) -> None:
    out = export(released_corpus(), tmp_path / "out")
    assert "distribution" not in rows(out)[0]["labels"]["sentiment"]
    assert not any(name.endswith("_distribution") for name in cells(out)[0])


def with_an_open_place(corpus: Corpus) -> None:
    """Give the last dialogue a place that nobody has finished."""
    SlotFactory(dialogue=utterances(corpus)[-1].dialogue, number=4)
    Batch.objects.filter(corpus=corpus).update(k=4)


def test_incomplete_dialogues_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    corpus = released_corpus()
    last = utterances(corpus)[-1].dialogue.code
    with_an_open_place(corpus)
    out = export(corpus, tmp_path / "out")
    assert last not in {row["dialogue"] for row in rows(out)}
    found = manifest(out)
    assert found["left_out"] == {"draft": 0, "incomplete": 1, "unjudged": 0, "incomparable": 0}
    assert (found["consensus"]["incomplete"], found["answers"]["annotations"]) == (2, 30)
    whole = export(corpus, tmp_path / "whole", "--incomplete", "include")
    assert last in {row["dialogue"] for row in rows(whole)}
    assert manifest(whole)["options"]["incomplete"] is True
    assert (manifest(whole)["left_out"]["incomplete"], manifest(whole)["answers"]["annotations"]) == (0, 36)


def test_a_place_above_the_k_of_its_batch_is_not_waited_for(tmp_path: Path) -> None:
    corpus = released_corpus()
    with_an_open_place(corpus)
    Batch.objects.filter(corpus=corpus).update(k=3)
    assert manifest(export(corpus, tmp_path / "out"))["left_out"]["incomplete"] == 0


def test_a_dialogue_that_an_annotator_still_holds_is_incomplete(tmp_path: Path) -> None:
    corpus = released_corpus()
    finish(RaterFactory(corpus=corpus, slug="annotator-4"), utterances(corpus)[0].dialogue, state="open")
    Batch.objects.filter(corpus=corpus).update(k=4)
    assert manifest(export(corpus, tmp_path / "out"))["left_out"]["incomplete"] == 1


def test_the_labels_of_a_source_are_always_complete(tmp_path: Path) -> None:
    corpus = corpus_with_work(dialogues=6)
    owner = source(corpus)
    for utterance in utterances(corpus):
        judge(owner, utterance, sentiment="positive")
        SlotFactory(dialogue=utterance.dialogue, number=1)
    out = export(corpus, tmp_path / "out", "--raters", "source")
    assert labels(out) == [("positive", "single")] * 6


def test_a_corpus_without_a_complete_dialogue_is_refused_with_the_way_out(tmp_path: Path) -> None:
    corpus = corpus_with_work(dialogues=3)
    rater = RaterFactory(corpus=corpus, slug="annotator-1")
    for utterance in utterances(corpus):
        judge(rater, utterance)
        SlotFactory(dialogue=utterance.dialogue, number=2)
    with pytest.raises(Exception, match=r"Each of the 3 labelled dialogues .*--incomplete include"):
        export(corpus, tmp_path / "out")
    assert labels(export(corpus, tmp_path / "out", "--incomplete", "include"))[0] == ("neutral", "single")


def test_the_command_states_what_settled_the_utterances(tmp_path: Path) -> None:
    out = StringIO()
    corpus = released_corpus()
    with_an_open_place(corpus)
    call_command("export_corpus", corpus.slug, "--out", str(tmp_path / "out"), stdout=out, stderr=StringIO())
    assert "settled: 9 utterances (9 unanimous)" in out.getvalue()
    assert "open: 1 utterances (1 tie)" in out.getvalue()
    assert "left out: 0 draft dialogues, 1 incomplete ones, 0 without" in out.getvalue()
