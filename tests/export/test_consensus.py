"""Releases by each consensus method, with incomplete utterances, and the counts of how labels came about."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from agreement.models import AcceptedConsensus, ConsensusAcceptance, Decision
from annotator.models import Batch
from corpus.models import CodebookVersion, Corpus, Utterance
from tests.agreement.api.adjudicators import Adjudicator
from tests.agreement.api.adjudicators import decide as operation
from tests.agreement.domain.adjudication.material import queued
from tests.agreement.material import finish, judge, put_in_use, source, utterances
from tests.annotator.material import answered, corpus_with_work
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
        written = json.loads(cell["sentiment_distribution"])
        assert {each["answer"]: each["probability"] for each in written} == distribution
        assert cell["emotion_sentiment_distribution"] == "[]"  # the link is not asked
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


def codebook_in_use(corpus: Corpus) -> CodebookVersion:
    assert corpus.codebook is not None
    return corpus.codebook


def decide(utterance: Utterance, outcome: str = "profile", **answers: Any) -> Decision:
    codebook = codebook_in_use(utterance.dialogue.corpus)
    profile = answered(**answers) if outcome == "profile" else None
    codes = codebook.layout().encode(profile) if profile else None
    numbers = {"number": 1, "last_number": 1}
    made: Decision = Decision.objects.create(
        utterance=utterance, codebook=codebook, outcome=outcome, answers=profile, codes=codes, **numbers
    )
    return made


def accept(utterance: Utterance, **answers: Any) -> AcceptedConsensus:
    corpus = utterance.dialogue.corpus
    codebook = codebook_in_use(corpus)
    acceptance = ConsensusAcceptance.objects.create(corpus=corpus, codebook=codebook, agreement="majority")
    codes = codebook.layout().encode(answered(**answers))
    made: AcceptedConsensus = AcceptedConsensus.objects.create(
        utterance=utterance, acceptance=acceptance, codebook=acceptance.codebook, codes=codes
    )
    return made


def test_decisions_come_before_accepted_consensus_and_that_before_the_method(tmp_path: Path) -> None:
    corpus = unlike("positive", "positive", "negative")
    decided, accepted, both, *_ = utterances(corpus)
    decide(decided, sentiment="negative", emotion="joy", emotion_sentiment=-2)
    accept(accepted, sentiment="positive")
    decide(both, sentiment="cannot_judge")
    accept(both, sentiment="positive")
    out = export(corpus, tmp_path / "out")
    found = {row["id"]: row["labels"] for row in rows(out)}
    assert [found[decided.code][slug]["label"] for slug in found[decided.code]] == ["negative", "joy", -2]
    assert {each["source"] for each in found[decided.code].values()} == {"decision"}
    votes = {"annotator-1": "positive", "annotator-2": "positive", "annotator-3": "negative"}
    assert found[decided.code]["sentiment"]["votes"] == votes
    assert {each["source"] for each in found[accepted.code].values()} == {"accepted"}
    assert [each["source"] for each in found[both.code].values()] == ["undecidable", "decision", "decision"]
    assert found[both.code]["sentiment"]["label"] is None
    counts = {"decision": 1, "accepted": 1, "unanimous": 7, "undecidable": 1}
    assert manifest(out)["consensus"]["utterances"] == counts
    assert manifest(out)["splits"]["train"]["labels"]["emotion"].get("joy", {"count": 1})["count"] == 1


@pytest.mark.parametrize("outcome", ["undecidable", "discussion"])
def test_an_utterance_without_a_decided_profile_has_no_label(tmp_path: Path, outcome: str) -> None:
    corpus = unlike("positive", "positive", "positive")
    decide(utterances(corpus)[0], outcome)
    out = export(corpus, tmp_path / "out")
    assert labels(out).count((None, outcome)) == 1
    assert manifest(out)["consensus"]["utterances"] == {"unanimous": 9, outcome: 1}


def test_undone_decisions_and_ended_acceptances_settle_nothing(tmp_path: Path) -> None:
    corpus = unlike("positive", "positive", "negative")
    first, second, *_ = utterances(corpus)
    codebook = codebook_in_use(corpus)
    Decision.objects.create(utterance=first, codebook=codebook, outcome="none", number=0, last_number=2)
    row = accept(second, sentiment="negative")
    AcceptedConsensus.objects.filter(pk=row.pk).update(ended_at=timezone.now(), end="undone")
    assert labels(export(corpus, tmp_path / "out")).count(("positive", "majority")) == 3


def test_a_decision_to_be_reviewed_stands_and_is_counted(tmp_path: Path) -> None:
    corpus = unlike("positive", "positive", "negative")
    decide(utterances(corpus)[0], sentiment="negative")
    Decision.objects.update(needs_review=True)
    errors = StringIO()
    call_command("export_corpus", corpus.slug, "--out", str(tmp_path / "out"), stdout=StringIO(), stderr=errors)
    assert ("negative", "decision") in labels(tmp_path / "out")
    assert manifest(tmp_path / "out")["consensus"]["to_review"] == 1
    assert "the answers to 1 utterance have changed since the decision" in errors.getvalue()


def test_a_decision_under_a_version_that_asks_differently_does_not_settle_that_question(tmp_path: Path) -> None:
    corpus = unlike("positive", "positive", "negative")
    decide(utterances(corpus)[0], sentiment="negative", emotion="joy", emotion_sentiment=1)
    put_in_use(corpus, "[neutral, joy, anger]", "[neutral, joy, fear]")
    out = export(corpus, tmp_path / "out", "--allow-empty")
    [found] = [row["labels"] for row in rows(out) if row["labels"]["sentiment"]["source"] == "decision"]
    assert found["sentiment"]["label"] == "negative"
    assert (found["emotion"]["label"], found["emotion"]["source"]) == (None, "incomparable")


def test_a_decided_utterance_of_an_incomplete_dialogue_is_released(tmp_path: Path) -> None:
    corpus = released_corpus()
    last = utterances(corpus)[-1]
    with_an_open_place(corpus)
    decide(last, sentiment="negative")
    out = export(corpus, tmp_path / "out")
    of_dialogue = [row["labels"]["sentiment"] for row in rows(out) if row["dialogue"] == last.dialogue.code]
    assert [(each["label"], each["source"]) for each in of_dialogue] == [(None, "incomplete"), ("negative", "decision")]
    assert manifest(out)["left_out"]["incomplete"] == 0


def test_decisions_leave_the_soft_labels_of_the_raters(tmp_path: Path) -> None:
    corpus = unlike("positive", "positive", "negative")
    decide(utterances(corpus)[0], sentiment="negative")
    out = export(corpus, tmp_path / "out", "--consensus", "soft")
    [found] = [row["labels"]["sentiment"] for row in rows(out) if row["labels"]["sentiment"]["source"] == "decision"]
    assert found["distribution"] == {"negative": 0.333333, "neutral": 0.0, "positive": 0.666667}


def test_the_command_states_the_estimated_error_of_each_split(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    moods = {"a": "+" * 40, "b": "+" * 40, "c": "+" * 30 + "0" * 10}
    corpus = queued(moods, per_dialogue=2, audit=100)
    export(corpus, tmp_path / "before", "--incomplete", "include")
    assert "estimated error" not in capsys.readouterr().out
    person = Adjudicator(corpus)
    while (response := person.ask()).status_code == 200:
        person.acks(response.json(), operation(sentiment="positive"))
    export(corpus, tmp_path / "out", "--incomplete", "include")
    printed = capsys.readouterr().out
    assert "estimated error of agreeing answers, all splits: 0.0% (95 % interval 0.0% to " in printed
    for split in ("train", "dev", "test"):
        assert f"estimated error of agreeing answers, {split}: 0.0% (95 % interval" in printed
