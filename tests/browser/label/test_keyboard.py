"""Labelling by keyboard in a real browser, checked by the state of the server afterwards."""

import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from annotator.domain.batches.batches import BatchSpec, create_batch
from annotator.models import Assignment
from corpus.models import Revision
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
from tests.browser.test_pages import watched
from tests.factories import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# interfaces that browsers leave out on plain HTTP, which labs use in their own networks
INSECURE = (
    "delete Crypto.prototype.randomUUID; delete Navigator.prototype.locks; delete Navigator.prototype.serviceWorker"
)
COMPOSING = """([code, keyCode]) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown",
    {code, keyCode, key: "Process", isComposing: true, bubbles: true, cancelable: true}))"""


@pytest.fixture
def annotator(chromium: Browser, live_server: Any) -> Any:
    annotator = Annotator(chromium, live_server.url, corpus_to_label())
    annotator.page.add_init_script(INSECURE)
    yield annotator
    annotator.close()


def test_a_whole_dialogue_is_labelled_by_keyboard(annotator: Annotator) -> None:
    troubles = watched(annotator.page)
    annotator.open()
    for keys in (CALM, GLAD, MOCKING):
        assert len(keys) + 1 <= 7
        annotator.press(*keys, "Enter")
    annotator.page.locator("#label[data-phase=complete]").wait_for()
    annotator.saved()
    assert annotator.labels() == {1: CALM_LABELS, 2: GLAD_LABELS, 3: MOCKING_LABELS}
    annotator.press("Enter")
    annotator.page.get_by_role("heading", name="Nothing left to label").wait_for()
    assignment = Assignment.objects.get()
    assert assignment.state == "done"
    history = annotator.client.get(f"/api/v1/assignments/{assignment.public_id}/").json()["history"]
    assert [past["answers"] for past in history] == [CALM_LABELS, GLAD_LABELS, MOCKING_LABELS]
    assert troubles == []


def test_the_next_dialogue_opens_automatically(chromium: Browser, live_server: Any) -> None:
    annotator = Annotator(chromium, live_server.url, corpus_to_label(dialogues=2, utterances=1))
    annotator.open()
    annotator.press(*CALM, "Enter", "Enter")
    annotator.page.get_by_text("1 of 2 dialogues done").wait_for()
    annotator.press(*GLAD, "Enter", "Enter")
    annotator.page.get_by_role("heading", name="Nothing left to label").wait_for()
    assert annotator.page.inner_text(".label-progress").strip().startswith("today 2 utterances")
    annotator.press("Enter")  # the one link there has the focus
    annotator.page.wait_for_url("**/c/*/")
    assert list(Assignment.objects.order_by("pk").values_list("state", flat=True)) == ["done", "done"]
    annotator.close()


def test_relabelling_shows_no_total_of_dialogues(chromium: Browser, live_server: Any) -> None:
    corpus = corpus_to_label(dialogues=1, utterances=1)
    for purpose in ("pilot", "relabel"):
        wish = BatchSpec(purpose=purpose)
        create_batch(corpus=corpus, name=purpose, spec=wish, created_by=UserFactory(), now=timezone.now())
    annotator = Annotator(chromium, live_server.url, corpus)
    annotator.open()
    for status in ("0 of 1 dialogues done", "1 of 1 dialogues done", "2 dialogues done"):
        annotator.page.locator("#dialogues", has_text=re.compile(f"^{status}$")).wait_for()
        annotator.press(*CALM, "Enter", "Enter")
    annotator.close()


def test_keys_work_while_an_input_method_composes(annotator: Annotator) -> None:
    annotator.open()
    for code in ("Digit3", "KeyW", "KeyA", "KeyD", "KeyV"):
        annotator.page.evaluate(COMPOSING, [code, 229])
    assert annotator.chosen() == ["positive", "joy", "no", "no", "1"]
    # the same through the browser's own input, as an input method that swallows the letter sends it
    browser = annotator.context.new_cdp_session(annotator.page)
    for code in ("Digit2", "KeyQ", "Enter"):
        browser.send(
            "Input.dispatchKeyEvent",
            {"type": "rawKeyDown", "code": code, "key": "Process", "windowsVirtualKeyCode": 229},
        )
    annotator.saved()
    annotator.page.get_by_text("1 of 3 utterances").wait_for()
    assert annotator.labels() == {1: CALM_LABELS}


def test_an_open_question_keeps_the_utterance(annotator: Annotator) -> None:
    annotator.open()
    annotator.press("Digit3", "KeyW", "KeyA", "KeyD", "Enter")
    focus = annotator.page.locator("#questions [data-focus]")
    assert focus.get_by_role("radiogroup").get_attribute("aria-labelledby") == "q-emotion_sentiment"
    assert annotator.page.inner_text("#count") == "0 of 3 utterances"


def test_a_link_is_asked_only_if_its_condition_holds(annotator: Annotator) -> None:
    annotator.open()
    link = annotator.page.locator(".q-link").first
    assert link.get_attribute("data-state") == "waiting"
    annotator.press("Digit3", "KeyW", "KeyB")
    assert (link.get_attribute("data-state"), annotator.chosen()) == ("asked", ["positive", "joy", "2"])
    annotator.press("KeyE")  # another end: the link is asked again
    assert annotator.chosen() == ["positive", "sadness"]
    annotator.press("KeyQ", "KeyB")
    assert (link.get_attribute("data-state"), annotator.chosen()) == ("not_applicable", ["positive", "neutral"])
    assert "not applicable" in link.inner_text()


def test_undo_goes_back_across_utterances_as_a_revision(annotator: Annotator) -> None:
    annotator.open()
    annotator.press(*CALM, "Enter", *GLAD, "Enter", "Digit1")
    annotator.press("Control+KeyZ")  # the key press
    assert annotator.chosen() == []
    annotator.press("Backspace")  # the second utterance
    assert annotator.chosen() == ["positive", "joy", "no", "no", "1"]
    annotator.press("KeyF", "Enter")
    annotator.saved()
    assert annotator.labels() == {1: CALM_LABELS, 2: GLAD_LABELS | {"humor": "yes"}}
    causes = Revision.objects.order_by("pk").values_list("annotation__utterance__order", "cause")
    assert list(causes) == [(1, "commit"), (2, "commit"), (2, "undo"), (2, "commit")]


def test_cannot_judge_is_an_answer_to_each_task(annotator: Annotator) -> None:
    annotator.open()
    annotator.press("Digit0", "Digit0", "KeyA", "KeyD", "Enter")
    annotator.saved()
    annotator.page.get_by_text("1 of 3 utterances").wait_for()
    assert annotator.labels() == {1: CALM_LABELS | {"sentiment": "cannot_judge", "emotion": "cannot_judge"}}


def test_the_mouse_does_it_too_and_does_not_swallow_the_next_enter(annotator: Annotator) -> None:
    annotator.open()
    for name in ("positive", "joy"):
        annotator.page.locator(f"#questions [data-value={name}]").click()
    for group in ("Sarcasm", "Humor"):
        annotator.page.get_by_role("radiogroup", name=group, exact=True).get_by_role("radio").first.click()
    annotator.page.locator(".q-link [data-value='1']").first.click()
    annotator.press("Enter")
    annotator.page.get_by_text("1 of 3 utterances").wait_for()
    annotator.press(*CALM, "Enter")
    annotator.page.get_by_text("2 of 3 utterances").wait_for()
    annotator.saved()
    assert annotator.labels() == {1: GLAD_LABELS, 2: CALM_LABELS}


def test_the_guideline_opens_at_the_question_in_focus(annotator: Annotator) -> None:
    annotator.open()
    annotator.press("Digit2", "KeyG")
    panel = annotator.page.locator("#guideline")
    assert panel.is_visible()
    top = annotator.page.evaluate("document.getElementById('emotion').getBoundingClientRect().top")
    assert 0 < top < 200
    annotator.press("KeyW", "Escape")  # keys answer while it is open
    assert not panel.is_visible()
    assert annotator.chosen() == ["neutral", "joy"]


def test_a_corpus_of_text_shows_no_player(annotator: Annotator) -> None:
    annotator.open()
    assert not annotator.page.locator("video").first.is_visible()
    text = annotator.corpus.dialogues.get().utterances.earliest("order").text
    assert annotator.page.locator("#current-utterance").inner_text().endswith(text)
