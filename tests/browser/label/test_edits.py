"""A manager edits an utterance while an annotator labels it: answers to the old version do not count for the new."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Route, expect

from annotator.domain.labelling.utterance_edits import edit_utterance
from annotator.models import Assignment
from tests.browser.label.annotator import CALM, CALM_LABELS, GLAD, GLAD_LABELS, OPERATIONS, Annotator, corpus_to_label
from tests.browser.test_pages import problems_of, watched
from tests.factories import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def annotator(chromium: Browser, live_server: Any) -> Iterator[Annotator]:
    annotator = Annotator(chromium, live_server.url, corpus_to_label())
    yield annotator
    annotator.close()


def edit(order: int, text: str) -> str:
    """Edit the text of an utterance; return the former one."""
    utterance = Assignment.objects.get().dialogue.utterances.get(order=order)
    assert utterance.speaker
    edit_utterance(
        utterance=utterance,
        text=text,
        speaker=utterance.speaker.name,
        start_ms=utterance.start_ms,
        end_ms=utterance.end_ms,
        edited_by=UserFactory(),
        now=timezone.now(),
    )
    return utterance.text


def test_answers_to_the_old_text_are_a_draft_next_to_the_former_text(annotator: Annotator) -> None:
    troubles = watched(annotator.page)
    with annotator.page.expect_response("**/news/**"):  # the response contains the edits that the page already shows
        annotator.open()
    was = edit(1, "现在是这句")
    annotator.press(*GLAD, "Enter", "Digit3")
    alert = annotator.page.get_by_role("alert").get_by_text("Utterance 1 was edited before your answers were saved")
    alert.wait_for()
    annotator.saved()
    assert annotator.history() == []
    assert annotator.chosen() == ["positive"], "the draft of the utterance where one is"
    assert annotator.page.inner_text("#count") == "0 of 3 utterances"
    assert not annotator.page.locator("#rejected").is_visible(), "there is nothing to decide"
    assert problems_of(annotator.page) == []
    annotator.page.get_by_role("button", name="Go to utterance").focus()
    annotator.press("Enter")
    annotator.page.locator(".current-text", has_text="现在是这句").wait_for()
    expect(annotator.page.locator("#current-utterance")).to_contain_text(
        f"Edited since it was shown to you: the text was “{was}”"
    )
    assert annotator.chosen() == ["positive", "joy", "no", "no", "1"], "what was answered lies open"
    annotator.press("KeyC", "Enter")
    expect(alert).to_be_hidden()
    annotator.saved()
    assert annotator.history() == [(1, GLAD_LABELS | {"emotion_sentiment": 0})]
    assert troubles == []


def test_answers_that_waited_in_the_browser_during_an_edit_are_a_draft(annotator: Annotator) -> None:
    annotator.open()
    annotator.page.route("**/api/v1/**", lambda route: route.abort("internetdisconnected"))
    annotator.press(*CALM, "Enter", "Backspace", *GLAD, "Enter", *CALM, "Enter")
    annotator.saved("aiting (4)")
    annotator.journalled(entries=4, drafts=0)
    was = edit(1, "现在是这句")
    annotator.page.reload()
    annotator.page.unroute("**/api/v1/**")  # only now: the page might send them before the reload
    annotator.page.evaluate("window.dispatchEvent(new Event('online'))")
    annotator.page.get_by_role("alert").get_by_text("Utterance 1 was edited").wait_for()
    annotator.saved()
    assert not annotator.page.locator("#rejected").is_visible()
    annotator.page.get_by_role("button", name="Go to utterance").click()
    expect(annotator.page.locator("#current-utterance")).to_contain_text(f"the text was “{was}”")
    assert annotator.chosen() == ["positive", "joy", "no", "no", "1"]
    annotator.press("Enter")
    expect(annotator.page.locator("#edited")).to_be_hidden()
    annotator.saved()
    assert annotator.history() == [(2, CALM_LABELS), (1, GLAD_LABELS)]


def test_a_dialogue_with_a_new_edit_is_not_handed_in(annotator: Annotator) -> None:
    annotator.open()
    annotator.press(*CALM, "Enter", *CALM, "Enter")
    annotator.saved()

    def change_first(route: Route) -> None:
        annotator.page.locator("#label[data-phase=loading]").wait_for()
        edit(3, "现在是这句")
        route.continue_()

    annotator.page.route(OPERATIONS, change_first, times=1)
    annotator.press(*CALM, "Enter", "Enter")
    annotator.page.locator("#label[data-phase=label]").wait_for()
    annotator.page.locator(".current-text", has_text="现在是这句").wait_for()
    assert Assignment.objects.get().state == "open"
    annotator.press("Enter")
    annotator.page.locator("#label[data-phase=complete]").wait_for()
    annotator.press("Enter")
    annotator.page.get_by_role("heading", name="Nothing left to label").wait_for()
    assert Assignment.objects.get().state == "done"
