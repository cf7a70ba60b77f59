"""Decisions when the server fails, and when two adjudicators work at once."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.adjudicate.adjudicator import ONE_DIFFERS, Adjudicator, corpus_to_decide, decisions, revisions
from tests.browser.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_decisions_made_while_the_server_is_down_are_stored_once(chromium: Browser, server: Server) -> None:
    adjudicator = Adjudicator(chromium, server.url, corpus_to_decide([ONE_DIFFERS] * 4))
    with adjudicator.page.expect_request("**/claim/", timeout=60_000):
        adjudicator.open()
    adjudicator.page.wait_for_load_state("networkidle")
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
    adjudicator.page.wait_for_timeout(500)  # the draft is written without waiting
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
