"""What the server will not have: the page says what and why, and who made it decides what becomes of it."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from annotator.models import Assignment, Flag
from common.models import User
from tests.browser.desk import CALM, CALM_LABELS, GLAD, GLAD_LABELS, OPERATIONS, Desk, corpus_to_label
from tests.browser.test_pages import FLAWS, watched

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(chromium: Browser, live_server: Any) -> Iterator[Desk]:
    desk = Desk(chromium, live_server.url, corpus_to_label())
    yield desk
    desk.context.close()


def spoil(desk: Desk, order: int) -> None:
    """Let the labels of an utterance arrive at the server without their emotion: it refuses them for good."""
    utterance = Assignment.objects.get().dialogue.utterances.get(order=order).public_id

    def lose(route: Route) -> None:
        sent = route.request.post_data_json or {}
        for operation in sent["operations"]:
            if operation["utterance"] == str(utterance):
                operation.get("answers", {}).pop("emotion", None)
        route.continue_(post_data=sent)

    desk.page.route(OPERATIONS, lose)


def test_refused_labels_let_others_pass_and_are_discarded_by_keyboard(desk: Desk) -> None:
    troubles = watched(desk.page)
    desk.open()
    name = Assignment.objects.get().dialogue.code
    spoil(desk, 1)
    desk.press(*CALM, "Enter", *GLAD, "Enter")
    alert = desk.page.get_by_role("alert").get_by_text(f"Answers for utterance 1 of {name}: ")
    expect(alert).to_contain_text("emotion")
    desk.saved("Rejected (1)")
    assert desk.history() == [(2, GLAD_LABELS)], "what came after it went on"
    desk.page.get_by_text("2 of 3 utterances").wait_for()
    assert desk.page.evaluate(FLAWS) == []
    discard = desk.page.get_by_role("button", name="Discard")
    discard.focus()
    desk.press("Enter")
    dialog = desk.page.get_by_role("dialog", name="Discard this entry?")
    expect(dialog).to_contain_text(f"Answers for utterance 1 of {name}")
    desk.press("Enter")  # what is pressed without reading keeps it
    expect(dialog).to_be_hidden()
    expect(discard).to_be_focused()
    desk.press("Enter", "Tab", "Enter")
    desk.page.get_by_text("1 of 3 utterances").wait_for()
    expect(desk.page.get_by_role("region", name="Rejected entries")).to_be_hidden()
    expect(desk.page.locator("#now")).to_be_focused()
    assert desk.history() == [(2, GLAD_LABELS)]
    desk.page.unroute(OPERATIONS)
    desk.press("ArrowUp", "ArrowUp")
    assert desk.chosen() == [], "the page shows what the server has of it: nothing"
    desk.press(*CALM, "Enter")
    desk.saved()
    assert desk.history() == [(2, GLAD_LABELS), (1, CALM_LABELS)]
    assert troubles == []


def test_what_was_refused_is_still_there_after_a_reload_and_can_be_sent_again(desk: Desk) -> None:
    desk.open()
    spoil(desk, 1)
    desk.press(*CALM, "Enter", "Digit3")
    desk.page.get_by_role("alert").get_by_text("Answers for utterance 1").wait_for()
    desk.page.reload()
    desk.page.get_by_role("alert").get_by_text("Answers for utterance 1").wait_for()
    desk.page.unroute(OPERATIONS)
    desk.page.get_by_role("button", name="Send again").click()
    expect(desk.page.locator("#refused")).to_be_hidden()
    desk.saved()
    desk.page.get_by_text("1 of 3 utterances").wait_for()
    expect(desk.page.locator("#talk li").first).to_contain_text("nothing special")
    assert desk.history() == [(1, CALM_LABELS)]


def test_a_discarded_change_shows_the_labels_before_it_and_leaves_the_draft_elsewhere(desk: Desk) -> None:
    desk.open()
    desk.press(*CALM, "Enter")
    desk.saved()
    spoil(desk, 1)
    desk.press("ArrowUp", *GLAD, "Enter", "Digit3")
    desk.page.get_by_role("button", name="Discard").click()
    desk.page.get_by_role("dialog").get_by_role("button", name="Discard").click()
    expect(desk.page.locator("#refused")).to_be_hidden()
    expect(desk.page.locator("#talk li").first).to_contain_text("nothing special")
    assert desk.chosen() == ["positive"], "what was pressed on the next one meanwhile"
    desk.press("ArrowUp")
    assert desk.chosen() == ["neutral", "neutral", "no", "no"]
    assert desk.history() == [(1, CALM_LABELS)]


def test_a_dialogue_whose_last_labels_were_refused_is_open_again(desk: Desk) -> None:
    desk.open()
    spoil(desk, 2)
    desk.press(*CALM, "Enter", *CALM, "Enter", *CALM, "Enter")
    desk.page.locator("#label[data-phase=complete]").wait_for()
    desk.saved("Rejected (1)")
    desk.press("Enter")
    desk.page.locator("#label[data-phase=label]").wait_for()
    expect(desk.page.locator("#talk li").nth(1)).to_have_attribute("aria-current", "step")
    assert Assignment.objects.get().state == "open"


@pytest.mark.parametrize(
    ("keys", "words", "address"),
    [
        (["Backquote", "Digit3", "Enter"], "Flag on utterance 1", "**/flags/"),
        (["Quote", "KeyA", "Enter"], "Inquiry about utterance 1", "**/questions/"),
        (["Backquote", "Digit3", "Tab", "Tab", "Tab", "Tab", "Enter", "Digit1", "Enter"], "Return of ", "**/return/"),
    ],
)
def test_flags_questions_and_returns_are_called_what_they_are(
    desk: Desk, keys: list[str], words: str, address: str
) -> None:
    desk.open()

    def nameless(route: Route) -> None:
        route.continue_(post_data=(route.request.post_data_json or {}) | {"id": "x"})

    desk.page.route(address, nameless)
    desk.press(*keys)
    desk.page.get_by_role("alert").get_by_text(words).wait_for()
    assert "labels" not in desk.page.locator("#refused").inner_text().lower()
    desk.page.get_by_role("button", name="Discard").click()
    desk.page.get_by_role("dialog").get_by_role("button", name="Discard").click()
    expect(desk.page.locator("#refused")).to_be_hidden()
    desk.page.locator("#label[data-phase=label]").wait_for()
    expect(desk.page.locator("#now-notes")).to_have_count(0)
    assert (Flag.objects.count(), Assignment.objects.get().state) == (0, "open")


def test_several_are_sent_again_at_once_and_the_reasons_are_in_the_readers_language(desk: Desk) -> None:
    User.objects.filter(pk=desk.user.pk).update(language="zh-hans")
    desk.open()
    spoil(desk, 1)
    desk.press(*CALM, "Enter", "ArrowUp", *GLAD, "Enter")
    alert = desk.page.get_by_role("alert").get_by_text("第 1 句的标签")
    expect(alert).to_have_count(2)
    expect(alert.first).to_contain_text("答案不符合标注规范")
    desk.page.unroute(OPERATIONS)
    desk.page.get_by_role("button", name="全部重新发送").click()
    expect(desk.page.locator("#refused")).to_be_hidden()
    desk.saved("已保存")
    assert desk.history() == [(1, CALM_LABELS), (1, GLAD_LABELS)]
