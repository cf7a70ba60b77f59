"""Rejected entries: the page shows the reasons, and the annotator sends them again or discards them."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from annotator.models import Assignment, Flag
from common.models import User
from tests.browser.label.annotator import CALM, CALM_LABELS, GLAD, GLAD_LABELS, OPERATIONS, Annotator, corpus_to_label
from tests.browser.test_pages import problems_of, watched

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def annotator(chromium: Browser, live_server: Any) -> Iterator[Annotator]:
    annotator = Annotator(chromium, live_server.url, corpus_to_label())
    yield annotator
    annotator.close()


def spoil(annotator: Annotator, order: int) -> None:
    """Remove the emotion from the answers of an utterance on their way to the server, which then rejects them."""
    utterance = Assignment.objects.get().dialogue.utterances.get(order=order).public_id

    def lose(route: Route) -> None:
        sent = route.request.post_data_json or {}
        for operation in sent["operations"]:
            if operation["utterance"] == str(utterance):
                operation.get("answers", {}).pop("emotion", None)
        route.continue_(post_data=sent)

    annotator.page.route(OPERATIONS, lose)


def test_rejected_answers_do_not_block_others_and_are_discarded_by_keyboard(annotator: Annotator) -> None:
    troubles = watched(annotator.page)
    annotator.open()
    name = Assignment.objects.get().dialogue.code
    spoil(annotator, 1)
    annotator.press(*CALM, "Enter", *GLAD, "Enter")
    alert = annotator.page.get_by_role("alert").get_by_text(f"Answers for utterance 1 of {name}: ")
    expect(alert).to_contain_text("emotion")
    annotator.saved("Rejected (1)")
    assert annotator.history() == [(2, GLAD_LABELS)], "the entries after it were saved"
    annotator.page.get_by_text("2 of 3 utterances").wait_for()
    assert problems_of(annotator.page) == []
    discard = annotator.page.get_by_role("button", name="Discard")
    discard.focus()
    annotator.press("Enter")
    dialog = annotator.page.get_by_role("dialog", name="Discard this entry?")
    expect(dialog).to_contain_text(f"Answers for utterance 1 of {name}")
    annotator.press("Enter")  # the default button does not discard it
    expect(dialog).to_be_hidden()
    expect(discard).to_be_focused()
    annotator.press("Enter", "Tab", "Enter")
    annotator.page.get_by_text("1 of 3 utterances").wait_for()
    expect(annotator.page.get_by_role("region", name="Rejected entries")).to_be_hidden()
    expect(annotator.page.locator("#current-utterance")).to_be_focused()
    assert annotator.history() == [(2, GLAD_LABELS)]
    annotator.page.unroute(OPERATIONS)
    annotator.press("ArrowUp", "ArrowUp")
    assert annotator.chosen() == [], "the page shows the state of the server: no answers"
    annotator.press(*CALM, "Enter")
    annotator.saved()
    assert annotator.history() == [(2, GLAD_LABELS), (1, CALM_LABELS)]
    assert troubles == []


def test_rejected_entries_survive_a_reload_and_can_be_sent_again(annotator: Annotator) -> None:
    annotator.open()
    spoil(annotator, 1)
    annotator.press(*CALM, "Enter", "Digit3")
    annotator.page.get_by_role("alert").get_by_text("Answers for utterance 1").wait_for()
    annotator.page.reload()
    annotator.page.get_by_role("alert").get_by_text("Answers for utterance 1").wait_for()
    annotator.page.unroute(OPERATIONS)
    annotator.page.get_by_role("button", name="Send again").click()
    expect(annotator.page.locator("#rejected")).to_be_hidden()
    annotator.saved()
    annotator.page.get_by_text("1 of 3 utterances").wait_for()
    expect(annotator.page.locator("#dialogue li").first).to_contain_text("nothing special")
    assert annotator.history() == [(1, CALM_LABELS)]


def test_discarding_restores_the_answers_before_and_keeps_other_drafts(annotator: Annotator) -> None:
    annotator.open()
    annotator.press(*CALM, "Enter")
    annotator.saved()
    spoil(annotator, 1)
    annotator.press("ArrowUp", *GLAD, "Enter", "Digit3")
    annotator.page.get_by_role("button", name="Discard").click()
    annotator.page.get_by_role("dialog").get_by_role("button", name="Discard").click()
    expect(annotator.page.locator("#rejected")).to_be_hidden()
    expect(annotator.page.locator("#dialogue li").first).to_contain_text("nothing special")
    assert annotator.chosen() == ["positive"], "the draft of the next one is untouched"
    annotator.press("ArrowUp")
    assert annotator.chosen() == ["neutral", "neutral", "no", "no"]
    assert annotator.history() == [(1, CALM_LABELS)]


def test_a_dialogue_with_rejected_answers_is_open_again(annotator: Annotator) -> None:
    annotator.open()
    spoil(annotator, 2)
    annotator.press(*CALM, "Enter", *CALM, "Enter", *CALM, "Enter")
    annotator.page.locator("#label[data-phase=complete]").wait_for()
    annotator.saved("Rejected (1)")
    annotator.press("Enter")
    annotator.page.locator("#label[data-phase=label]").wait_for()
    expect(annotator.page.locator("#dialogue li").nth(1)).to_have_attribute("aria-current", "step")
    assert Assignment.objects.get().state == "open"


@pytest.mark.parametrize(
    ("keys", "words", "address"),
    [
        (["Backquote", "Digit3", "Enter"], "Flag on utterance 1", "**/flags/"),
        (["Quote", "KeyA", "Enter"], "Inquiry about utterance 1", "**/questions/"),
        (["Backquote", "Digit3", "Tab", "Tab", "Tab", "Tab", "Enter", "Digit1", "Enter"], "Return of ", "**/return/"),
    ],
)
def test_rejected_flags_inquiries_and_returns_have_their_own_names(
    annotator: Annotator, keys: list[str], words: str, address: str
) -> None:
    annotator.open()

    def nameless(route: Route) -> None:
        route.continue_(post_data=(route.request.post_data_json or {}) | {"id": "x"})

    annotator.page.route(address, nameless)
    annotator.press(*keys)
    annotator.page.get_by_role("alert").get_by_text(words).wait_for()
    assert "labels" not in annotator.page.locator("#rejected").inner_text().lower()
    annotator.page.get_by_role("button", name="Discard").click()
    annotator.page.get_by_role("dialog").get_by_role("button", name="Discard").click()
    expect(annotator.page.locator("#rejected")).to_be_hidden()
    annotator.page.locator("#label[data-phase=label]").wait_for()
    expect(annotator.page.locator("#current-messages")).to_have_count(0)
    assert (Flag.objects.count(), Assignment.objects.get().state) == (0, "open")


def test_several_are_sent_again_at_once_and_the_reasons_are_in_the_readers_language(annotator: Annotator) -> None:
    User.objects.filter(pk=annotator.user.pk).update(language="zh-hans")
    annotator.open()
    spoil(annotator, 1)
    annotator.press(*CALM, "Enter", "ArrowUp", *GLAD, "Enter")
    alert = annotator.page.get_by_role("alert").get_by_text("第 1 条话语的答案")
    expect(alert).to_have_count(2)
    expect(alert.first).to_contain_text("答案不符合标注规范")
    annotator.page.unroute(OPERATIONS)
    annotator.page.get_by_role("button", name="全部重新发送").click()
    expect(annotator.page.locator("#rejected")).to_be_hidden()
    annotator.saved("已保存")
    assert annotator.history() == [(1, CALM_LABELS), (1, GLAD_LABELS)]
