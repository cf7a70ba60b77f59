"""What happens to labels when the way to the server fails, or the server itself: it runs in processes of its own."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Route

from tests.browser.desk import CALM, CALM_LABELS, GLAD, GLAD_LABELS, OPERATIONS, Desk, corpus_to_label
from tests.browser.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(chromium: Browser, server: Server) -> Iterator[Desk]:
    desk = Desk(chromium, server.url, corpus_to_label())
    yield desk
    desk.context.close()


@contextmanager
def writing() -> Iterator[None]:
    """Hold the database as another writer would: whoever wants to commit waits."""
    with closing(sqlite3.connect(str(settings.DATABASES["default"]["NAME"]), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_server_killed_in_the_middle_of_a_commit_gets_it_once(desk: Desk, server: Server) -> None:
    desk.open()
    with writing():
        with desk.page.expect_request(OPERATIONS):
            desk.press(*CALM, "Enter")
        time.sleep(0.3)  # it is in the transaction now, and waits for ours
        server.kill()
    desk.press(*GLAD, "Enter")
    desk.saved("aiting (2)")
    server.start()
    desk.saved()
    assert desk.history() == [(1, CALM_LABELS), (2, GLAD_LABELS)]


def test_a_server_killed_again_and_again_gets_every_label_once(chromium: Browser, server: Server) -> None:
    desk = Desk(chromium, server.url, corpus_to_label(utterances=12))
    desk.open()
    for place in range(12):
        desk.press(*(GLAD if place % 2 else CALM), "Enter")
        if place in (3, 8):
            server.kill()
        if place in (5, 10):
            server.start()
    desk.saved()
    labels = [GLAD_LABELS if place % 2 else CALM_LABELS for place in range(12)]
    assert desk.history() == list(enumerate(labels, start=1))
    desk.context.close()


def test_a_line_that_breaks_while_somebody_labels_and_comes_back(desk: Desk) -> None:
    desk.open()
    desk.press(*CALM, "Enter")
    desk.saved()
    desk.context.set_offline(True)
    desk.press(*GLAD, "Enter", "Backspace", *CALM, "Enter")
    desk.saved("Offline, waiting (3)")
    assert desk.history() == [(1, CALM_LABELS)]
    desk.context.set_offline(False)
    desk.saved()
    assert desk.history() == [(1, CALM_LABELS), (2, GLAD_LABELS), (2, None), (2, CALM_LABELS)]


def test_a_slow_line_that_loses_every_other_answer_holds_up_nobody(desk: Desk) -> None:
    seen: list[list[str]] = []

    def slow(route: Route) -> None:
        seen.append([operation["id"] for operation in (route.request.post_data_json or {})["operations"]])
        answer = route.fetch()
        time.sleep(0.3)
        if len(seen) % 2:
            route.abort("timedout")  # done there, and unheard here
        else:
            route.fulfill(response=answer)

    desk.open()
    desk.page.route(OPERATIONS, slow)
    for keys in (CALM, GLAD, CALM):
        desk.press(*keys, "Enter")
    desk.page.locator("#label[data-phase=complete]").wait_for()
    desk.saved()
    assert desk.history() == [(1, CALM_LABELS), (2, GLAD_LABELS), (3, CALM_LABELS)]
    assert len(seen) > 1, "the first answer was lost"
    assert seen[0][0] == seen[1][0], "so the first label went twice"


def test_a_server_that_answers_500_is_asked_again(desk: Desk) -> None:
    answers = iter([500, 503, 500])

    def broken(route: Route) -> None:
        status = next(answers, 0)
        route.fulfill(status=status, body="<h1>Server error</h1>") if status else route.continue_()

    desk.open()
    desk.page.route("**/api/v1/**", broken)
    desk.press(*CALM, "Enter")
    desk.saved("aiting (1)")
    desk.saved()
    assert desk.history() == [(1, CALM_LABELS)]
