"""Decisions: what is stored, what is refused, undo, and annotations that change meanwhile."""

from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from agreement.models import CaseRank, Decision, DecisionRevision
from corpus.models import Annotation, Corpus, Revision
from tests.agreement.api.adjudicators import Adjudicator, Json, decide, decision_on, letter_with, take, undo
from tests.agreement.domain.adjudication.material import build, case_of, shares
from tests.agreement.material import utterances
from tests.annotator.material import answered
from tests.factories import EpisodeFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_a_column_is_taken_over_and_recorded_as_such(person: Adjudicator) -> None:
    case = person.claim()
    letter = letter_with(case, sentiment="positive")
    operation = take(case, letter) | {"active_ms": 900, "played_ms": 1500}
    before = list(Annotation.objects.order_by("pk").values())
    assert person.acks(case, operation) == ["applied"]
    made, revision = decision_on(case), DecisionRevision.objects.get()
    assert (made.outcome, made.answers, made.number) == ("profile", answered(sentiment="positive"), 1)
    assert made.codes
    assert made.codebook.layout().decode(made.codes) == made.answers
    assert revision.taken_from
    assert revision.taken_from.slug == "a"
    assert (revision.author, revision.cause, revision.active_ms, revision.played_ms) == (
        person.user,
        "decide",
        900,
        1500,
    )
    assert (revision.blind, revision.second, revision.chosen) == (False, False, False)
    assert list(Annotation.objects.order_by("pk").values()) == before
    shown = person.show(case)
    assert shown["decision"] == {
        "outcome": "profile",
        "answers": answered(sentiment="positive"),
        "taken_from": letter,
        "reason": "",
        "comment": "",
        "needs_review": False,
    }
    assert [each["id"] for each in shown["mine"]] == [operation["id"]]
    assert shown["state"] == "done"
    assert case_of(made.utterance).state == "decided"
    assert not CaseRank.objects.filter(case__utterance=made.utterance).exists()
    assert person.claim()["utterance"] != case["utterance"]


def test_an_operation_is_applied_once_however_often_it_is_sent(person: Adjudicator) -> None:
    case = person.claim()
    operation = take(case, "A")
    assert person.acks(case, operation) == ["applied"]
    assert person.acks(case, operation, operation) == ["repeated", "repeated"]
    assert DecisionRevision.objects.count() == 1


def test_an_answer_that_nobody_gave_needs_a_reason(person: Adjudicator, corpus: Corpus) -> None:
    shares(corpus, reasons=[{"slug": "irony", "texts": {"en": "irony was missed", "zh": "漏看了反讽"}}])
    case = person.claim()
    own: dict[str, Any] = {"emotion": "joy", "emotion_sentiment": 2, "sentiment": "positive"}
    assert case["reasons"] == [{"slug": "irony", "text": "irony was missed"}]
    assert person.acks(case, decide(**own)) == ["adjudication.no_reason"]
    assert person.acks(case, decide(reason="none", **own)) == ["adjudication.unknown_reason"]
    assert person.acks(case, decide(reason="irony", **own)) == ["applied"]
    assert person.acks(case, decide(comment="see her face", **own)) == ["applied"]
    assert person.acks(case, decide(sentiment="negative")) == ["applied"]  # somebody gave each of these answers
    assert [each.reason for each in DecisionRevision.objects.order_by("number")] == ["irony", "", ""]


def test_a_decision_must_fit_the_codebook(person: Adjudicator) -> None:
    case = person.claim()
    assert person.acks(case, decide(sentiment="great", comment="x")) == ["labels.unfit"]
    assert person.acks(case, decide(emotion="joy", comment="x")) == ["labels.unfit"]  # the link is asked now
    assert person.acks(case, decide(answers=None)) == ["adjudication.no_answers"]
    assert person.acks(case, decide(taken_from="Z")) == ["adjudication.unknown_column"]
    wrong = take(case, "A") | {"answers": answered(sentiment="neutral", emotion="anger", emotion_sentiment=0)}
    assert person.acks(case, wrong) == ["adjudication.column_changed"]
    assert not Decision.objects.exists()


def test_the_clip_must_have_played(person: Adjudicator, corpus: Corpus) -> None:
    for dialogue in corpus.dialogues.all():
        dialogue.episode = EpisodeFactory(series=dialogue.series)
        dialogue.save()
    case = person.claim()
    assert case["dialogue"]["media"]["has_picture"] in {True, False}
    assert person.acks(case, take(case, "A"), decide("undecidable")) == ["adjudication.unheard"] * 2
    assert person.acks(case, decide("discussion")) == ["applied"]  # also where the clip is broken
    assert person.acks(case, take(case, "A") | {"played_ms": 1}) == ["applied"]


def test_a_decision_about_an_edited_utterance_is_refused(person: Adjudicator) -> None:
    case = person.claim()
    version = case["dialogue"]["utterances"][0]["version"]
    utterance = utterances(person.corpus)[0]
    type(utterance).objects.update(version=version + 1)
    assert person.acks(case, take(case, "A") | {"version": version}) == ["adjudication.utterance_changed"]
    assert person.acks(case, take(case, "A") | {"version": version + 1}) == ["applied"]


@pytest.mark.parametrize("outcome", ["undecidable", "discussion"])
def test_other_outcomes_have_no_answers_and_leave_the_queue(person: Adjudicator, outcome: str) -> None:
    case = person.claim()
    assert person.acks(case, decide(outcome, comment="too noisy")) == ["applied"]
    made = decision_on(case)
    assert (made.outcome, made.answers, made.codes) == (outcome, None, None)
    assert person.claim()["utterance"] != case["utterance"]


def test_undo_takes_back_one_decision_after_the_other(person: Adjudicator) -> None:
    case = person.claim()
    first, second = take(case, "A"), take(case, "B")
    assert person.acks(case, first, second) == ["applied", "applied"]
    assert person.acks(case, undo(first)) == ["adjudication.changed_since"]
    assert person.acks(case, undo(second)) == ["applied"]
    assert decision_on(case).answers == first["answers"]
    assert person.acks(case, undo(second)) == ["adjudication.nothing_to_undo"]
    assert person.acks(case, undo(first)) == ["applied"]
    made = decision_on(case)
    assert (made.outcome, made.answers, made.last_number) == ("none", None, 4)
    assert case_of(made.utterance).state == "waiting"
    assert person.claim()["id"] == case["id"]  # in hand again
    assert [each["kind"] for each in person.show(case)["mine"]] == ["decide", "decide", "undo", "undo"]
    assert person.acks(case, take(case, "C")) == ["applied"]


def test_an_archived_corpus_refuses_and_knows_what_it_has(corpus: Corpus, person: Adjudicator) -> None:
    case = person.claim()
    operation = take(case, "A")
    person.acks(case, operation)
    Corpus.objects.filter(pk=corpus.pk).update(archived_at=timezone.now())
    assert person.acks(case, operation, take(case, "B")) == ["repeated", "corpus.archived"]
    assert person.show(case)["decision"]["outcome"] == "profile"
    response = person.ask()
    assert (response.status_code, response.json()["code"]) == (409, "corpus.archived")


def change(case: Json, slug: str, mood: str) -> None:
    """Let an annotator correct their answer."""
    annotation = Annotation.objects.get(utterance__public_id=case["utterance"], rater__slug=slug)
    annotation.answers = answered(sentiment=mood)
    annotation.codes = annotation.codebook.layout().encode(annotation.answers)
    annotation.number += 1
    annotation.updated_at = timezone.now()
    annotation.save()


def test_a_changed_annotation_sends_a_decision_to_review(corpus: Corpus, person: Adjudicator) -> None:
    case = person.claim()
    person.acks(case, take(case, "A"))
    change(case, "a", "neutral")
    assert decision_on(case).needs_review
    assert person.show(case)["decision"]["needs_review"]
    build(corpus, whole=False)
    other = Adjudicator(corpus)
    found = {other.claim()["utterance"], Adjudicator(corpus).claim()["utterance"]}
    assert case["utterance"] in found
    assert person.acks(case, take(case, "B")) == ["set_aside"]  # somebody else reviews it now


def test_an_annotation_that_changes_while_the_adjudicator_decides_sends_it_to_review(person: Adjudicator) -> None:
    case = person.claim()
    change(case, "a", "neutral")
    assert person.acks(case, decide(comment="neutral, clearly")) == ["applied"]
    assert decision_on(case).needs_review


def test_a_column_that_changed_cannot_be_taken_over_unseen(person: Adjudicator) -> None:
    case = person.claim()
    operation = take(case, letter_with(case, sentiment="positive"))
    change(case, "a", "neutral")
    assert person.acks(case, operation) == ["adjudication.column_changed"]
    shown = person.show(case)
    assert person.acks(case, take(shown, operation["taken_from"])) == ["applied"]
    assert not decision_on(case).needs_review  # they have seen the new answers


def test_a_decided_utterance_can_be_opened_and_decided_again_by_another(corpus: Corpus, person: Adjudicator) -> None:
    case, other = person.claim(), Adjudicator(corpus)
    person.acks(case, take(case, "A"))
    again = other.claim(utterance=case["utterance"])
    assert again["decision"]["outcome"] == "profile"
    operation = decide("undecidable")
    assert other.acks(again, operation) == ["applied"]
    assert person.acks(case, take(case, "B")) == ["set_aside"]
    assert other.acks(again, undo(operation)) == ["applied"]
    assert decision_on(case).outcome == "profile"  # that of the first adjudicator
    assert other.show(again)["state"] == "done"


def test_strict_bodies(person: Adjudicator) -> None:
    case = person.claim()
    bad: list[dict[str, Any]] = [
        {"kind": "commit"},
        {"outcome": "great"},
        {"answers": [1]},
        {"answers": {"sentiment": {}}},
        {"active_ms": -1},
        {"active_ms": "5"},
        {"reason": "x" * 41},
        {"comment": "x" * 501},
        {"taken_from": "ABCD"},
        {"group": ["x"]},
        {"group": [str(uuid4())] * 51},
        {"id": "x"},
    ]
    for wrong in bad:
        assert person.send(case, decide(comment="x") | wrong).status_code == 400, wrong
    assert person.send(case).status_code == 400
    assert person.post(f"adjudication/{case['id']}/operations/", {"token": "1"}).status_code == 400
    assert not Decision.objects.exists()
    assert Revision.objects.count() == 0
    assert UserFactory()
