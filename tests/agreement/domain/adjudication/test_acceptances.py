"""Bulk acceptance of agreed answers."""

import pytest
from django.utils import timezone

from agreement.domain.adjudication.acceptances import preview, request_acceptance, request_undo
from agreement.models import AcceptedConsensus, ConsensusAcceptance, Decision
from annotator.models import Assignment, Flag
from common.jobs.queue import execute
from corpus.models import Corpus
from tests.agreement.api.adjudicators import Adjudicator
from tests.agreement.domain.adjudication.material import adjudicator, build, cases, queued
from tests.agreement.material import utterances
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def run(acceptance: ConsensusAcceptance) -> ConsensusAcceptance:
    assert acceptance.job
    execute(str(acceptance.job.public_id))
    acceptance.refresh_from_db()
    return acceptance


def accept(corpus: Corpus, agreement: str) -> ConsensusAcceptance:
    person = adjudicator(corpus).user
    return run(request_acceptance(corpus=corpus, agreement=agreement, requested_by=person, here=True))


def states(corpus: Corpus) -> list[str]:
    return [case.state for case in cases(corpus)]


def test_majorities_are_accepted_as_consensus_never_as_decisions_and_undone() -> None:
    corpus = queued({"a": "+++", "b": "++0", "c": "+0-"})
    shown = preview(corpus=corpus, agreement="majority")
    assert (shown.utterances, shown.audited, shown.suspicious, shown.accepted) == (1, 0, 0, 0)
    made = accept(corpus, "majority")
    assert (made.accepted, states(corpus)) == (1, ["idle", "accepted", "waiting"])
    assert not Decision.objects.exists()
    assert preview(corpus=corpus, agreement="majority").accepted == 1
    assert preview(corpus=corpus, agreement="majority").utterances == 0
    person = Adjudicator(corpus)
    assert person.claim()["utterance"] == str(utterances(corpus)[2].public_id)
    build(corpus)
    assert states(corpus) == ["idle", "accepted", "waiting"]
    undone = run(request_undo(acceptance=made, requested_by=person.user, now=timezone.now(), here=True))
    assert undone.undone_at
    assert states(corpus) == ["idle", "waiting", "waiting"]
    assert AcceptedConsensus.objects.get().end == "undone"
    assert Adjudicator(corpus).claim()["utterance"] == str(utterances(corpus)[1].public_id)
    assert accept(corpus, "unanimous").accepted == 1


def test_flagged_utterances_and_those_in_hand_are_left_out_and_audits_go_on() -> None:
    corpus = queued({"a": "+++", "b": "+++"}, audit=100)
    flagged = utterances(corpus)[0]
    assignment = Assignment.objects.filter(dialogue=flagged.dialogue)[0]
    Flag.objects.create(utterance=flagged, reason="other", corpus=corpus, assignment=assignment)
    build(corpus)
    person = Adjudicator(corpus)
    in_hand = person.claim()
    if in_hand["utterance"] == str(flagged.public_id):
        in_hand = person.claim(besides=[in_hand["id"]])
    assert preview(corpus=corpus, agreement="unanimous").suspicious == 1
    assert preview(corpus=corpus, agreement="unanimous").utterances == 1
    assert accept(corpus, "unanimous").accepted == 1
    accepted = AcceptedConsensus.objects.get().utterance
    assert accepted != flagged
    assert str(accepted.public_id) != in_hand["utterance"]
    [case] = [each for each in cases(corpus) if each.utterance == accepted]
    assert (case.state, case.first_free) == ("accepted", True)


def test_an_unfinished_acceptance_cannot_be_undone_and_is_requested_once() -> None:
    corpus = queued({"a": "+", "b": "+"})
    first = request_acceptance(corpus=corpus, agreement="unanimous", requested_by=None, here=True)
    assert request_acceptance(corpus=corpus, agreement="unanimous", requested_by=None, here=True) == first
    with refused("acceptance.unfinished"):
        request_undo(acceptance=first, requested_by=None, now=timezone.now())
    with refused("acceptance.unknown"):
        request_acceptance(corpus=corpus, agreement="split", requested_by=None)
