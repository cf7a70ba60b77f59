"""Decisions when the server fails, and when two adjudicators work at once."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Response, expect

from tests.browser.adjudicate.adjudicator import ONE_DIFFERS, Adjudicator, corpus_to_decide, decisions, revisions
from tests.browser.label.annotator import TIMEOUT_MS, journalled
from tests.browser.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@contextmanager
def claimed_ahead(adjudicator: Adjudicator) -> Iterator[None]:
    """Wait for the complete response to the second claim: that of the case after the shown one."""
    responses: list[Response] = []

    def is_second(response: Response) -> bool:
        responses.extend([response] if response.url.endswith("/claim/") else [])
        return len(responses) == 2

    with adjudicator.page.expect_response(is_second, timeout=TIMEOUT_MS) as second:
        yield
    second.value.finished()


def test_decisions_made_while_the_server_is_down_are_stored_once(chromium: Browser, server: Server) -> None:
    adjudicator = Adjudicator(chromium, server.url, corpus_to_decide([ONE_DIFFERS] * 4))
    with claimed_ahead(adjudicator):
        adjudicator.open()
    server.kill()
    first = adjudicator.utterance
    adjudicator.press("KeyJ", "Enter")
    adjudicator.next_case(first)  # the one claimed ahead
    second = adjudicator.utterance
    adjudicator.press("KeyK", "Enter")
    adjudicator.saved("aiting (2)")
    server.start()
    adjudicator.saved()
    adjudicator.next_case(second)
    assert len(revisions(adjudicator.corpus)) == 2
    assert {text for text, *_ in decisions(adjudicator.corpus)} == {first, second}
    adjudicator.close()


def test_a_reload_keeps_the_case_and_its_draft(chromium: Browser, server: Server) -> None:
    adjudicator = Adjudicator(chromium, server.url, corpus_to_decide([ONE_DIFFERS] * 2))
    adjudicator.open()
    before = adjudicator.utterance
    adjudicator.press("KeyK")
    adjudicator.status("As ")
    journalled(adjudicator.page, "concord-adjudication", entries=0, drafts=1)
    adjudicator.open()
    expect(adjudicator.page.locator(".current-text")).to_have_text(before)
    adjudicator.status("As ")
    adjudicator.close()


def test_two_adjudicators_at_once_never_get_the_same_case(chromium: Browser, server: Server) -> None:
    corpus = corpus_to_decide([ONE_DIFFERS] * 8)
    people = [Adjudicator(chromium, server.url, corpus) for _ in range(2)]
    for each in people:
        each.open()
    for _ in range(8):
        for each in people:
            if each.page.locator("#label[data-phase=label]").count():
                before = each.utterance
                each.press("KeyJ", "Enter")
                each.next_case(before)
    for each in people:
        each.page.locator("#label[data-phase=nothing]").wait_for()
        each.saved()
    made = revisions(corpus)
    assert len(made) == len({each.decision_id for each in made}) == 8
    assert {each.author_id for each in made} == {each.user.pk for each in people}
    for each in people:
        each.close()
