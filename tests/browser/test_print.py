"""Pages on paper: no column is cut off, and no heading is the last line of a page."""

import re
import zlib
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.extreme_texts import LATIN
from tests.browser.test_layout import extreme_corpus
from tests.browser.test_pages import furnished, pages, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

A4: ViewportSize = {"width": 703, "height": 1017}  # pixels of A4 within the margins of static/css/components/print.css
TOO_WIDE = """() => [document.documentElement, ...document.querySelectorAll("table, .table-wrap, th, td, svg, pre")]
  .filter((element) => element.checkVisibility())
  .filter((element) => Math.max(element.getBoundingClientRect().right,
    element.matches("html, table, pre") ? element.scrollWidth : 0) > innerWidth + 1)
  .map((element) => `${element.localName} ${element.className} ${element.textContent.trim().slice(0, 30)}`)"""
STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
OPERATOR = re.compile(rb"((?:-?[\d.]+ )*)(?:/F\d+ (?P<size>[\d.]+) )?(?P<name>cm|q|Q|Tf|Tm|Tj)\b")
HEADING = 18.0  # pixels of h2
LINE = 8.0  # points between the baselines of texts in one row, at most


def lowest_sizes(drawn: bytes) -> set[float]:
    """Return the font sizes, in pixels, of the lowest row of text that a page of a PDF draws."""
    vertical, stack = (1.0, 0.0), []  # scale and offset of y by the present transformation, which never rotates
    size, line, texts = 0.0, 0.0, []
    for operator in OPERATOR.finditer(drawn):
        numbers = [float(number) for number in operator[1].split()]
        match operator["name"]:
            case b"q":
                stack.append(vertical)
            case b"Q":
                vertical = stack.pop()
            case b"cm":
                vertical = (vertical[0] * numbers[3], vertical[0] * numbers[5] + vertical[1])
            case b"Tf":
                size = float(operator["size"])
            case b"Tm":
                line = vertical[0] * numbers[5] + vertical[1]
            case _:
                texts.append((line, size))
    lowest = min((line for line, _size in texts), default=0.0)
    return {size for line, size in texts if line - lowest < LINE}


def lowest_of_each_page(pdf: bytes) -> list[set[float]]:
    """Return the font sizes of the lowest row of each page."""
    pages_drawn = []
    for stream in STREAM.findall(pdf):
        try:
            drawn = zlib.decompress(stream)
        except zlib.error:
            continue
        if b" Tf\n" in drawn:
            pages_drawn.append(lowest_sizes(drawn))
    return pages_drawn


def opened_page(chromium: Browser, url: str, client: Any) -> Page:
    context = chromium.new_context(viewport=A4)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])
    page = context.new_page()
    page.emulate_media(media="print")
    return page


def test_no_table_is_wider_than_the_paper(chromium: Browser, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = extreme_corpus(monkeypatch, LATIN)
    client = signed_in(corpus, "manager", "en")
    page = opened_page(chromium, live_server.url, client)
    problems = []
    for address in pages(corpus, "manager"):
        answer = client.get(address)
        if answer.status_code == 200 and not answer.streaming and b"<table" in answer.content:
            page.goto(live_server.url + address)
            problems += [f"{address}: {problem}" for problem in page.evaluate(TOO_WIDE)]
    page.context.close()
    assert problems == [], "\n".join(problems)


def test_a_heading_is_never_the_last_line_of_a_page(chromium: Browser, live_server: Any) -> None:
    corpus = furnished()
    client = signed_in(corpus, "manager", "en")
    page = opened_page(chromium, live_server.url, client)
    page.goto(live_server.url + reverse("agreement:report", args=[corpus.slug, corpus.reports.get().public_id]))
    # moves each heading of the report past the end of a page, in steps of less than its height
    page.evaluate("() => document.querySelector('main').prepend(document.createElement('div'))")
    for space in range(0, 500, 20):
        page.evaluate("(space) => { document.querySelector('main > div').style.height = `${space}px`; }", space)
        sizes = lowest_of_each_page(page.pdf(format="A4"))
        assert len(sizes) >= 2, "nothing to divide"
        assert not any(HEADING in lowest for lowest in sizes), f"a heading ends a page after {space} px"
    page.context.close()
