import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreement.domain.live_figures import KIND
from agreement.models import CaseHold
from annotator.models import Assignment
from common.jobs.queue import enqueue, execute
from corpus.domain.findings import NewFinding, record_findings
from corpus.models import Corpus, Finding, Membership
from tests.agreement.material import judge, judged, source, utterances
from tests.annotator.material import corpus_with_work
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def corpus() -> Corpus:
    made = judged({"a": "+0-+0-", "b": "+0-0?+", "c": "+0+0+-"})
    MembershipFactory(corpus=made, role="annotator")
    return made


def refresh(corpus: Corpus) -> None:
    job = enqueue(kind=KIND, args={"corpus": str(corpus.public_id)}, here=True)
    execute(str(job.public_id))


def sign_in(client: Client, corpus: Corpus, *roles: str) -> Membership:
    membership: Membership = MembershipFactory(corpus=corpus, roles=list(roles))
    client.force_login(membership.user)
    return membership


def page(client: Client, corpus: Corpus) -> str:
    return client.get(reverse("agreement:reports", args=[corpus.slug])).content.decode()


def severe() -> NewFinding:
    """Return a severe finding about the sentiment."""
    return NewFinding(
        kind="independent_link", rows={}, task="sentiment", extent_count=6, extent_share=1.0, severity="severe"
    )


def test_a_manager_sees_alpha_with_interval_and_how_many_answers_are_newer(client: Client, corpus: Corpus) -> None:
    sign_in(client, corpus, "manager")
    assert "The first figures appear two seconds after a dialogue was handed in." in page(client, corpus)
    refresh(corpus)
    shown = page(client, corpus)
    assert "alpha of 18 annotations by all annotators" in shown
    assert re.search(r"<dt>sentiment</dt>\s*<dd>\s*<span class=\"nowrap\">0\.\d{3}</span>", shown)
    assert " newer." not in shown
    Assignment.objects.filter(pk=Assignment.objects.order_by("pk")[0].pk).update(ended_at=timezone.now())
    assert "1 answer is newer." in page(client, corpus)


def test_the_card_replaces_itself_only_when_it_changed(client: Client, corpus: Corpus) -> None:
    sign_in(client, corpus, "manager")
    address = reverse("agreement:live", args=[corpus.slug])
    first = client.get(address, {"seen": "none"}, headers=HTMX)
    assert (first.status_code, first.content) == (204, b"")
    refresh(corpus)
    second = client.get(address, {"seen": "none"}, headers=HTMX)
    assert second.status_code == 200
    seen = second.context["live"]["version"]
    assert client.get(address, {"seen": seen}, headers=HTMX).status_code == 204
    Assignment.objects.filter(pk=Assignment.objects.order_by("pk")[0].pk).update(ended_at=timezone.now())
    assert "1 answer is newer." in client.get(address, {"seen": seen}, headers=HTMX).content.decode()


def test_a_severe_finding_appears_on_the_open_card_and_beside_the_question_it_affects(
    client: Client, corpus: Corpus
) -> None:
    sign_in(client, corpus, "manager")
    refresh(corpus)
    address = reverse("agreement:live", args=[corpus.slug])
    calm = page(client, corpus)
    assert "severe finding" not in calm
    seen = client.get(address, {"seen": "none"}, headers=HTMX).context["live"]["version"]
    record_findings(corpus=corpus, source="independent_link", findings=[severe()])
    answer = client.get(address, {"seen": seen}, headers=HTMX)
    assert answer.status_code == 200
    card = answer.content.decode()
    assert "1 severe finding concerns these" in card
    assert re.search(r"<dt>sentiment</dt>(?:(?!</dd>).)*badge-danger", card, re.DOTALL)
    assert card.count("badge-danger") == 1
    assert page(client, corpus).count("1 severe finding concerns these") == 1
    Finding.objects.update(acknowledged_at=timezone.now())
    assert "severe finding" not in client.get(address, {"seen": "none"}, headers=HTMX).content.decode()


def test_who_does_not_see_the_card_sees_severe_findings_above_the_reports(client: Client, corpus: Corpus) -> None:
    sign_in(client, corpus, "adjudicator")
    record_findings(corpus=corpus, source="independent_link", findings=[severe()])
    shown = page(client, corpus)
    assert 'id="live-figures"' not in shown
    assert "1 severe finding concerns these" in shown


def test_the_address_of_the_card_leads_to_the_page(client: Client, corpus: Corpus) -> None:
    sign_in(client, corpus, "manager")
    answer = client.get(reverse("agreement:live", args=[corpus.slug]))
    assert answer["Location"] == reverse("agreement:reports", args=[corpus.slug])


@pytest.mark.parametrize("roles", [["annotator"], ["adjudicator"], ["manager", "annotator"]])
def test_nobody_who_must_stay_blind_sees_it(client: Client, corpus: Corpus, roles: list[str]) -> None:
    Corpus.objects.update(allows_several_roles=True)
    refresh(corpus)
    sign_in(client, corpus, *roles)
    assert client.get(reverse("agreement:live", args=[corpus.slug]), headers=HTMX).status_code == 403
    assert "live-figures" not in page(client, corpus)


def test_a_manager_with_a_case_to_decide_blind_does_not_see_it(
    client: Client, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh(corpus)
    sign_in(client, corpus, "manager")
    assert "live-figures" in page(client, corpus)
    monkeypatch.setattr("agreement.views.live_figures.dialogues_to_decide_blind", lambda _membership: {1})
    assert CaseHold.objects.count() == 0
    assert client.get(reverse("agreement:live", args=[corpus.slug]), headers=HTMX).status_code == 403
    assert "live-figures" not in page(client, corpus)


def test_a_corpus_without_annotators_has_no_card(client: Client) -> None:
    made = corpus_with_work()
    judge(source(made), utterances(made)[0])
    sign_in(client, made, "manager")
    assert "live-figures" not in page(client, made)
