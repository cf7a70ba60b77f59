"""Every page at the widths of a phone, a tablet and two screens, with texts of the maximum length."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from corpus.domain.codebooks import shipped_codebooks
from corpus.domain.people.invitations import invite
from corpus.models import Corpus
from tests.browser.extreme_texts import CHINESE, LATIN, extreme_codebook, stretch, stretched
from tests.browser.test_pages import furnished, pages, signed_in
from tests.factories import CorpusFactory, MembershipFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LAYOUT_PROBLEMS = (Path(__file__).parent / "layout_problems.js").read_text(encoding="utf-8")
WIDTHS = [390, 768, 1280, 1920]
HEIGHTS = {390: 844, 768: 1024, 1280: 720, 1920: 1080}


def extreme_corpus(monkeypatch: pytest.MonkeyPatch, word: str) -> Corpus:
    """Return a corpus in which no list is empty and every text has its maximum length."""
    shipped = shipped_codebooks.shipped_codebook
    monkeypatch.setattr(shipped_codebooks, "shipped_codebook", lambda name: extreme_codebook(shipped(name), word))
    corpus = furnished()
    stretch(corpus, word)
    return corpus


def problems_of(page: Page, address: str) -> list[str]:
    """Return what is wrong with the open page at each width."""
    problems = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        problems += [f"{address} at {width}: {problem}" for problem in page.evaluate(LAYOUT_PROBLEMS)]
    return problems


# every page in both languages; those of an adjudicator and of an annotator are for the most part the manager's, too
@pytest.mark.parametrize(
    ("role", "language", "word"),
    [
        ("manager", "en", LATIN),
        ("manager", "zh-hans", CHINESE),
        ("adjudicator", "zh-hans", CHINESE),
        ("annotator", "en", LATIN),
        ("annotator", "zh-hans", CHINESE),
    ],
    ids=["manager-latin", "manager-chinese", "adjudicator-chinese", "annotator-latin", "annotator-chinese"],
)
def test_no_text_breaks_a_page_at_any_width(
    chromium: Browser, live_server: Any, monkeypatch: pytest.MonkeyPatch, role: str, language: str, word: str
) -> None:
    corpus = extreme_corpus(monkeypatch, word)
    client = signed_in(corpus, role, language)
    stretch(corpus, word)
    context = chromium.new_context()
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    problems: list[str] = []
    for address in pages(corpus, role):
        answer = client.get(address)
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue  # it accepts POST only, redirects, or serves scripts
        page.goto(live_server.url + address)
        problems += problems_of(page, address)
    context.close()
    assert problems == [], "\n".join(problems)


def test_the_navigation_folds_on_a_phone_only(chromium: Browser, live_server: Any) -> None:
    corpus = CorpusFactory()
    client = signed_in(corpus, "manager", "en")
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}{reverse('corpus:overview', args=[corpus.slug])}")
    menu, members = page.get_by_role("button", name="Menu"), page.get_by_role("link", name="Members")
    expect(members).to_be_hidden()
    menu.tap()
    expect(menu).to_have_attribute("aria-expanded", "true")
    members.tap()
    page.wait_for_url("**/members/")
    page.set_viewport_size({"width": 1280, "height": 720})
    expect(members).to_be_visible()
    expect(menu).to_be_hidden()
    context.close()


def test_a_table_that_is_wider_than_the_phone_scrolls_by_keyboard(chromium: Browser, live_server: Any) -> None:
    corpus = furnished()
    client = signed_in(corpus, "manager", "en")
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}{reverse('annotator:progress', args=[corpus.slug])}")
    region = page.get_by_role("region", name="People")
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.activeElement.scrollLeft > 0")
    page.set_viewport_size({"width": 1920, "height": 1080})
    expect(region).to_have_count(0)  # it fits, so it is no stop of the Tab key
    expect(page.locator(".table-wrap[tabindex]")).to_have_count(0)
    context.close()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_for_strangers_fit_at_every_width(chromium: Browser, live_server: Any, language: str) -> None:
    corpus = CorpusFactory(title=stretched(LATIN, 200))
    manager = MembershipFactory(corpus=corpus, role="manager").user
    _invitation, token = invite(corpus=corpus, role="annotator", created_by=manager)
    context = chromium.new_context(locale="zh-CN" if language == "zh-hans" else "en-GB")
    page = context.new_page()
    problems = []
    for address in (reverse("common:login"), reverse("join", args=[token]), "/nowhere/"):
        page.goto(live_server.url + address)
        problems += problems_of(page, address)
    context.close()
    assert problems == [], "\n".join(problems)
