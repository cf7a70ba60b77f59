"""Labelling by keyboard in a real browser; what counts is what the server holds afterwards."""

import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from annotator.domain.batches.batches import BatchSpec, create_batch
from annotator.models import Assignment
from corpus.models import Revision
from tests.browser.desk import CALM, CALM_LABELS, GLAD, GLAD_LABELS, MOCKING, MOCKING_LABELS, Desk, corpus_to_label
from tests.browser.test_pages import watched
from tests.factories import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# what browsers leave out where a page comes over plain HTTP from the laboratory's network
INSECURE = (
    "delete Crypto.prototype.randomUUID; delete Navigator.prototype.locks; delete Navigator.prototype.serviceWorker"
)
COMPOSING = """([code, keyCode]) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown",
    {code, keyCode, key: "Process", isComposing: true, bubbles: true, cancelable: true}))"""


@pytest.fixture
def desk(chromium: Browser, live_server: Any) -> Any:
    desk = Desk(chromium, live_server.url, corpus_to_label())
    desk.page.add_init_script(INSECURE)
    yield desk
    desk.context.close()


def test_a_whole_dialogue_is_labelled_by_keyboard(desk: Desk) -> None:
    troubles = watched(desk.page)
    desk.open()
    for keys in (CALM, GLAD, MOCKING):
        assert len(keys) + 1 <= 7
        desk.press(*keys, "Enter")
    desk.page.locator("#label[data-phase=complete]").wait_for()
    desk.saved()
    assert desk.labels() == {1: CALM_LABELS, 2: GLAD_LABELS, 3: MOCKING_LABELS}
    desk.press("Enter")
    desk.page.get_by_role("heading", name="Nothing left to label").wait_for()
    assignment = Assignment.objects.get()
    assert assignment.state == "done"
    history = desk.client.get(f"/api/v1/assignments/{assignment.public_id}/").json()["history"]
    assert [past["answers"] for past in history] == [CALM_LABELS, GLAD_LABELS, MOCKING_LABELS]
    assert troubles == []


def test_the_next_dialogue_comes_by_itself(chromium: Browser, live_server: Any) -> None:
    desk = Desk(chromium, live_server.url, corpus_to_label(dialogues=2, utterances=1))
    desk.open()
    desk.press(*CALM, "Enter", "Enter")
    desk.page.get_by_text("1 of 2 dialogues done").wait_for()
    desk.press(*GLAD, "Enter", "Enter")
    desk.page.get_by_role("heading", name="Nothing left to label").wait_for()
    assert desk.page.inner_text(".label-dialogues").strip().startswith("today 2 utterances")
    desk.press("Enter")  # the one link there has the focus
    desk.page.wait_for_url("**/c/*/")
    assert list(Assignment.objects.order_by("pk").values_list("state", flat=True)) == ["done", "done"]
    desk.context.close()


def test_who_labels_dialogues_again_is_told_no_number_of_them(chromium: Browser, live_server: Any) -> None:
    corpus = corpus_to_label(dialogues=1, utterances=1)
    for purpose in ("pilot", "relabel"):
        wish = BatchSpec(purpose=purpose)
        create_batch(corpus=corpus, name=purpose, spec=wish, created_by=UserFactory(), now=timezone.now())
    desk = Desk(chromium, live_server.url, corpus)
    desk.open()
    for told in ("0 of 1 dialogues done", "1 of 1 dialogues done", "2 dialogues done"):
        desk.page.locator("#dialogues", has_text=re.compile(f"^{told}$")).wait_for()
        desk.press(*CALM, "Enter", "Enter")
    desk.context.close()


def test_keys_work_while_an_input_method_composes(desk: Desk) -> None:
    desk.open()
    for code in ("Digit3", "KeyW", "KeyA", "KeyD", "KeyV"):
        desk.page.evaluate(COMPOSING, [code, 229])
    assert desk.chosen() == ["positive", "joy", "no", "no", "1"]
    # the same through the browser's own input, as an input method that swallows the letter sends it
    browser = desk.context.new_cdp_session(desk.page)
    for code in ("Digit2", "KeyQ", "Enter"):
        browser.send(
            "Input.dispatchKeyEvent",
            {"type": "rawKeyDown", "code": code, "key": "Process", "windowsVirtualKeyCode": 229},
        )
    desk.saved()
    desk.page.get_by_text("1 of 3 utterances").wait_for()
    assert desk.labels() == {1: CALM_LABELS}


def test_an_open_question_keeps_the_utterance(desk: Desk) -> None:
    desk.open()
    desk.press("Digit3", "KeyW", "KeyA", "KeyD", "Enter")
    focus = desk.page.locator("#questions [data-focus]")
    assert focus.get_by_role("radiogroup").get_attribute("aria-labelledby") == "q-emotion_sentiment"
    assert desk.page.inner_text("#count") == "0 of 3 utterances"


def test_a_link_is_asked_only_where_its_condition_holds(desk: Desk) -> None:
    desk.open()
    link = desk.page.locator(".q-link").first
    assert link.get_attribute("data-state") == "waiting"
    desk.press("Digit3", "KeyW", "KeyB")
    assert (link.get_attribute("data-state"), desk.chosen()) == ("asked", ["positive", "joy", "2"])
    desk.press("KeyE")  # another end: the link is asked again
    assert desk.chosen() == ["positive", "sadness"]
    desk.press("KeyQ", "KeyB")
    assert (link.get_attribute("data-state"), desk.chosen()) == ("not_applicable", ["positive", "neutral"])
    assert "not applicable" in link.inner_text()


def test_undo_goes_back_across_utterances_as_a_revision(desk: Desk) -> None:
    desk.open()
    desk.press(*CALM, "Enter", *GLAD, "Enter", "Digit1")
    desk.press("Control+KeyZ")  # the key press
    assert desk.chosen() == []
    desk.press("Backspace")  # the second utterance
    assert desk.chosen() == ["positive", "joy", "no", "no", "1"]
    desk.press("KeyF", "Enter")
    desk.saved()
    assert desk.labels() == {1: CALM_LABELS, 2: GLAD_LABELS | {"humor": "yes"}}
    causes = Revision.objects.order_by("pk").values_list("annotation__utterance__order", "cause")
    assert list(causes) == [(1, "commit"), (2, "commit"), (2, "undo"), (2, "commit")]


def test_cannot_judge_is_an_answer_to_each_task(desk: Desk) -> None:
    desk.open()
    desk.press("Digit0", "Digit0", "KeyA", "KeyD", "Enter")
    desk.saved()
    desk.page.get_by_text("1 of 3 utterances").wait_for()
    assert desk.labels() == {1: CALM_LABELS | {"sentiment": "cannot_judge", "emotion": "cannot_judge"}}


def test_the_mouse_does_it_too_and_does_not_swallow_the_next_enter(desk: Desk) -> None:
    desk.open()
    for name in ("positive", "joy"):
        desk.page.locator(f"#questions [data-value={name}]").click()
    for group in ("Sarcasm", "Humor"):
        desk.page.get_by_role("radiogroup", name=group, exact=True).get_by_role("radio").first.click()
    desk.page.locator(".q-link [data-value='1']").first.click()
    desk.press("Enter")
    desk.page.get_by_text("1 of 3 utterances").wait_for()
    desk.press(*CALM, "Enter")
    desk.page.get_by_text("2 of 3 utterances").wait_for()
    desk.saved()
    assert desk.labels() == {1: GLAD_LABELS, 2: CALM_LABELS}


def test_the_guideline_opens_at_the_question_in_focus(desk: Desk) -> None:
    desk.open()
    desk.press("Digit2", "KeyG")
    panel = desk.page.locator("#guideline")
    assert panel.is_visible()
    top = desk.page.evaluate("document.getElementById('emotion').getBoundingClientRect().top")
    assert 0 < top < 200
    desk.press("KeyW", "Escape")  # keys answer while it is open
    assert not panel.is_visible()
    assert desk.chosen() == ["neutral", "joy"]


def test_a_corpus_of_text_shows_no_player(desk: Desk) -> None:
    desk.open()
    assert not desk.page.locator("video").first.is_visible()
    assert desk.page.locator("#now").inner_text().endswith(desk.corpus.dialogues.get().utterances.first().text)  # type: ignore[union-attr]
