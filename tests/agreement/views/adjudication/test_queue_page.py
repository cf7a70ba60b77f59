"""The queue page, the entry points and the settings of adjudication."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agreement.domain.adjudication.settings import settings_of
from corpus.models import Corpus
from tests.agreement.domain.adjudication.material import queued, shares
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
SPLIT = {"a": "+-0", "b": "+-+", "c": "+--"}  # the third utterance differs


def page(client: Client, corpus: Corpus, name: str = "agreement:adjudication", role: str = "adjudicator") -> str:
    client.force_login(MembershipFactory(corpus=corpus, role=role).user)
    return client.get(reverse(name, args=[corpus.slug])).content.decode()


def test_the_queue_shows_how_many_cases_wait_in_each_order(client: Client) -> None:
    corpus = queued(SPLIT)
    shown = page(client, corpus)
    assert "?order=disagreement" in shown
    assert "?order=question%3Asentiment" in shown
    assert "?order=question%3Ahumor" not in shown, "nobody disagrees about it"
    assert "0 of 3 utterances" in shown


def test_managers_see_the_queue_without_the_buttons_of_adjudicators(client: Client) -> None:
    corpus = queued(SPLIT)
    shown = page(client, corpus, role="manager")
    assert "?order=" not in shown
    assert "Only adjudicators decide" in shown


def test_a_corpus_without_complete_annotations_explains_its_empty_queue(client: Client) -> None:
    assert "The queue is computed once" in page(client, MembershipFactory(role="manager").corpus)


def test_adjudicators_find_waiting_cases_on_the_list_of_corpora(client: Client) -> None:
    corpus = queued(SPLIT)
    member = MembershipFactory(corpus=corpus, role="adjudicator")
    client.force_login(member.user)
    address = reverse("agreement:adjudicate", args=[corpus.slug])
    assert address in client.get(reverse("home")).content.decode()
    annotator = MembershipFactory(corpus=corpus, role="annotator")
    client.force_login(annotator.user)
    assert address not in client.get(reverse("home")).content.decode()


@pytest.mark.parametrize(
    ("order", "opened"), [("question:sentiment", "question:sentiment"), ("nonsense", "disagreement")]
)
def test_the_page_opens_the_order_of_its_address(client: Client, order: str, opened: str) -> None:
    corpus = queued(SPLIT)
    client.force_login(MembershipFactory(corpus=corpus, role="adjudicator").user)
    response = client.get(reverse("agreement:adjudicate", args=[corpus.slug]), {"order": order})
    assert response.context["data"]["order"] == opened


def test_the_page_itself_contains_no_answers(client: Client) -> None:
    corpus = queued(SPLIT)
    client.force_login(MembershipFactory(corpus=corpus, role="adjudicator").user)
    response = client.get(reverse("agreement:adjudicate", args=[corpus.slug]))
    assert set(response.context["data"]) == {"root", "corpus", "author", "texts", "order", "utterance"}


VALUES: dict[str, Any] = {"blind_percent": 20, "double_percent": 10, "audit_percent": 5}


def test_the_settings_are_stored_with_reasons_in_both_languages(client: Client) -> None:
    corpus = queued(SPLIT)
    client.force_login(MembershipFactory(corpus=corpus, role="manager").user)
    address = reverse("agreement:adjudication_settings", args=[corpus.slug])
    reasons = "Tone of voice | 语气\nShouting"
    assert client.post(address, VALUES | {"reasons": reasons, "feedback_allowed": "on"}).status_code == 302
    stored = settings_of(corpus)
    assert (stored.blind_percent, stored.double_percent, stored.feedback_allowed) == (20, 10, True)
    assert stored.reasons == [
        {"slug": "tone_of_voice", "texts": {"en": "Tone of voice", "zh": "语气"}},
        {"slug": "shouting", "texts": {"en": "Shouting"}},
    ]


def test_a_reason_keeps_its_slug_when_its_translation_changes(client: Client) -> None:
    corpus = queued(SPLIT)
    shares(corpus, reasons=[{"slug": "tone", "texts": {"en": "Tone of voice", "zh": "音调"}}])
    client.force_login(MembershipFactory(corpus=corpus, role="manager").user)
    address = reverse("agreement:adjudication_settings", args=[corpus.slug])
    client.post(address, VALUES | {"reasons": "New\nTone of voice | 语气"})
    assert [each["slug"] for each in settings_of(corpus).reasons] == ["new", "tone"]


def test_impossible_shares_are_refused_with_a_sentence(client: Client) -> None:
    corpus = queued(SPLIT)
    client.force_login(MembershipFactory(corpus=corpus, role="manager").user)
    address = reverse("agreement:adjudication_settings", args=[corpus.slug])
    response = client.post(address, VALUES | {"double_percent": 30, "reasons": ""})
    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()
    assert settings_of(corpus).double_percent == 0
