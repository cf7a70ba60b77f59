from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from corpus.domain.findings import NewFinding, record_findings
from corpus.domain.structure.archiving import archive
from corpus.models import Corpus, Membership
from tests.annotator.material import corpus_with_work
from tests.factories import MembershipFactory, RaterFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client: Client) -> Membership:
    membership = MembershipFactory(role="manager")
    client.force_login(membership.user)
    return membership


def test_home_shows_my_corpora_and_no_others(client: Client, manager: Membership) -> None:
    other = MembershipFactory(role="manager")
    text = client.get("/").content.decode()
    assert (manager.corpus.title in text, other.corpus.title in text) == (True, False)


@pytest.mark.parametrize("corpora", [1, 3])
def test_home_costs_the_same_for_any_number_of_corpora(
    client: Client, corpora: int, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    user = UserFactory()
    MembershipFactory.create_batch(corpora, user=user, role="manager")
    client.force_login(user)
    with django_assert_num_queries(4):  # type: ignore[operator]
        client.get("/")


def test_a_permitted_user_creates_a_corpus_and_is_sent_to_it(client: Client) -> None:
    user = UserFactory(may_create_corpora=True)
    client.force_login(user)
    response = client.post(reverse("corpus:create"), {"title": "家有儿女", "slug": "home-with-kids"})
    assert response["Location"] == "/c/home-with-kids/"
    assert client.get("/c/home-with-kids/").status_code == 200
    again = client.post(reverse("corpus:create"), {"title": "x", "slug": "home-with-kids"})
    assert again.context["form"].non_field_errors() == [
        "The short name home-with-kids is already in use. Choose another one."
    ]


def test_others_cannot_create_a_corpus(client: Client, manager: Membership) -> None:
    assert client.post(reverse("corpus:create"), {"title": "x"}).status_code == 403
    assert Corpus.objects.count() == 1


def test_valid_settings_are_saved(client: Client, manager: Membership) -> None:
    page = reverse("corpus:settings", args=[manager.corpus.slug])
    client.post(page, {"title": "A new title", "silence_ms": 5000, "merge_gap_ms": 700})
    refused = client.post(page, {"title": "Another", "silence_ms": 100, "merge_gap_ms": 700})
    assert len(refused.context["form"].non_field_errors()) == 1
    manager.corpus.refresh_from_db()
    assert (manager.corpus.title, manager.corpus.silence_ms, manager.corpus.merge_gap_ms) == ("A new title", 5000, 700)


def test_how_long_people_work_is_a_setting(client: Client, manager: Membership) -> None:
    page, gaps = reverse("corpus:settings", args=[manager.corpus.slug]), {"silence_ms": 4000, "merge_gap_ms": 600}
    assert (manager.corpus.daily_limit_minutes, manager.corpus.rest_after_minutes) == (None, 60)
    client.post(page, {"title": "A", **gaps, "daily_limit_minutes": 90, "rest_after_minutes": ""})
    refused = client.post(page, {"title": "A", **gaps, "daily_limit_minutes": 2000})
    assert len(refused.context["form"].non_field_errors()) == 1
    manager.corpus.refresh_from_db()
    assert (manager.corpus.daily_limit_minutes, manager.corpus.rest_after_minutes) == (90, None)


@pytest.mark.parametrize("severity", ["warning", "severe"])  # the banner shows severe ones
def test_known_defects_of_a_source_are_on_the_page_of_the_corpus(
    client: Client, manager: Membership, severity: str
) -> None:
    page = reverse("corpus:overview", args=[manager.corpus.slug])
    assert "train.csv" not in client.get(page).text
    defect = NewFinding(
        kind="repeated_block",
        rows={"file": "train.csv", "first_row": 2491, "last_row": 13789},
        extent_count=11299,
        extent_share=0.82,
        severity=severity,
        task="emotion",
        rater=RaterFactory(corpus=manager.corpus, kind="source", membership=None),
        evidence={"period": 200},
    )
    record_findings(corpus=manager.corpus, source="repeated_block", findings=[defect])
    assert "rows 2,491 to 13,789, 82 % of train.csv" in client.get(page).text


def test_an_annotator_sees_figures_of_their_own_work_only(client: Client, manager: Membership) -> None:
    client.force_login(MembershipFactory(corpus=manager.corpus, role="annotator").user)
    response = client.get(reverse("corpus:overview", args=[manager.corpus.slug]))
    assert ("figures" in response.context, "Utterances I have labelled" in response.text) == (False, True)


@pytest.mark.parametrize("roles", [["manager", "annotator"], ["adjudicator", "annotator"]])
def test_who_also_labels_sees_their_own_work_and_the_corpus(
    client: Client, roles: list[str], django_assert_max_num_queries: Any
) -> None:
    corpus = corpus_with_work(dialogues=2)
    corpus.allows_several_roles = True
    corpus.save()
    rater = RaterFactory(corpus=corpus, membership__corpus=corpus, membership__roles=roles)
    client.force_login(rater.membership.user)
    page = reverse("corpus:overview", args=[corpus.slug])
    with django_assert_max_num_queries(40):
        shown = client.get(page).content.decode()
    for text in ("Label the next dialogue", "Dialogues I have submitted", "Ready dialogues"):
        assert text in shown
    assert ("View progress" in shown) == ("manager" in roles)
    archive(corpus=corpus, now=timezone.now())
    assert "Label the next dialogue" not in client.get(page).content.decode()
