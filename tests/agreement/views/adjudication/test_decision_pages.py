"""The lists of decisions, their history, bulk acceptance, late decisions and the protocol."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreement.models import AcceptedConsensus, CaseHold, ConsensusAcceptance, Decision, LabelScore, LateDecision
from common.jobs.queue import execute
from common.models import Job
from corpus.models import Corpus
from tests.agreement.api.adjudicators import Adjudicator, decide, take
from tests.agreement.domain.adjudication.material import build, queued
from tests.agreement.material import utterances
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
SPLIT = {"a": "+-0+", "b": "0-++", "c": "--0+"}  # the first utterance is a split, two are unanimous


def get(client: Client, corpus: Corpus, name: str, *args: object) -> str:
    response = client.get(reverse(f"agreement:{name}", args=[corpus.slug, *args]))
    assert response.status_code == 200, response.content
    return response.content.decode()


def manager(corpus: Corpus) -> Client:
    client = Client()
    client.force_login(MembershipFactory(corpus=corpus, role="manager").user)
    return client


def test_each_list_shows_its_decisions() -> None:
    corpus = queued(SPLIT)
    one, other = Adjudicator(corpus), Adjudicator(corpus)
    first, second = one.claim(), other.claim()
    assert one.acks(first, take(first, "A")) == ["applied"]
    assert other.acks(second, decide("discussion", comment="irony?")) == ["applied"]
    texts = {
        case["id"]: next(u["text"] for u in case["dialogue"]["utterances"] if u["id"] == case["utterance"])
        for case in (first, second)
    }
    own, discussed = texts[first["id"]], texts[second["id"]]
    mine = get(one.client, corpus, "decisions", "mine")
    assert f">{own}<" in mine
    assert f">{discussed}<" not in mine
    listed = get(one.client, corpus, "decisions", "discussion")
    assert f">{discussed}<" in listed
    assert "irony?" in listed


def test_an_annotation_that_changes_brings_its_decision_into_the_list_to_review() -> None:
    corpus = queued(SPLIT)
    adjudicator = Adjudicator(corpus)
    case = adjudicator.claim()
    adjudicator.acks(case, take(case, "A"))
    assert "This list is empty" in get(adjudicator.client, corpus, "decisions", "review")
    Decision.objects.update(needs_review=True)
    assert "This list is empty" not in get(adjudicator.client, corpus, "decisions", "review")


def test_the_history_shows_every_revision_with_its_answers() -> None:
    corpus = queued(SPLIT)
    adjudicator = Adjudicator(corpus)
    case = adjudicator.claim()
    adjudicator.acks(case, take(case, "A"), decide(sentiment="neutral", comment="calm voice"))
    shown = get(adjudicator.client, corpus, "decision", Decision.objects.get().public_id)
    assert shown.count('<th scope="row" class="nowrap">') == 2, "two revisions"
    assert "calm voice" in shown


def test_pages_of_an_unknown_list_are_missing(client: Client) -> None:
    corpus = queued(SPLIT)
    response = manager(corpus).get(reverse("agreement:decisions", args=[corpus.slug, "nonsense"]))
    assert response.status_code == 404


def test_unanimous_answers_are_accepted_after_a_preview_and_taken_back() -> None:
    corpus = queued(SPLIT)
    client = manager(corpus)
    shown = get(client, corpus, "acceptances")
    assert "The shared answers of 2 utterances" in shown
    client.post(reverse("agreement:accept_consensus", args=[corpus.slug]), {"agreement": "unanimous"})
    run_jobs()
    assert AcceptedConsensus.objects.filter(ended_at=None).count() == 2
    assert Decision.objects.count() == 0
    acceptance = ConsensusAcceptance.objects.get()
    assert "Take back" in get(client, corpus, "acceptances")
    client.post(reverse("agreement:undo_acceptance", args=[corpus.slug, acceptance.public_id]))
    run_jobs()
    assert AcceptedConsensus.objects.filter(ended_at=None).count() == 0
    assert "taken back on" in get(client, corpus, "acceptances")


def run_jobs() -> None:
    for job in Job.objects.filter(state=Job.State.QUEUED):
        execute(str(job.public_id))


@pytest.mark.parametrize(("act", "state"), [({"act": "apply"}, "applied"), ({"reason": "too late"}, "discarded")])
def test_managers_settle_late_decisions(act: dict[str, str], state: str) -> None:
    corpus = queued({"a": "+", "b": "0", "c": "-"})
    slow, quick = Adjudicator(corpus), Adjudicator(corpus)
    case = slow.claim()
    CaseHold.objects.update(lease_until=timezone.now() - timedelta(hours=1))
    taken = quick.claim()
    assert slow.acks(case, take(case, "B")) == ["set_aside"]
    quick.acks(taken, take(taken, "A"))
    client = manager(corpus)
    assert "Late decisions" in get(client, corpus, "adjudication")
    assert utterances(corpus)[0].text in get(client, corpus, "late_decisions")
    client.post(reverse("agreement:settle_late_decision", args=[corpus.slug, case["id"]]), act)
    assert set(LateDecision.objects.values_list("state", flat=True)) == {state}


def test_the_protocol_counts_by_which_means_utterances_were_settled() -> None:
    corpus = queued(SPLIT)
    adjudicator = Adjudicator(corpus)
    for operation in ("A", "undecidable"):
        case = adjudicator.claim()
        made = take(case, "A") if operation == "A" else decide(operation)
        assert adjudicator.acks(case, made) == ["applied"]
    response = adjudicator.client.get(reverse("agreement:protocol", args=[corpus.slug]))
    means = response.context["means"]
    assert (means["taken"], means["mixed"], means["undecidable"]) == (1, 0, 1)


def test_the_protocol_shows_error_rates_of_audited_utterances_with_intervals() -> None:
    corpus = queued({"a": "++++", "b": "++++", "c": "++++"}, audit=100)
    build(corpus)
    adjudicator = Adjudicator(corpus)
    case = adjudicator.claim()
    assert case["blind"]
    assert adjudicator.acks(case, decide(sentiment="negative")) == ["applied"]
    shown = get(adjudicator.client, corpus, "protocol")
    assert "Audited: 1, waiting: 3" in shown
    assert "100.0 %" in shown


def test_the_protocol_shows_how_often_suspected_labels_and_controls_were_corrected() -> None:
    corpus = queued({"a": "++++", "b": "++++", "c": "++++"})
    adjudicator = Adjudicator(corpus)
    assert "Random labels corrected" not in get(adjudicator.client, corpus, "protocol")
    suspected, control, *_ = utterances(corpus)
    for utterance, is_control in ((suspected, False), (control, True)):
        LabelScore.objects.create(
            utterance=utterance, question="sentiment", source="m", score=0.9, label="positive", is_control=is_control
        )
    build(corpus)
    for _ in range(2):
        case = adjudicator.claim(order="score")
        mood = "negative" if case["utterance"] == str(suspected.public_id) else "positive"
        assert adjudicator.acks(case, decide(sentiment=mood, comment="own")) == ["applied"]
    shown = get(adjudicator.client, corpus, "protocol")
    assert "Random labels corrected" in shown
    assert "(1/1)" in shown
    assert "(0/1)" in shown


def test_a_second_adjudicator_sees_the_first_decision_only_after_the_own_one() -> None:
    corpus = queued({"a": "+", "b": "0", "c": "-"}, blind=100, double=100)
    first, second = Adjudicator(corpus), Adjudicator(corpus)
    held = first.claim()
    assert first.acks(held, decide("discussion", comment="secret reason")) == ["applied"]
    assert first.end(held, "reveal")[0] == 200
    case = second.claim()
    address = reverse("agreement:decision", args=[corpus.slug, Decision.objects.get().public_id])
    hidden = second.client.get(address)
    assert hidden.status_code == 302
    assert "secret reason" not in get(second.client, corpus, "decisions", "discussion")
    text = utterances(corpus)[0].text
    assert f">{text}<" not in get(second.client, corpus, "labels")
    assert "secret reason" in first.client.get(address).content.decode()
    assert "secret reason" in get(first.client, corpus, "decisions", "discussion")
    assert second.acks(case, decide(sentiment="negative", comment="own")) == ["applied"]
    assert Decision.objects.get().outcome == "discussion"
    assert second.end(case, "reveal")[0] == 200
    assert second.client.get(address).status_code == 200
    assert text in get(second.client, corpus, "labels")
    # the second decision is made: the case that is opened again is still the second one, which cannot be changed
    again = second.claim(utterance=case["utterance"])
    assert second.acks(again, decide(sentiment="neutral", comment="x")) == ["adjudication.second_is_done"]
    assert Decision.objects.get().outcome == "discussion"
