"""The queue: how far annotations agree, and the order of the cases."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from agreement.domain.adjudication.queue import requests
from agreement.domain.adjudication.queue.draws import draws
from agreement.models import (
    AcceptedConsensus,
    AdjudicationCase,
    AdjudicationQueue,
    CaseRank,
    ConsensusAcceptance,
    Decision,
    LabelScore,
)
from annotator.models import Assignment, Flag, Slot
from corpus.models import Corpus, Finding, Utterance
from tests.agreement.domain.adjudication.material import adjudicator, build, cases, queued, shares
from tests.agreement.material import finish, judge, judged, source, utterances
from tests.annotator.material import answered, corpus_with_work
from tests.factories import RaterFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def agreements(corpus: Corpus) -> list[tuple[str, str]]:
    return [(case.agreement, case.state) for case in cases(corpus)]


def order(corpus: Corpus, name: str = "disagreement") -> list[Utterance]:
    rows = CaseRank.objects.filter(corpus=corpus, order=name, place=1).order_by("-score", "id")
    return [row.case.utterance for row in rows.select_related("case__utterance")]


def test_annotations_are_unanimous_or_have_a_majority_or_none() -> None:
    corpus = queued({"a": "+++0", "b": "++00", "c": "+0-?"})
    assert agreements(corpus) == [
        ("unanimous", "idle"),
        ("majority", "waiting"),
        ("split", "waiting"),
        ("majority", "waiting"),
    ]
    unanimous, majority, split, unsure = cases(corpus)
    assert corpus.codebook
    layout = corpus.codebook.layout()
    assert unanimous.consensus
    assert majority.consensus
    assert layout.decode(unanimous.consensus) == layout.decode(majority.consensus) == answered(sentiment="positive")
    assert (split.consensus, split.differing, unanimous.differing) == (None, ["sentiment"], [])
    assert unsure.disagreement > 0  # somebody could not judge what others could
    assert [case.raters for case in cases(corpus)] == [3, 3, 3, 3]


def test_a_majority_of_each_question_that_the_codebook_does_not_admit_is_a_split() -> None:
    corpus = corpus_with_work(dialogues=1)
    [utterance] = utterances(corpus)
    answers: list[dict[str, Any]] = [
        {"emotion": "joy", "sentiment": "positive", "emotion_sentiment": 2},
        {"emotion": "joy", "sentiment": "neutral", "emotion_sentiment": 0},
        {"emotion": "neutral", "sentiment": "neutral"},
    ]
    for each in answers:
        judge(RaterFactory(corpus=corpus), utterance, **each)
    build(corpus)
    # joy and neutral have majorities; the one rater who gave both decides the link
    assert agreements(corpus) == [("majority", "waiting")]
    judge(RaterFactory(corpus=corpus), utterance, emotion="joy", sentiment="negative", emotion_sentiment=-1)
    build(corpus)
    assert cases(corpus)[0].agreement == "majority"


def test_far_disagreements_and_rare_answers_come_first() -> None:
    corpus = queued({"a": "+++++++0", "b": "+++++++-", "c": "-0+++++0"})
    far, near, *_, last = utterances(corpus)
    assert order(corpus)[0] == far
    assert order(corpus).index(near) > order(corpus).index(far)
    assert set(order(corpus)) == {far, near, last}
    assert order(corpus, "question:sentiment") == order(corpus)
    assert order(corpus, "question:emotion") == []


def test_utterances_wait_until_their_dialogue_is_complete() -> None:
    corpus = judged({"a": "+", "b": "-"})
    [utterance] = utterances(corpus)
    late = RaterFactory(corpus=corpus)
    finish(late, utterance.dialogue, Assignment.State.OPEN)
    shares(corpus)
    build(corpus)
    assert not AdjudicationCase.objects.exists()
    Assignment.objects.filter(rater=late).update(state="done", ended_at=timezone.now())
    Slot.objects.filter(assignments__rater=late).update(state="done")
    judge(late, utterance, sentiment="neutral")
    assert build(corpus, whole=False) == 1
    assert agreements(corpus) == [("split", "waiting")]
    Assignment.objects.filter(rater=late).update(state="open", ended_at=None)
    Slot.objects.filter(assignments__rater=late).update(state="held")
    build(corpus, whole=False)
    assert agreements(corpus) == [("split", "idle")]
    assert not CaseRank.objects.exists()


def test_one_annotation_alone_and_models_and_published_labels_beside_members_do_not_queue() -> None:
    corpus = queued({"a": "+"})
    assert agreements(corpus) == [("single", "idle")]
    judge(source(corpus), utterances(corpus)[0], sentiment="negative")
    build(corpus)
    assert agreements(corpus) == [("single", "idle")]


def test_published_labels_queue_where_no_member_labelled() -> None:
    corpus = corpus_with_work()
    for slug, mood in (("one", "positive"), ("two", "negative")):
        judge(source(corpus, slug), utterances(corpus)[0], sentiment=mood)
    build(corpus)
    assert agreements(corpus) == [("split", "waiting")]


def test_only_changed_dialogues_are_computed_again() -> None:
    corpus = queued({"a": "++", "b": "+-"})
    future = timezone.now() + timedelta(hours=1)
    AdjudicationQueue.objects.update(read_until=future)  # nothing was finished since
    assert build(corpus, whole=False) == 0
    AdjudicationQueue.objects.update(read_until=future)
    AdjudicationCase.objects.filter(utterance=utterances(corpus)[0]).update(is_stale=True)
    assert build(corpus, whole=False) == 1
    assert not AdjudicationCase.objects.filter(is_stale=True).exists()


def test_a_changed_answer_moves_a_case_within_the_queue() -> None:
    corpus = queued({"a": "+", "b": "+"})
    assert agreements(corpus) == [("unanimous", "idle")]
    annotation = utterances(corpus)[0].annotations.get(rater__slug="b")
    annotation.answers = answered(sentiment="negative")
    assert corpus.codebook
    annotation.codes = corpus.codebook.layout().encode(annotation.answers)
    annotation.save()
    build(corpus, whole=False)
    assert agreements(corpus) == [("split", "waiting")]
    assert len(order(corpus)) == 1


def test_decided_cases_leave_the_queue_until_they_are_to_be_reviewed() -> None:
    corpus = queued({"a": "+", "b": "-"})
    assert corpus.codebook
    decision = Decision.objects.create(
        utterance=utterances(corpus)[0], codebook=corpus.codebook, outcome="discussion", number=1, last_number=1
    )
    build(corpus)
    assert (agreements(corpus), order(corpus)) == ([("split", "decided")], [])
    decision.needs_review = True
    decision.save()
    build(corpus)
    assert (agreements(corpus), len(order(corpus))) == ([("split", "waiting")], 1)


def test_flags_findings_and_scores_have_orders_of_their_own_also_for_unanimous_utterances() -> None:
    corpus = queued({"a": "++++", "b": "++++"})
    flagged, suspicious, scored, _ = utterances(corpus)
    assignment = Assignment.objects.filter(dialogue=flagged.dialogue)[0]
    Flag.objects.create(utterance=flagged, reason="other", corpus=corpus, assignment=assignment)
    rows = {"first": str(suspicious.public_id), "last": str(scored.public_id)}
    finding: dict[str, Any] = {"corpus": corpus, "source": "t", "kind": "t", "extent_count": 1, "extent_share": 1}
    Finding.objects.create(rows=rows, severity="warning", fingerprint="1", **finding)
    Finding.objects.create(rows={"utterances": [str(scored.public_id)]}, severity="severe", fingerprint="2", **finding)
    LabelScore.objects.create(utterance=scored, question="emotion", source="model", score=0.75)
    build(corpus)
    assert [case.state for case in cases(corpus)] == ["waiting", "waiting", "waiting", "idle"]
    assert order(corpus, "flag") == [flagged]
    assert order(corpus, "finding") == [scored, suspicious]
    assert order(corpus, "score") == [scored]
    assert order(corpus) == []
    Finding.objects.filter(fingerprint="1").update(acknowledged_at=timezone.now())
    build(corpus, whole=False)
    assert order(corpus, "finding") == [scored]


def test_an_accepted_consensus_ends_when_the_answers_have_another_one() -> None:
    corpus = queued({"a": "++", "b": "+-"})
    first, second = cases(corpus)
    assert corpus.codebook
    acceptance = ConsensusAcceptance.objects.create(corpus=corpus, codebook=corpus.codebook, agreement="unanimous")
    for case in (first, second):
        AcceptedConsensus.objects.create(
            utterance=case.utterance, acceptance=acceptance, codebook=acceptance.codebook, codes=first.consensus
        )
    build(corpus)
    assert agreements(corpus) == [("unanimous", "accepted"), ("split", "waiting")]
    assert AcceptedConsensus.objects.get(utterance=second.utterance).end == "changed"
    assert AcceptedConsensus.objects.get(utterance=first.utterance).ended_at is None


def test_a_share_is_drawn_blind_some_of_it_double_and_the_draw_never_changes() -> None:
    corpus = queued({"a": "+" * 60, "b": "-" * 60}, blind=40, double=20)
    drawn = [(case.is_blind, case.is_double, case.is_audit) for case in cases(corpus)]
    blind, double = sum(each[0] for each in drawn), sum(each[1] for each in drawn)
    assert 10 < blind < 38
    assert 3 < double < 22
    assert all(is_blind for is_blind, is_double, _ in drawn if is_double)
    assert {case.second_free for case in cases(corpus) if case.is_double} == {True}
    assert CaseRank.objects.filter(place=2, order="disagreement").count() == double
    build(corpus)
    assert drawn == [(case.is_blind, case.is_double, case.is_audit) for case in cases(corpus)]
    shares(corpus, blind=80, double=20)
    build(corpus)
    assert all(after.is_blind for after, before in zip(cases(corpus), drawn, strict=True) if before[0])


def test_shares_are_what_they_say() -> None:
    corpus = corpus_with_work(dialogues=1)
    settings = shares(corpus, blind=10, double=5, audit=20)
    found = [draws(settings, UUID(int=number), can_be_audited=number % 2 == 0) for number in range(20_000)]
    audited = sum(each.audited for each in found)
    assert audited == pytest.approx(0.2 * 10_000, rel=0.06)
    assert sum(each.blind and not each.audited for each in found) == pytest.approx(0.1 * 18_000, rel=0.06)
    assert sum(each.double for each in found) == pytest.approx(sum(each.blind for each in found) / 2, rel=0.06)
    assert all(each.blind for each in found if each.audited)
    assert not any(each.audited for each in found[1::2])


def test_audited_utterances_stand_among_the_others() -> None:
    corpus = queued({"a": "+" * 90 + "0" * 10, "b": "+" * 90 + "-+" * 5}, audit=30)
    audited = {case.utterance for case in cases(corpus) if case.is_audit}
    assert 12 < len(audited) < 42
    assert all(case.agreement == "unanimous" and case.is_blind for case in cases(corpus) if case.is_audit)
    found = order(corpus)
    assert audited <= set(found)
    assert len(found) == len(audited) + 10
    places = [place for place, utterance in enumerate(found) if utterance in audited]
    others = [place for place, utterance in enumerate(found) if utterance not in audited]
    assert min(places) < max(others)
    assert min(others) < max(places)
    scores = CaseRank.objects.filter(corpus=corpus, order="disagreement", case__is_audit=True)
    assert min(scores.values_list("score", flat=True)) > 0


def test_the_sweep_computes_queues_of_corpora_with_adjudicators_when_something_has_changed() -> None:
    corpus, now = judged({"a": "+", "b": "-"}), timezone.now()
    shares(corpus)
    assert requests.corpora_to_queue(now=now) == []
    adjudicator(corpus)
    assert requests.corpora_to_queue(now=now) == [corpus]
    build(corpus)
    AdjudicationQueue.objects.update(read_until=timezone.now())
    later = timezone.now() + timedelta(hours=1)
    assert requests.corpora_to_queue(now=later) == []
    AdjudicationCase.objects.update(is_stale=True)
    assert requests.corpora_to_queue(now=timezone.now()) == []  # it was computed a moment ago
    assert requests.corpora_to_queue(now=later) == [corpus]
    corpus.archived_at = now
    corpus.save()
    assert requests.corpora_to_queue(now=later) == []
