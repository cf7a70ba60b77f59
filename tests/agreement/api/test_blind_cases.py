"""Blind cases, and those that two adjudicators decide."""

import pytest

from agreement.models import CaseHold, Decision, DecisionRevision
from corpus.models import Corpus, Rater
from tests.agreement.api.adjudicators import Adjudicator, decide, take, undo
from tests.agreement.domain.adjudication.material import queued
from tests.agreement.material import utterances

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def blind() -> Corpus:
    return queued({"a": "++", "b": "00", "c": "--"}, blind=100, double=100)


def test_a_blind_case_shows_nothing_before_it_is_decided(blind: Corpus) -> None:
    person = Adjudicator(blind)
    case = person.claim()
    assert (case["blind"], case["columns"], case["differing"], case["decision"]) == (True, [], [], None)
    assert person.end(case, "reveal") == (409, "adjudication.still_blind")
    assert person.show(case)["columns"] == []
    assert person.acks(case, decide(sentiment="positive", taken_from="A")) == ["adjudication.unknown_column"]
    assert person.acks(case, decide(emotion="joy", emotion_sentiment=1)) == ["applied"]  # needs no reason
    assert DecisionRevision.objects.get().blind
    assert person.show(case)["columns"] == []
    status, _ = person.end(case, "reveal")
    assert status == 200
    shown = person.show(case)
    assert (shown["blind"], len(shown["columns"])) == (False, 3)
    assert person.acks(case, take(shown, "A")) == ["applied"]
    assert [each.blind for each in DecisionRevision.objects.order_by("number")] == [True, False]
    assert person.end(case, "reveal")[0] == 200


def test_an_undone_blind_decision_keeps_the_answers_hidden(blind: Corpus) -> None:
    person = Adjudicator(blind)
    case = person.claim()
    operation = decide(sentiment="positive")
    assert person.acks(case, operation, undo(operation)) == ["applied", "applied"]
    assert person.end(case, "reveal") == (409, "adjudication.still_blind")


def test_two_adjudicators_decide_a_double_case_without_each_other(blind: Corpus) -> None:
    first, second = Adjudicator(blind), Adjudicator(blind)
    cases = {}
    for person in (first, second):
        for _ in range(2):
            case = person.claim()
            assert (case["blind"], case["decision"]) == (True, None)
            cases[person.user.pk, case["utterance"]] = case
            person.acks(case, decide(sentiment="positive" if person is first else "negative"))
        assert person.ask().status_code == 204
    assert len(cases) == 4
    assert Adjudicator(blind).ask().status_code == 204
    for made in Decision.objects.all():
        places = dict(made.revisions.values_list("second", "answers__sentiment"))
        assert made.answers
        assert made.answers["sentiment"] == places[False]
        assert set(places.values()) == {"positive", "negative"}
        assert made.is_disputed


def test_a_second_adjudicator_cannot_change_their_decision_after_seeing_the_answers(blind: Corpus) -> None:
    first, second = Adjudicator(blind), Adjudicator(blind)
    for person in (first, second):
        while person.ask().status_code == 200:
            case = person.claim()
            person.acks(case, decide(sentiment="positive"))
    hold = CaseHold.objects.filter(place=2).select_related("membership").first()
    assert hold
    person = first if hold.membership == first.membership else second
    case = {"id": str(hold.public_id), "token": hold.token}
    assert person.acks(case, decide(sentiment="negative")) == ["applied"]
    assert person.end(case, "reveal")[0] == 200
    assert person.acks(case, decide(sentiment="neutral")) == ["adjudication.second_is_done"]
    made = Decision.objects.get(utterance=hold.case.utterance)
    assert made.answers
    assert (made.answers["sentiment"], made.is_disputed) == ("positive", True)


def test_a_dispute_ends_when_a_group_decides(blind: Corpus) -> None:
    first, second, third = Adjudicator(blind), Adjudicator(blind), Adjudicator(blind)
    for person, mood in ((first, "positive"), (second, "negative")):
        while person.ask().status_code == 200:
            person.acks(person.claim(), decide(sentiment=mood))
    made = Decision.objects.filter(is_disputed=True)[0]
    case = third.claim(utterance=str(made.utterance.public_id))
    assert len(case["columns"]) == 3
    group = [str(first.user.public_id), str(second.user.public_id)]
    annotator = Rater.objects.get(corpus=blind, slug="a").membership
    assert annotator
    with_annotator = [*group, str(annotator.user.public_id)]
    assert third.acks(case, take(case, "A") | {"group": with_annotator}) == ["adjudication.not_in_group"]
    assert third.acks(case, take(case, "A") | {"group": group}) == ["applied"]
    made.refresh_from_db()
    assert not made.is_disputed
    assert sorted(made.revisions.get(number=made.number).group) == sorted(group)


def test_a_chosen_blind_case_stays_blind_but_is_marked(blind: Corpus) -> None:
    person = Adjudicator(blind)
    case = person.claim(utterance=str(utterances(blind)[0].public_id))
    assert case["blind"]
    person.acks(case, decide(sentiment="positive"))
    assert DecisionRevision.objects.get().chosen
