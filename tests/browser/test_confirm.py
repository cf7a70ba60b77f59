"""Actions on people ask for confirmation, and can be done by keyboard."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from annotator.domain.calibration.qualification import status_of
from corpus.models import Corpus, Rater
from tests.annotator.calibrated import calibrated, newcomer, work_through
from tests.factories import MembershipFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def corpus() -> Corpus:
    return calibrated("test1", "test2")


@pytest.fixture
def person(corpus: Corpus) -> Rater:
    return newcomer(corpus)


@pytest.fixture
def page(chromium: Browser, live_server: Any, corpus: Corpus, person: Rater) -> Iterator[Page]:
    client = Client()
    client.force_login(MembershipFactory(corpus=corpus, role="manager").user)
    context = chromium.new_context(base_url=live_server.url)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    yield context.new_page()
    context.close()


def press(page: Page, summary: str, button: str) -> None:
    """Open the question and confirm it, by keyboard alone."""
    expect(page.get_by_role("button", name=button)).to_be_hidden()
    page.locator("summary", has_text=summary).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=button)).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == button
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def stage(person: Rater) -> str:
    return status_of(rater=Rater.objects.select_related("corpus__calibration").get(pk=person.pk)).stage


def test_letting_through_and_testing_again_ask_first(page: Page, corpus: Corpus, person: Rater) -> None:
    assert person.membership
    name = str(person.membership.user)
    page.goto(reverse("annotator:calibration", args=[corpus.slug]))
    press(page, f"Qualify {name}", f"Qualify {name}")
    expect(page.get_by_text("This person can now do main work.")).to_be_visible()
    assert stage(person) == "qualified"
    press(page, f"Retake test {name}", f"Let {name} retake the test")
    expect(page.get_by_text("This person can take the test again.")).to_be_visible()
    assert stage(person) == "test"


def test_qualifying_everyone_asks_first(page: Page, corpus: Corpus, person: Rater) -> None:
    corpus.calibration.has_test = False
    corpus.calibration.save()
    work_through(person)
    corpus.calibration.has_test = True
    corpus.calibration.save()
    page.goto(reverse("annotator:calibration", args=[corpus.slug]))
    press(page, "Qualify everyone", "Qualify all")
    expect(page.get_by_text("1 person qualified without a test.")).to_be_visible()


def test_ending_access_asks_first(page: Page, corpus: Corpus, person: Rater) -> None:
    assert person.membership
    name = str(person.membership.user)
    page.goto(reverse("corpus:members", args=[corpus.slug]))
    press(page, f"End access {name}", f"End the access of {name}")
    expect(page.get_by_role("button", name="Restore access")).to_be_visible()
    person.membership.refresh_from_db()
    assert not person.membership.is_active
