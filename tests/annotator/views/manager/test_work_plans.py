from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotator.domain.allocation.claims import claim
from annotator.models import Assignment, WorkPlan
from corpus.models import Corpus, Membership, Rater
from tests.annotator.material import corpus_with_work
from tests.factories import MembershipFactory, RaterFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def corpus() -> Any:
    return corpus_with_work(dialogues=2)


@pytest.fixture
def rater(corpus: Corpus) -> Any:
    return RaterFactory(corpus=corpus)


@pytest.fixture
def manager(client: Client, corpus: Corpus) -> Client:
    client.force_login(MembershipFactory(corpus=corpus, role=Membership.Role.MANAGER).user)
    return client


def post(client: Client, rater: Rater, name: str, **data: Any) -> str:
    where = reverse(f"annotator:{name}", args=[rater.corpus.slug, rater.public_id])
    return " ".join(client.post(where, data, follow=True).content.decode().split())


def test_a_quota_is_set_shown_and_removed(manager: Client, rater: Rater) -> None:
    assert "0 of 20 dialogues in total" in post(manager, rater, "quota", most_dialogues="20", most_per_week="")
    assert claim(rater=rater, now=timezone.now())
    shown = post(manager, rater, "quota", most_dialogues="", most_per_week="1")
    assert "1 dialogue in total, no limit" in shown
    assert "1 of 1 new dialogue this week" in shown
    assert "New dialogues per week: Ensure this value" in post(manager, rater, "quota", most_per_week="0")
    progress = manager.get(reverse("annotator:progress", args=[rater.corpus.slug])).content.decode()
    assert "quota" not in progress
    post(manager, rater, "quota", most_dialogues="7")
    assert "quota 7" in " ".join(
        manager.get(reverse("annotator:progress", args=[rater.corpus.slug])).content.decode().split()
    )


def test_an_absence_is_planned_and_ended(manager: Client, rater: Rater) -> None:
    assert claim(rater=rater, now=timezone.now())
    today = timezone.localdate()
    shown = post(manager, rater, "absence", first=str(today), last=str(today + timedelta(days=3)))
    assert "Others may take over 1 open dialogue then." in shown
    assert f"Absent from {today} to {today + timedelta(days=3)}" in shown
    assert "Back earlier" in shown
    progress = manager.get(reverse("annotator:progress", args=[rater.corpus.slug])).content.decode()
    assert "absent" in progress
    assert "gets new work again" in post(manager, rater, "absence", what="end")
    assert WorkPlan.objects.get().absent_from is None
    assert "The last day has to be today or later" in post(
        manager, rater, "absence", first=str(today), last=str(today - timedelta(days=1))
    )
    assert "First day:" in post(manager, rater, "absence", last=str(today))


def test_work_is_handed_over_after_its_counts_were_shown(manager: Client, rater: Rater) -> None:
    held = claim(rater=rater, now=timezone.now())
    assert held
    other = RaterFactory(corpus=rater.corpus)
    where = reverse("annotator:hand_over", args=[rater.corpus.slug, rater.public_id])
    response = manager.get(where)
    assert list(response.context["form"].fields["to"].queryset) == [other]
    shown = " ".join(response.content.decode().split())
    assert "<dt>open dialogues</dt> <dd>1</dd>" in shown
    assert "1 open dialogue handed over." in post(manager, rater, "hand_over", to=[other.pk])
    assert Assignment.objects.get(state="open").rater == other
    assert "This person has no open work that others can do." in post(manager, rater, "hand_over")
    assert "1 open dialogue is free for others." in post(manager, other, "hand_over")
    assert "no open work" in manager.get(where).content.decode()


def test_the_overview_says_until_when_a_person_is_absent_and_whom_they_can_ask(client: Client, rater: Rater) -> None:
    assert rater.membership
    client.force_login(rater.membership.user)
    today = timezone.localdate()
    plan = WorkPlan.objects.create(rater=rater, absent_from=today, absent_until=today + timedelta(days=3))
    address = reverse("corpus:overview", args=[rater.corpus.slug])
    assert f"You are absent until {plan.absent_until}, so you get no new" in client.get(address).content.decode()
    plan.delete()
    Membership.objects.filter(pk=rater.membership.pk).update(paused_at=timezone.now())
    assert "Ask the manager when it goes on." in client.get(address).content.decode()
