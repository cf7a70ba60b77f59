"""One person with the same dialogue in two tabs: each shows the answers that the other one saves."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Response, Route, expect

from annotator.models import Assignment
from tests.browser.label.annotator import (
    CALM,
    CALM_LABELS,
    GLAD,
    GLAD_LABELS,
    MOCKING,
    MOCKING_LABELS,
    Annotator,
    corpus_to_label,
)
from tests.browser.label.test_absence import MISSING
from tests.browser.server import Server
from tests.browser.test_pages import watched

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NO_CHANNEL = "Object.defineProperty(window, 'BroadcastChannel', { value: undefined })"

FRONT = ["window.dispatchEvent(new Event('focus'))", "document.dispatchEvent(new Event('visibilitychange'))"]


@pytest.fixture
def annotator(chromium: Browser, server: Server) -> Iterator[Annotator]:
    annotator = Annotator(chromium, server.lan_url, corpus_to_label(dialogues=2))
    yield annotator
    annotator.close()


def second(annotator: Annotator) -> Annotator:
    """Return the same person at a second tab."""
    other = object.__new__(Annotator)
    other.__dict__ |= annotator.__dict__ | {"page": annotator.context.new_page()}
    return other


def is_assignment(response: Response, annotator: Annotator) -> bool:
    """Return whether a response contains the state of the open assignment."""
    path = f"/api/v1/assignments/{Assignment.objects.get().public_id}/"
    return response.url == annotator.url + path


def chosen(annotator: Annotator, *answers: str) -> None:
    expect(annotator.page.locator("#questions [aria-checked=true]")).to_have_count(len(answers))
    assert annotator.chosen() == list(answers)


def test_an_answer_saved_in_one_tab_is_shown_in_the_other_next_to_its_draft(
    annotator: Annotator, server: Server
) -> None:
    annotator.open()
    other = second(annotator)
    troubles = watched(other.page)
    other.open()
    assert other.page.evaluate(MISSING) == [False] * 4
    other.press("ArrowDown", "Digit3", "KeyW")
    annotator.press(*CALM, "Enter")
    other.page.get_by_text("1 of 3 utterances").wait_for()
    expect(other.page.locator("#dialogue li").first).to_contain_text("nothing special")
    chosen(other, "positive", "joy")
    other.press("KeyA", "KeyD", "KeyV", "Enter")
    annotator.page.get_by_text("2 of 3 utterances").wait_for()
    annotator.press("ArrowDown")
    assert annotator.page.locator("#dialogue li").nth(2).get_attribute("aria-current") == "step"
    annotator.press("ArrowUp")
    chosen(annotator, "positive", "joy", "no", "no", "1")
    annotator.press("ArrowDown", *MOCKING, "Enter")
    other.page.locator("#label[data-phase=complete]").wait_for()
    annotator.saved()
    annotator.url = server.url
    assert annotator.history() == [(1, CALM_LABELS), (2, GLAD_LABELS), (3, MOCKING_LABELS)]
    # on plain HTTP the browser warns that it ignores the header Cross-Origin-Opener-Policy
    assert [each for each in troubles if "Cross-Origin-Opener-Policy" not in each] == []


def test_a_draft_is_not_replaced_by_the_answer_of_another_tab(annotator: Annotator, server: Server) -> None:
    annotator.open()
    other = second(annotator)
    other.open()
    other.press("Digit1", "KeyR")
    annotator.press(*CALM, "Enter")
    other.page.get_by_text("1 of 3 utterances").wait_for()
    chosen(other, "negative", "anger")
    other.press("KeyS", "KeyF", "KeyZ", "Slash", "Enter")
    expect(annotator.page.locator("#dialogue li").first).to_contain_text("anger")
    other.saved()
    annotator.url = server.url
    assert annotator.history() == [(1, CALM_LABELS), (1, MOCKING_LABELS)]


@pytest.mark.parametrize("has_channel", [True, False])
def test_an_answer_saved_between_rendering_and_listening_is_shown(annotator: Annotator, has_channel: bool) -> None:
    annotator.open()
    other = second(annotator)
    if not has_channel:
        other.page.add_init_script(NO_CHANNEL)
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    other.page.route("**/js/label/main.js", hold)
    other.page.goto(annotator.page.url, wait_until="commit")
    while not waiting:
        other.page.wait_for_timeout(20)
    annotator.press(*GLAD, "Enter")
    annotator.saved()
    for route in waiting:
        route.continue_()
    other.page.get_by_text("1 of 3 utterances").wait_for()


@pytest.mark.parametrize("sign", FRONT)
def test_without_a_channel_a_tab_in_front_asks_the_server(annotator: Annotator, sign: str) -> None:
    annotator.context.add_init_script(NO_CHANNEL)
    annotator.open()
    other = second(annotator)
    with other.page.expect_response(lambda response: is_assignment(response, annotator)):
        other.open()  # without a channel it asks once, when it opens
    other.press("ArrowDown", "Digit3")
    annotator.press(*CALM, "Enter")
    annotator.saved()
    other.page.wait_for_timeout(300)
    assert other.page.inner_text("#count") == "0 of 3 utterances"
    other.page.evaluate(sign)
    other.page.get_by_text("1 of 3 utterances").wait_for()
    chosen(other, "positive")


def test_a_dialogue_that_was_handed_in_in_one_tab_gives_way_to_the_next_in_both(annotator: Annotator) -> None:
    annotator.open()
    other = second(annotator)
    other.open()
    where = other.page.inner_text("#where")
    annotator.press(*CALM, "Enter", *CALM, "Enter", *CALM, "Enter", "Enter")
    annotator.page.get_by_text("1 of 2 dialogues done").wait_for()
    other.page.get_by_text("1 of 2 dialogues done").wait_for()
    assert other.page.inner_text("#where") == annotator.page.inner_text("#where") != where
    assert Assignment.objects.count() == 2


def test_a_dialogue_that_was_returned_in_one_tab_is_out_of_hand_in_the_other(annotator: Annotator) -> None:
    annotator.open()
    other = second(annotator)
    other.open()
    annotator.press("Backquote")
    annotator.page.get_by_role("button", name="Return the whole dialogue …").click()
    annotator.press("Digit1", "Enter")
    other.page.get_by_role("heading", name="This dialogue is no longer assigned to you").wait_for()
