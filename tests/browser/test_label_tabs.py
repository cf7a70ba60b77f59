"""One person with the same dialogue in two tabs: each shows what the other one has saved."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Route, expect

from annotator.models import Assignment
from tests.browser.desk import CALM, CALM_LABELS, GLAD, GLAD_LABELS, MOCKING, MOCKING_LABELS, Desk, corpus_to_label
from tests.browser.server import Server
from tests.browser.test_label_away import MISSING
from tests.browser.test_pages import watched

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NO_CHANNEL = "Object.defineProperty(window, 'BroadcastChannel', { value: undefined })"

FRONT = ["window.dispatchEvent(new Event('focus'))", "document.dispatchEvent(new Event('visibilitychange'))"]


@pytest.fixture
def desk(chromium: Browser, server: Server) -> Iterator[Desk]:
    desk = Desk(chromium, server.lan_url, corpus_to_label(dialogues=2))
    yield desk
    desk.context.close()


def second(desk: Desk) -> Desk:
    """Return the same desk with a second tab in its place."""
    other = object.__new__(Desk)
    other.__dict__ |= desk.__dict__ | {"page": desk.context.new_page()}
    return other


def chosen(desk: Desk, *answers: str) -> None:
    expect(desk.page.locator("#questions [aria-checked=true]")).to_have_count(len(answers))
    assert desk.chosen() == list(answers)


def test_a_label_saved_in_one_tab_is_seen_in_the_other_beside_its_own_draft(desk: Desk, server: Server) -> None:
    desk.open()
    other = second(desk)
    troubles = watched(other.page)
    other.open()
    assert other.page.evaluate(MISSING) == [False] * 4
    other.press("ArrowDown", "Digit3", "KeyW")
    desk.press(*CALM, "Enter")
    other.page.get_by_text("1 of 3 utterances").wait_for()
    expect(other.page.locator("#talk li").first).to_contain_text("nothing special")
    chosen(other, "positive", "joy")
    other.press("KeyA", "KeyD", "KeyV", "Enter")
    desk.page.get_by_text("2 of 3 utterances").wait_for()
    desk.press("ArrowDown")
    assert desk.page.locator("#talk li").nth(2).get_attribute("aria-current") == "step"
    desk.press("ArrowUp")
    chosen(desk, "positive", "joy", "no", "no", "1")
    desk.press("ArrowDown", *MOCKING, "Enter")
    other.page.locator("#label[data-phase=complete]").wait_for()
    desk.saved()
    desk.url = server.url
    assert desk.history() == [(1, CALM_LABELS), (2, GLAD_LABELS), (3, MOCKING_LABELS)]
    # of plain HTTP the browser says that it takes no notice of a header that would close windows off
    assert [each for each in troubles if "Cross-Origin-Opener-Policy" not in each] == []


def test_a_draft_on_the_same_utterance_is_not_lost_to_the_other_tabs_label(desk: Desk, server: Server) -> None:
    desk.open()
    other = second(desk)
    other.open()
    other.press("Digit1", "KeyR")
    desk.press(*CALM, "Enter")
    other.page.get_by_text("1 of 3 utterances").wait_for()
    chosen(other, "negative", "anger")
    other.press("KeyS", "KeyF", "KeyZ", "Slash", "Enter")
    expect(desk.page.locator("#talk li").first).to_contain_text("anger")
    other.saved()
    desk.url = server.url
    assert desk.history() == [(1, CALM_LABELS), (1, MOCKING_LABELS)]


@pytest.mark.parametrize("has_channel", [True, False])
def test_a_label_saved_after_the_page_was_written_and_before_it_listens(desk: Desk, has_channel: bool) -> None:
    desk.open()
    other = second(desk)
    if not has_channel:
        other.page.add_init_script(NO_CHANNEL)
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    other.page.route("**/js/label/main.js", hold)
    other.page.goto(desk.page.url, wait_until="commit")
    while not waiting:
        other.page.wait_for_timeout(20)
    desk.press(*GLAD, "Enter")
    desk.saved()
    for route in waiting:
        route.continue_()
    other.page.get_by_text("1 of 3 utterances").wait_for()


@pytest.mark.parametrize("sign", FRONT)
def test_without_a_channel_the_server_is_asked_when_the_tab_comes_to_the_front(desk: Desk, sign: str) -> None:
    desk.context.add_init_script(NO_CHANNEL)
    desk.open()
    other = second(desk)
    other.open()
    other.press("ArrowDown", "Digit3")
    other.page.wait_for_load_state("networkidle")
    desk.press(*CALM, "Enter")
    desk.saved()
    other.page.wait_for_timeout(300)
    assert other.page.inner_text("#count") == "0 of 3 utterances"
    other.page.evaluate(sign)
    other.page.get_by_text("1 of 3 utterances").wait_for()
    chosen(other, "positive")


def test_a_dialogue_that_was_handed_in_in_one_tab_gives_way_to_the_next_in_both(desk: Desk) -> None:
    desk.open()
    other = second(desk)
    other.open()
    where = other.page.inner_text("#where")
    desk.press(*CALM, "Enter", *CALM, "Enter", *CALM, "Enter", "Enter")
    desk.page.get_by_text("1 of 2 dialogues done").wait_for()
    other.page.get_by_text("1 of 2 dialogues done").wait_for()
    assert other.page.inner_text("#where") == desk.page.inner_text("#where") != where
    assert Assignment.objects.count() == 2


def test_a_dialogue_that_was_returned_in_one_tab_is_out_of_hand_in_the_other(desk: Desk) -> None:
    desk.open()
    other = second(desk)
    other.open()
    desk.press("Backquote")
    desk.page.get_by_role("button", name="Return the whole dialogue …").click()
    desk.press("Digit1", "Enter")
    other.page.get_by_role("heading", name="This dialogue is no longer assigned to you").wait_for()
