"""Answers when the connection or the server fails; the server runs in processes of its own."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Route

from tests.browser.label.annotator import CALM, CALM_LABELS, GLAD, GLAD_LABELS, OPERATIONS, Annotator, corpus_to_label
from tests.browser.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def annotator(chromium: Browser, server: Server) -> Iterator[Annotator]:
    annotator = Annotator(chromium, server.url, corpus_to_label())
    yield annotator
    annotator.close()


@contextmanager
def writing() -> Iterator[None]:
    """Hold the database's write lock, so that every commit waits."""
    with closing(sqlite3.connect(str(settings.DATABASES["default"]["NAME"]), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_server_killed_during_a_commit_stores_it_once(annotator: Annotator, server: Server) -> None:
    annotator.open()
    with writing():
        with annotator.page.expect_request(OPERATIONS):
            annotator.press(*CALM, "Enter")
        time.sleep(0.3)  # by now it usually waits for our transaction
        server.kill()
    annotator.press(*GLAD, "Enter")
    annotator.saved("aiting (2)")
    server.start()
    annotator.saved()
    assert annotator.history() == [(1, CALM_LABELS), (2, GLAD_LABELS)]


def test_a_server_killed_repeatedly_stores_every_answer_once(chromium: Browser, server: Server) -> None:
    annotator = Annotator(chromium, server.url, corpus_to_label(utterances=12))
    annotator.open()
    for place in range(12):
        annotator.press(*(GLAD if place % 2 else CALM), "Enter")
        if place in (3, 8):
            server.kill()
        if place in (5, 10):
            server.start()
    annotator.saved()
    labels = [GLAD_LABELS if place % 2 else CALM_LABELS for place in range(12)]
    assert annotator.history() == list(enumerate(labels, start=1))
    annotator.close()


def test_labelling_continues_while_the_connection_is_interrupted(annotator: Annotator) -> None:
    annotator.open()
    annotator.press(*CALM, "Enter")
    annotator.saved()
    annotator.context.set_offline(True)
    annotator.press(*GLAD, "Enter", "Backspace", *CALM, "Enter")
    annotator.saved("Offline, waiting (3)")
    assert annotator.history() == [(1, CALM_LABELS)]
    annotator.context.set_offline(False)
    annotator.saved()
    assert annotator.history() == [(1, CALM_LABELS), (2, GLAD_LABELS), (2, None), (2, CALM_LABELS)]


def test_a_slow_connection_that_loses_every_other_response_blocks_nothing(annotator: Annotator) -> None:
    seen: list[list[str]] = []

    def slow(route: Route) -> None:
        seen.append([operation["id"] for operation in (route.request.post_data_json or {})["operations"]])
        answer = route.fetch()
        time.sleep(0.3)
        if len(seen) % 2:
            route.abort("timedout")  # applied there, and unknown here
        else:
            route.fulfill(response=answer)

    annotator.open()
    annotator.page.route(OPERATIONS, slow)
    for keys in (CALM, GLAD, CALM):
        annotator.press(*keys, "Enter")
    annotator.page.locator("#label[data-phase=complete]").wait_for()
    annotator.saved()
    assert annotator.history() == [(1, CALM_LABELS), (2, GLAD_LABELS), (3, CALM_LABELS)]
    assert len(seen) > 1, "the first answer was lost"
    assert seen[0][0] == seen[1][0], "so the first label went twice"


def test_a_server_that_answers_500_is_asked_again(annotator: Annotator) -> None:
    answers = iter([500, 503, 500])

    def broken(route: Route) -> None:
        status = next(answers, 0)
        route.fulfill(status=status, body="<h1>Server error</h1>") if status else route.continue_()

    annotator.open()
    annotator.page.route("**/api/v1/**", broken)
    annotator.press(*CALM, "Enter")
    annotator.saved("aiting (1)")
    annotator.saved()
    assert annotator.history() == [(1, CALM_LABELS)]
