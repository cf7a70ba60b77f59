"""The API of adjudication, as the page uses it."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from agreement.api.case_responses import OpenedCaseSerializer
from agreement.models import CaseHold, CaseRank, Decision, DecisionRevision, LateDecision
from annotator.domain.allocation.closed_dialogues import close_dialogues
from annotator.models import ClosedDialogue
from corpus.models import Annotation, Corpus, Dialogue, Membership, Rater, Revision
from tests.agreement.api.adjudicators import Adjudicator, Json, decide, letter_with, take, undo
from tests.agreement.domain.adjudication.material import adjudicator, build, case_of, queued, shares
from tests.agreement.material import judged, utterances
from tests.annotator.material import answered
from tests.factories import EpisodeFactory, MembershipFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def corpus() -> Corpus:
    """Two utterances without a majority, in dialogues of their own."""
    return queued({"a": "++", "b": "00", "c": "--"})


@pytest.fixture
def person(corpus: Corpus) -> Adjudicator:
    return Adjudicator(corpus)


def decision(case: Json) -> Decision:
    return Decision.objects.get(utterance__public_id=case["utterance"])


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


def test_a_column_is_taken_over_and_recorded_as_such(person: Adjudicator) -> None:
    case = person.claim()
    letter = letter_with(case, sentiment="positive")
    operation = take(case, letter) | {"active_ms": 900, "played_ms": 1500}
    before = list(Annotation.objects.order_by("pk").values())
    assert person.acks(case, operation) == ["applied"]
    made, revision = decision(case), DecisionRevision.objects.get()
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
    made = decision(case)
    assert (made.outcome, made.answers, made.codes) == (outcome, None, None)
    assert person.claim()["utterance"] != case["utterance"]


def test_undo_takes_back_one_decision_after_the_other(person: Adjudicator) -> None:
    case = person.claim()
    first, second = take(case, "A"), take(case, "B")
    assert person.acks(case, first, second) == ["applied", "applied"]
    assert person.acks(case, undo(first)) == ["adjudication.changed_since"]
    assert person.acks(case, undo(second)) == ["applied"]
    assert decision(case).answers == first["answers"]
    assert person.acks(case, undo(second)) == ["adjudication.nothing_to_undo"]
    assert person.acks(case, undo(first)) == ["applied"]
    made = decision(case)
    assert (made.outcome, made.answers, made.last_number) == ("none", None, 4)
    assert case_of(made.utterance).state == "waiting"
    assert person.claim()["id"] == case["id"]  # in hand again
    assert [each["kind"] for each in person.show(case)["mine"]] == ["decide", "decide", "undo", "undo"]
    assert person.acks(case, take(case, "C")) == ["applied"]


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
    assert decision(case).outcome == "profile"
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


def test_an_archived_corpus_refuses_and_knows_what_it_has(corpus: Corpus, person: Adjudicator) -> None:
    case = person.claim()
    operation = take(case, "A")
    person.acks(case, operation)
    Corpus.objects.filter(pk=corpus.pk).update(archived_at=timezone.now())
    assert person.acks(case, operation, take(case, "B")) == ["repeated", "corpus.archived"]
    assert person.show(case)["decision"]["outcome"] == "profile"
    response = person.ask()
    assert (response.status_code, response.json()["code"]) == (409, "corpus.archived")


# --- own work --------------------------------------------------------------------------------------------------


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


# --- changes by annotators ---------------------------------------------------------------------------------------


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
    assert decision(case).needs_review
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
    assert decision(case).needs_review


def test_a_column_that_changed_cannot_be_taken_over_unseen(person: Adjudicator) -> None:
    case = person.claim()
    operation = take(case, letter_with(case, sentiment="positive"))
    change(case, "a", "neutral")
    assert person.acks(case, operation) == ["adjudication.column_changed"]
    shown = person.show(case)
    assert person.acks(case, take(shown, operation["taken_from"])) == ["applied"]
    assert not decision(case).needs_review  # they have seen the new answers


# --- blind and double --------------------------------------------------------------------------------------------


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


def test_a_decided_utterance_can_be_opened_and_decided_again_by_another(corpus: Corpus, person: Adjudicator) -> None:
    case, other = person.claim(), Adjudicator(corpus)
    person.acks(case, take(case, "A"))
    again = other.claim(utterance=case["utterance"])
    assert again["decision"]["outcome"] == "profile"
    operation = decide("undecidable")
    assert other.acks(again, operation) == ["applied"]
    assert person.acks(case, take(case, "B")) == ["set_aside"]
    assert other.acks(again, undo(operation)) == ["applied"]
    assert decision(case).outcome == "profile"  # that of the first adjudicator
    assert other.show(again)["state"] == "done"


def test_an_utterance_that_is_not_complete_cannot_be_opened(corpus: Corpus, person: Adjudicator) -> None:
    lonely = queued({"a": "+"})
    other = Adjudicator(lonely)
    response = other.ask(utterance=str(utterances(lonely)[0].public_id))
    assert (response.status_code, response.json()["code"]) == (409, "adjudication.not_complete")


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


def test_a_case_is_claimed_and_decided_in_a_fixed_number_of_queries(
    corpus: Corpus, person: Adjudicator, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(40):
        case = person.claim()
    with django_assert_max_num_queries(40):
        person.acks(case, take(case, "A"))
