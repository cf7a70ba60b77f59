"""A manager changes an utterance that somebody labels: what is judged of the old one does not count for the new."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Route, expect

from annotator.domain.labelling.utterance_edits import edit_utterance
from annotator.models import Assignment
from tests.browser.desk import CALM, CALM_LABELS, GLAD, GLAD_LABELS, OPERATIONS, Desk, corpus_to_label
from tests.browser.test_pages import FLAWS, watched
from tests.factories import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(chromium: Browser, live_server: Any) -> Iterator[Desk]:
    desk = Desk(chromium, live_server.url, corpus_to_label())
    yield desk
    desk.context.close()


def edit(order: int, text: str) -> str:
    """Change the text of an utterance; return what it was."""
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


def test_labels_of_the_old_text_are_asked_for_again_beside_what_it_was(desk: Desk) -> None:
    troubles = watched(desk.page)
    desk.open()
    desk.page.wait_for_load_state("networkidle")
    was = edit(1, "现在是这句")
    desk.press(*GLAD, "Enter", "Digit3")
    alert = desk.page.get_by_role("alert").get_by_text("Utterance 1 was edited before your answers were saved")
    alert.wait_for()
    desk.saved()
    assert desk.history() == []
    assert desk.chosen() == ["positive"], "the draft of the utterance where one is"
    assert desk.page.inner_text("#count") == "0 of 3 utterances"
    assert not desk.page.locator("#refused").is_visible(), "there is nothing to decide"
    assert desk.page.evaluate(FLAWS) == []
    desk.page.get_by_role("button", name="Go to utterance").focus()
    desk.press("Enter")
    desk.page.locator(".now-text", has_text="现在是这句").wait_for()
    expect(desk.page.locator("#now")).to_contain_text(f"Edited since it was shown to you: the text was “{was}”")
    assert desk.chosen() == ["positive", "joy", "no", "no", "1"], "what was answered lies open"
    desk.press("KeyC", "Enter")
    expect(alert).to_be_hidden()
    desk.saved()
    assert desk.history() == [(1, GLAD_LABELS | {"emotion_sentiment": 0})]
    assert troubles == []


def test_labels_that_waited_in_the_browser_while_it_was_changed_are_asked_for_again(desk: Desk) -> None:
    desk.open()
    desk.page.route("**/api/v1/**", lambda route: route.abort("internetdisconnected"))
    desk.press(*CALM, "Enter", "Backspace", *GLAD, "Enter", *CALM, "Enter")
    desk.saved("aiting (4)")
    was = edit(1, "现在是这句")
    desk.page.reload()
    desk.page.unroute("**/api/v1/**")  # only now: else the page before the reload might be quick enough to send them
    desk.page.evaluate("window.dispatchEvent(new Event('online'))")
    desk.page.get_by_role("alert").get_by_text("Utterance 1 was edited").wait_for()
    desk.saved()
    assert not desk.page.locator("#refused").is_visible()
    desk.page.get_by_role("button", name="Go to utterance").click()
    expect(desk.page.locator("#now")).to_contain_text(f"the text was “{was}”")
    assert desk.chosen() == ["positive", "joy", "no", "no", "1"]
    desk.press("Enter")
    expect(desk.page.locator("#changed")).to_be_hidden()
    desk.saved()
    assert desk.history() == [(2, CALM_LABELS), (1, GLAD_LABELS)]


def test_a_dialogue_is_not_handed_in_over_a_change(desk: Desk) -> None:
    desk.open()
    desk.press(*CALM, "Enter", *CALM, "Enter")
    desk.saved()

    def change_first(route: Route) -> None:
        desk.page.locator("#label[data-phase=loading]").wait_for()
        edit(3, "现在是这句")
        route.continue_()

    desk.page.route(OPERATIONS, change_first, times=1)
    desk.press(*CALM, "Enter", "Enter")
    desk.page.locator("#label[data-phase=label]").wait_for()
    desk.page.locator(".now-text", has_text="现在是这句").wait_for()
    assert Assignment.objects.get().state == "open"
    desk.press("Enter")
    desk.page.locator("#label[data-phase=complete]").wait_for()
    desk.press("Enter")
    desk.page.get_by_role("heading", name="Nothing left to label").wait_for()
    assert Assignment.objects.get().state == "done"
