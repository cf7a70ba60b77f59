from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from corpus.domain.people.consents import (
    change_consent_text,
    consent_of,
    consent_text,
    is_to_be_asked,
    newest_consents,
    record_consent,
    withheld,
)
from corpus.domain.people.invitations import invite
from corpus.models import Consent, ConsentText, Demographics, Membership, Rater
from tests.factories import MembershipFactory, RaterFactory, UserFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = timezone.now()


@pytest.fixture
def member() -> Membership:
    rater = RaterFactory()
    assert rater.membership
    member: Membership = rater.membership
    return member


def decide(member: Membership, version: int | None = None, **decision: Any) -> Consent:
    nothing: dict[str, Any] = {
        "carries_answers": False,
        "carries_hours": False,
        "carries_demographics": False,
        "demographics": {},
    }
    shown = consent_text(member.corpus).version if version is None else version
    return record_consent(membership=member, version=shown, now=NOW, **(nothing | decision))


def write(member: Membership, text: str, edited: int | None = None) -> int:
    shown = consent_text(member.corpus).version if edited is None else edited
    return change_consent_text(
        corpus=member.corpus, texts={"en": text}, edited=shown, created_by=UserFactory(), now=NOW
    ).version


def test_a_decision_keeps_the_version_of_its_text(member: Membership) -> None:
    assert is_to_be_asked(member)
    first = decide(member, carries_answers=True)
    assert (first.text.version, first.text.texts) == (1, consent_text(member.corpus).texts)
    assert not is_to_be_asked(member)
    assert write(member, "Another text") == 2
    assert is_to_be_asked(member)
    decide(member)
    found = consent_of(member)
    assert found
    assert (found.carries_answers, found.text.version, Consent.objects.count()) == (False, 2, 2)
    assert newest_consents([member])[member.pk] == found


def test_a_decision_on_an_outdated_text_is_refused(member: Membership) -> None:
    write(member, "Another text")
    with refused("consent.text_changed"):
        decide(member, version=0)
    assert not Consent.objects.exists()


def test_demographics_are_deleted_with_the_consent_to_them(member: Membership) -> None:
    stated = {"age_group": "25-34", "gender": "女", "first_language": "中文"}
    decide(member, carries_demographics=True, demographics=stated)
    assert Demographics.objects.values(*stated).get() == stated
    decide(member, demographics=stated)
    assert not Demographics.objects.exists()


def test_an_unchanged_or_empty_text_adds_no_version(member: Membership) -> None:
    assert write(member, "Text") == 1
    assert write(member, "Text\n") == 1
    with refused("consent.text_empty"):
        write(member, " ")
    with refused("consent.text_moved_on"):
        write(member, "Newer", edited=0)
    assert ConsentText.objects.count() == 1


def test_only_refusals_withhold_answers(member: Membership) -> None:
    agreed, undecided = RaterFactory(corpus=member.corpus), RaterFactory(corpus=member.corpus)
    decide(member, carries_answers=True)
    decide(member, carries_hours=True)  # the newest one counts
    decide(agreed.membership, carries_answers=True)
    found = withheld(Rater.objects.filter(corpus=member.corpus))
    assert (found.slugs, found.not_asked) == (frozenset({member.rater.slug}), 1)
    assert undecided.slug not in found.slugs


def test_a_decision_under_an_earlier_text_stays_in_force_until_the_next_one(member: Membership) -> None:
    decide(member)
    write(member, "Another text")
    assert is_to_be_asked(member)
    found = withheld(Rater.objects.filter(corpus=member.corpus))
    assert (found.slugs, found.not_asked) == (frozenset({member.rater.slug}), 0)


def test_decisions_cannot_be_changed_in_the_database(member: Membership) -> None:
    decide(member)
    for statement in (
        "UPDATE corpus_consent SET carries_answers = TRUE",
        "UPDATE corpus_consenttext SET version = 7",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_new_annotator_is_asked_after_joining(client: Client) -> None:
    manager = MembershipFactory(role="manager")
    _, token = invite(corpus=manager.corpus, role="annotator", created_by=manager.user)
    client.force_login(UserFactory())
    joined = client.post(reverse("join", args=[token]))
    page = reverse("corpus:consent", args=[manager.corpus.slug])
    assert joined["Location"] == page
    shown = client.get(page)
    form = {"version": shown.context["form"].initial["version"], "carries_answers": "on", "age_group": "", "gender": ""}
    overview = client.post(page, form)["Location"]
    assert Consent.objects.get().carries_answers
    assert not client.get(overview).context["asks_for_consent"]


def test_a_manager_edits_the_text_and_sees_the_decisions(client: Client, member: Membership) -> None:
    client.force_login(MembershipFactory(corpus=member.corpus, role="manager").user)
    decide(member, carries_hours=True)
    page = reverse("corpus:consent_text", args=[member.corpus.slug])
    edited = client.get(page).context["form"].initial["edited"]
    assert client.post(page, {"en": "Ours", "zh": "我们的", "edited": edited}).status_code == 302
    assert consent_text(member.corpus).texts == {"en": "Ours", "zh": "我们的"}
    shown = dict(client.get(reverse("corpus:members", args=[member.corpus.slug])).context["members"])
    assert shown[member].carries_hours
