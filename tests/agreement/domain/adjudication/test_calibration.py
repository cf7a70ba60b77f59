"""Calibration rounds made of decided dialogues."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from agreement.domain.adjudication.calibration import begin_round, settled_dialogues
from annotator.models import AnswerSet, CalibrationDialogue
from corpus.models import Corpus
from tests.agreement.api.adjudicators import Adjudicator, decide
from tests.agreement.domain.adjudication.material import queued
from tests.agreement.material import utterances
from tests.factories import MembershipFactory, UserFactory
from tests.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def corpus() -> Corpus:
    """Two dialogues of two utterances; in the first, one utterance is a split and the other unanimous."""
    return queued({"a": "+-0+", "b": "0--0", "c": "--+-"}, per_dialogue=2)


def settle(corpus: Corpus, utterance: int) -> None:
    adjudicator = Adjudicator(corpus)
    case = adjudicator.claim(utterance=str(utterances(corpus)[utterance].public_id))
    assert adjudicator.acks(case, decide(sentiment="negative", comment="bitter voice")) == ["applied"]


def test_only_dialogues_whose_utterances_are_all_settled_are_taken(corpus: Corpus) -> None:
    author = UserFactory()
    with refused("adjudication.nothing_settled"):
        begin_round(corpus=corpus, use="training", author=author)
    settle(corpus, 2)
    assert not settled_dialogues(corpus).exists(), "the other utterance of its dialogue is open"
    settle(corpus, 0)
    assert begin_round(corpus=corpus, use="training", author=author) == 1
    used = CalibrationDialogue.objects.get()
    assert (used.dialogue, used.use) == (utterances(corpus)[0].dialogue, "training")
    with refused("adjudication.nothing_settled"):
        begin_round(corpus=corpus, use="training", author=author)


def test_decided_and_unanimous_answers_become_the_accepted_ones(corpus: Corpus) -> None:
    settle(corpus, 0)
    begin_round(corpus=corpus, use="training", author=UserFactory())
    first, second = AnswerSet.objects.order_by("utterance__order")
    assert (first.acceptable["sentiment"], first.reasons, first.origin) == (
        ["negative"],
        {"": "bitter voice"},
        "decided",
    )
    assert (second.acceptable["sentiment"], second.reasons) == (["negative"], {})


def test_managers_begin_a_round_from_the_queue(corpus: Corpus, client: Client) -> None:
    settle(corpus, 0)
    client.force_login(MembershipFactory(corpus=corpus, role="manager").user)
    assert (
        "1 dialogue is settled as a whole"
        in client.get(reverse("agreement:adjudication", args=[corpus.slug])).content.decode()
    )
    client.post(reverse("agreement:calibrate", args=[corpus.slug]), {"use": "gold"})
    assert CalibrationDialogue.objects.get().use == "gold"
