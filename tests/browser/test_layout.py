"""Every page at the widths of a phone, a tablet and two screens, with texts of the maximum length."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from corpus.domain.codebooks import shipped_codebooks
from corpus.models import Corpus
from tests.browser.extreme_texts import CHINESE, LATIN, extreme_codebook, stretch
from tests.browser.test_pages import furnished, pages, signed_in

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


@pytest.mark.parametrize(("language", "word"), [("en", LATIN), ("zh-hans", CHINESE)])
@pytest.mark.parametrize("role", ["manager", "adjudicator", "annotator"])
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
