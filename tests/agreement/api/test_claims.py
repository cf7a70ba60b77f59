"""Claims of cases: who gets which, leases, and what a case shows."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from agreement.api.case_responses import OpenedCaseSerializer
from agreement.models import CaseHold, Decision, LateDecision
from annotator.domain.allocation.closed_dialogues import close_dialogues
from annotator.models import ClosedDialogue
from corpus.models import Corpus, Dialogue, Membership, Rater
from tests.agreement.api.adjudicators import Adjudicator, Json, decide, decision_on, take
from tests.agreement.domain.adjudication.material import adjudicator, build, queued
from tests.agreement.material import judged, utterances
from tests.factories import MembershipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_a_claim_returns_the_answers_of_everyone_without_their_names(person: Adjudicator, corpus: Corpus) -> None:
    case = person.claim()
    hold = person.hold(case)
    assert case["id"] == str(hold.public_id)
    assert (case["token"], case["author"], case["state"], case["blind"], case["corpus"]) == (
        hold.token,
        str(person.user.public_id),
        "open",
        False,
        corpus.slug,
    )
    assert [each["letter"] for each in case["columns"]] == ["A", "B", "C"]
    assert sorted(each["answers"]["sentiment"] for each in case["columns"]) == ["negative", "neutral", "positive"]
    assert {tuple(each["not_applicable"]) for each in case["columns"]} == {("emotion_sentiment",)}
    assert (case["differing"], case["decision"], case["mine"], case["is_final"]) == (["sentiment"], None, [], False)
    assert case["reasons"][0] == {"slug": "tone", "text": "The voice says otherwise"}
    assert case["waiting"] == 1
    dialogue = case["dialogue"]
    assert [each["id"] for each in dialogue["utterances"]] == [case["utterance"]]
    assert {"name", "series", "episode", "speakers", "utterances", "media"} == dialogue.keys()
    assert "expectations" not in case["codebook"]
    assert case.keys() == OpenedCaseSerializer().fields.keys()
    text = json.dumps(case)
    raters = Rater.objects.filter(corpus=corpus).select_related("membership__user")
    for rater in raters:
        assert rater.membership
        for secret in (rater.public_id, rater.membership.public_id, rater.membership.user.public_id):
            assert f'"{secret}"' not in text


def test_the_columns_keep_their_order_and_others_see_another_one() -> None:
    corpus = queued({"a": "+" * 8, "b": "0" * 8, "c": "-" * 8})
    first, second = Adjudicator(corpus), Adjudicator(corpus)
    orders: dict[str, set[tuple[str, ...]]] = {"first": set(), "second": set()}
    for _ in range(8):
        case = first.claim()
        columns = case["columns"]
        assert first.show(case)["columns"] == first.claim()["columns"] == columns
        orders["first"].add(tuple(each["answers"]["sentiment"] for each in columns))
        first.end(case, "finish", skip=True)
        again = second.claim(utterance=case["utterance"])
        orders["second"].add(tuple(each["answers"]["sentiment"] for each in again["columns"]))
        second.acks(again, decide("discussion"))
    assert len(orders["first"]) > 1
    assert len(orders["second"]) > 1


def test_operations_of_another_person_are_refused(person: Adjudicator, corpus: Corpus) -> None:
    case, other = person.claim(), Adjudicator(corpus)
    response = person.send(case, take(case, "A"), author=other.user.public_id)
    assert (response.status_code, response.json()["code"]) == (409, "annotator.not_the_author")
    assert other.send(case, take(case, "A")).status_code == 404
    assert other.client.get(f"/api/v1/adjudication/{case['id']}/").status_code == 404
    for what in ("heartbeat", "finish", "reveal"):
        assert other.end(case, what)[0] == 404


def test_only_adjudicators_claim(corpus: Corpus) -> None:
    for role, status in (("manager", 403), ("annotator", 403)):
        member = MembershipFactory(corpus=corpus, roles=[role])
        assert Adjudicator(corpus, member).ask().status_code == status
    stranger = MembershipFactory(roles=["adjudicator"])
    assert Adjudicator(corpus, stranger).ask().status_code == 404
    gone = adjudicator(corpus)
    Membership.objects.filter(pk=gone.pk).update(is_active=False)
    assert Adjudicator(corpus, gone).ask().status_code == 404


def test_an_unknown_order_and_an_unknown_utterance_are_refused(person: Adjudicator) -> None:
    response = person.ask(order="question:happiness")
    assert (response.status_code, response.json()["code"]) == (409, "adjudication.unknown_order")
    assert person.ask(order="question:sentiment").status_code == 200
    assert person.ask(utterance=str(uuid4())).status_code == 404
    assert person.ask(order=3).status_code == 400
    assert person.ask(besides=["x"]).status_code == 400


def test_a_queue_that_was_never_computed_is_not_an_empty_one() -> None:
    response = Adjudicator(judged({"a": "+", "b": "-"})).ask()
    assert (response.status_code, response.json()["code"]) == (409, "adjudication.no_queue")


def test_two_adjudicators_never_get_the_same_utterance(corpus: Corpus, person: Adjudicator) -> None:
    other = Adjudicator(corpus)
    assert person.claim()["utterance"] != other.claim()["utterance"]
    assert Adjudicator(corpus).ask().status_code == 204
    response = other.ask(utterance=person.claim()["utterance"])
    assert (response.status_code, response.json()["code"]) == (409, "adjudication.held")


def test_the_next_case_can_be_claimed_ahead(person: Adjudicator) -> None:
    case = person.claim()
    ahead = person.claim(besides=[case["id"]])
    assert ahead["utterance"] != case["utterance"]
    assert person.ask(besides=[case["id"], ahead["id"]]).status_code == 204
    assert person.claim(besides=[case["id"]])["id"] == ahead["id"]


def test_a_skipped_case_goes_to_others_first(corpus: Corpus, person: Adjudicator) -> None:
    case = person.claim()
    assert person.end(case, "finish") == (409, "adjudication.undecided")
    assert person.end(case, "finish", skip=True) == (204, "")
    second = person.claim()
    assert second["utterance"] != case["utterance"]
    person.acks(second, take(second, "A"))
    assert Adjudicator(corpus).claim()["utterance"] == case["utterance"]
    CaseHold.objects.exclude(membership=person.membership).delete()
    build(corpus)
    assert person.ask().status_code == 204
    CaseHold.objects.filter(is_skipped=True).update(ended_at=timezone.now() - timedelta(hours=2))
    again = person.claim()  # nothing else is left
    assert again["utterance"] == case["utterance"]
    assert again["token"] > case["token"]
    assert person.send(case, take(again, "A")).json()["acks"][0]["status"] == "set_aside"


def test_finishing_a_decided_case_changes_nothing(person: Adjudicator) -> None:
    case = person.claim()
    person.acks(case, take(case, "A"))
    assert person.end(case, "finish") == (204, "")
    assert person.end(case, "finish", skip=True) == (204, "")
    assert decision_on(case).outcome == "profile"
    assert person.end(case, "heartbeat") == (204, "")


def expire(case: Json) -> None:
    CaseHold.objects.filter(public_id=case["id"]).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_an_expired_lease_refuses_nothing_and_work_after_a_takeover_is_late(
    corpus: Corpus, person: Adjudicator
) -> None:
    case, other = person.claim(), Adjudicator(corpus)
    expire(case)
    assert person.end(case, "heartbeat") == (204, "")
    expire(case)
    free = other.claim()
    assert free["utterance"] != case["utterance"]  # what is free comes first
    other.acks(free, take(free, "A"))
    taken = other.claim()
    assert taken["utterance"] == case["utterance"]
    operation = take(case, "A")
    assert person.acks(case, operation) == ["set_aside"]
    assert person.acks(case, operation) == ["set_aside"]
    late = LateDecision.objects.get()
    assert late.payload["answers"] == operation["answers"]
    assert person.end(case, "heartbeat") == (409, "adjudication.superseded")
    assert person.end(case, "finish") == (409, "adjudication.superseded")
    assert not Decision.objects.filter(utterance__public_id=case["utterance"]).exists()


def test_an_expired_hold_can_still_be_decided(person: Adjudicator) -> None:
    case = person.claim()
    expire(case)
    assert person.acks(case, take(case, "A")) == ["applied"]


def with_both_roles(corpus: Corpus, slug: str) -> Adjudicator:
    membership = Rater.objects.get(corpus=corpus, slug=slug).membership
    assert membership
    membership.is_adjudicator = True
    membership.save()
    return Adjudicator(corpus, membership)


def test_nobody_decides_what_they_labelled(corpus: Corpus) -> None:
    person = with_both_roles(corpus, "a")
    assert person.ask().status_code == 204
    response = person.ask(utterance=str(utterances(corpus)[0].public_id))
    assert (response.status_code, response.json()["code"]) == (409, "adjudication.labelled")


def test_nobody_decides_what_they_could_still_label(corpus: Corpus) -> None:
    person = Adjudicator(corpus, adjudicator(corpus, "annotator"))
    rater = Rater.objects.create(corpus=corpus, membership=person.membership, kind="member", slug="both")
    first, second = utterances(corpus)
    assert person.ask().status_code == 204
    response = person.ask(utterance=str(first.public_id))
    assert (response.status_code, response.json()["code"]) == (409, "adjudication.could_label")
    dialogue = Dialogue.objects.filter(pk=second.dialogue_id)
    close_dialogues(membership=person.membership, dialogues=dialogue, now=timezone.now())
    assert person.claim()["utterance"] == str(second.public_id)
    assert ClosedDialogue.objects.filter(rater=rater).count() == 1


def test_whoever_saw_answers_as_an_adjudicator_never_labels_the_dialogue(person: Adjudicator) -> None:
    before = timezone.now()
    person.claim()
    person.membership.refresh_from_db()
    assert person.membership.saw_answers_at
    assert person.membership.saw_answers_at > before


def test_an_utterance_that_is_not_complete_cannot_be_opened(corpus: Corpus, person: Adjudicator) -> None:
    lonely = queued({"a": "+"})
    other = Adjudicator(lonely)
    response = other.ask(utterance=str(utterances(lonely)[0].public_id))
    assert (response.status_code, response.json()["code"]) == (409, "adjudication.not_complete")


def test_a_case_is_claimed_and_decided_in_a_fixed_number_of_queries(
    corpus: Corpus, person: Adjudicator, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(40):
        case = person.claim()
    with django_assert_max_num_queries(40):
        person.acks(case, take(case, "A"))
