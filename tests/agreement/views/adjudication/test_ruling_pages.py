"""The pages of rulings: made from a case, changed, asked again."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from agreement.models import Decision, Ruling
from annotator.models import Batch
from corpus.models import Corpus
from tests.agreement.api.adjudicators import Adjudicator, decide
from tests.agreement.domain.adjudication.material import queued
from tests.agreement.material import utterances
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
MOODS = {"a": "++0", "b": "---", "c": "---"}


@pytest.fixture
def corpus() -> Corpus:
    made = queued(MOODS)
    adjudicator = Adjudicator(made)
    case = adjudicator.claim(utterance=str(utterances(made)[0].public_id))
    assert adjudicator.acks(case, decide("discussion", comment="A sigh?")) == ["applied"]
    return made


def client(corpus: Corpus, *roles: str) -> Client:
    made = Client()
    made.force_login(MembershipFactory(corpus=corpus, roles=list(roles)).user)
    return made


def address(corpus: Corpus, name: str, *args: object) -> str:
    return reverse(f"agreement:{name}", args=[corpus.slug, *args])


def test_a_manager_makes_a_ruling_of_a_discussed_case_and_asks_again(corpus: Corpus) -> None:
    manager, decision = client(corpus, "manager"), Decision.objects.get()
    form = address(corpus, "make_ruling", decision.public_id)
    assert form in manager.get(address(corpus, "decision", decision.public_id)).content.decode()
    page = unescape(manager.get(form).content.decode())
    assert 'value="A sigh?"' in page
    assert "answer=sentiment+%3D%3D+negative&answer=sentiment+%3D%3D+positive" in page
    given = {"about": "sentiment", "case": "A sigh?", "text": "It is negative.", "selection": "differs=sentiment"}
    assert manager.post(form, given).status_code == 302
    ruling = Ruling.objects.get()
    page = manager.get(address(corpus, "ruling", ruling.public_id)).content.decode()
    assert "2 of 3 utterances" in page or "3 of 3 utterances" in page
    assert f'href="{address(corpus, "labels")}?differs=sentiment"' in page
    assert manager.post(address(corpus, "ask_again", ruling.public_id)).status_code == 302
    assert Batch.objects.get(ruling=ruling).slots.count() == 6
    page = manager.get(address(corpus, "ruling", ruling.public_id)).content.decode()
    assert "0 of 6 judgements done" in page
    assert "§ 1" in manager.get(address(corpus, "rulings")).content.decode()


def test_filters_that_cannot_be_read_are_explained(corpus: Corpus) -> None:
    manager, decision = client(corpus, "manager"), Decision.objects.get()
    form = address(corpus, "make_ruling", decision.public_id)
    given = {"case": "A sigh?", "text": "Yes."}
    assert "weather" in manager.post(form, given | {"selection": "weather=1"}).content.decode()
    assert "every utterance would be asked again" in manager.post(form, given).content.decode()
    assert not Ruling.objects.exists()


def test_adjudicators_read_a_ruling_without_names_of_raters(corpus: Corpus) -> None:
    manager, decision = client(corpus, "manager"), Decision.objects.get()
    given = {"case": "A sigh?", "text": "Yes.", "selection": "rater=a&differs=sentiment"}
    assert manager.post(address(corpus, "make_ruling", decision.public_id), given).status_code == 302
    page = client(corpus, "adjudicator").get(address(corpus, "ruling", Ruling.objects.get().public_id))
    assert page.status_code == 200
    assert "rater=a" not in unescape(page.content.decode())


def test_a_case_in_hand_that_is_decided_blind_hides_the_form_and_the_filters_of_its_ruling() -> None:
    corpus = queued({"a": "+", "b": "0", "c": "-"}, blind=100, double=100)
    first = Adjudicator(corpus)
    held = first.claim()
    assert first.acks(held, decide("discussion", comment="secret reason")) == ["applied"]
    decision = Decision.objects.get()
    form = address(corpus, "make_ruling", decision.public_id)
    given = {"case": "A sigh?", "text": "Yes.", "selection": "differs=sentiment"}
    assert client(corpus, "manager").post(form, given).status_code == 302
    ruling = Ruling.objects.get()
    second = Adjudicator(corpus, MembershipFactory(corpus=corpus, roles=["adjudicator", "manager"]))
    assert second.claim()["blind"]
    home = address(corpus, "rulings")
    assert "A sigh?" not in second.client.get(home).content.decode()
    for response in (
        second.client.get(form),
        second.client.get(address(corpus, "ruling", ruling.public_id)),
        second.client.post(address(corpus, "select_for_ruling", ruling.public_id), {"selection": "weather=1"}),
    ):
        assert (response.status_code, response["Location"]) == (302, home)


def test_the_list_of_rulings_takes_a_fixed_number_of_queries(
    corpus: Corpus, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    manager, decision = client(corpus, "manager"), Decision.objects.get()
    MembershipFactory(corpus=corpus, role="annotator")
    given = {"about": "sentiment", "case": "A sigh?", "text": "Yes.", "selection": "differs=sentiment"}
    for number in range(4):
        manager.post(address(corpus, "make_ruling", decision.public_id), given | {"case": f"Case {number}?"})
    assert manager.post(address(corpus, "ask_again", Ruling.objects.all()[0].public_id)).status_code == 302
    with django_assert_num_queries(14):
        page = manager.get(address(corpus, "rulings")).content.decode()
    assert page.count("§ ") == 4
    assert "0 of 6 judgements done" in page
    assert "0 / 4" in page
