"""Finished work, corrections and redo in a real browser, checked by the state of the server afterwards."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from annotator.domain.batches.batches import resume_batch, stop_batch
from annotator.models import Assignment, Batch, Slot
from corpus.models import Annotation, Revision
from tests.browser.label.annotator import CALM, CALM_LABELS, GLAD, GLAD_LABELS, Annotator, corpus_to_label
from tests.browser.test_pages import problems_of, watched

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def annotator(chromium: Browser, live_server: Any) -> Iterator[Annotator]:
    annotator = Annotator(chromium, live_server.url, corpus_to_label())
    yield annotator
    annotator.close()


def hand_in(annotator: Annotator) -> None:
    annotator.open()
    for _ in range(3):
        annotator.press(*CALM, "Enter")
    annotator.page.locator("#label[data-phase=complete]").wait_for()
    annotator.press("Enter")
    annotator.page.locator("#label[data-phase=nothing]").wait_for()


def open_finished(annotator: Annotator) -> None:
    annotator.page.goto(f"{annotator.url}/c/{annotator.corpus.slug}/finished/")
    assert problems_of(annotator.page) == []
    annotator.page.get_by_role("link", name=re.compile("^Open ")).click()
    annotator.page.locator("#label[data-phase=label]").wait_for()


def causes(order: int) -> list[str]:
    made = Revision.objects.filter(annotation__utterance__order=order).order_by("number")
    return list(made.values_list("cause", flat=True))


def test_a_finished_dialogue_is_corrected_by_keyboard_without_a_network(annotator: Annotator) -> None:
    hand_in(annotator)
    troubles = watched(annotator.page)
    open_finished(annotator)
    assert troubles == []
    annotator.context.set_offline(True)
    annotator.press("ArrowDown", *GLAD, "Enter")
    dialog = annotator.page.get_by_role("dialog", name="Why do you correct these answers?")
    expect(dialog).to_be_visible()
    assert problems_of(annotator.page) == []
    annotator.press("Digit2", "Enter")
    expect(annotator.page.get_by_role("button", name="Reason: misread or misheard")).to_be_visible()
    annotator.saved("Offline, waiting (1)")
    annotator.press(*GLAD, "Enter")  # the reason is not asked again
    annotator.page.locator("#label[data-phase=complete]").wait_for()
    annotator.press("Backspace", "Shift+Backspace")
    annotator.page.locator("#label[data-phase=complete]").wait_for()
    annotator.press("Enter")
    annotator.saved("Offline, waiting (4)")
    annotator.context.set_offline(False)
    annotator.page.wait_for_url("**/finished/")
    assert annotator.labels() == {1: CALM_LABELS, 2: GLAD_LABELS, 3: GLAD_LABELS}
    assert (causes(2), causes(3)) == (["commit", "correct"], ["commit", "correct", "undo", "correct"])
    assert Revision.objects.filter(cause="correct").latest("pk").correction == {"reason": "misread", "comment": ""}
    assert (Assignment.objects.get().state, Slot.objects.filter(state="done").count()) == ("done", 1)
    assert Annotation.objects.filter(first_number=1).count() == 2
    expect(annotator.page.get_by_role("row").nth(1)).to_contain_text("2")


def test_a_correction_after_the_batch_was_closed_is_kept_with_the_reason(annotator: Annotator) -> None:
    hand_in(annotator)
    open_finished(annotator)
    batch = Batch.objects.get()
    stop_batch(batch=batch, now=timezone.now())
    annotator.press("Digit3", "Enter")
    annotator.press("Digit1", "Enter")
    alert = annotator.page.get_by_role("alert").get_by_text("Correction of utterance 1")
    expect(alert).to_contain_text("The manager has stopped this batch")
    annotator.saved("Rejected (1)")
    resume_batch(batch=batch)
    annotator.page.get_by_role("button", name="Send again").click()
    annotator.saved()
    assert annotator.labels()[1]["sentiment"] == "positive"


def test_redo_survives_a_reload(annotator: Annotator) -> None:
    annotator.open()
    redo = annotator.page.get_by_role("button", name="Redo")
    annotator.press(*GLAD, "Enter", "Backspace")
    expect(redo).to_be_enabled()
    annotator.saved()
    annotator.open()
    expect(redo).to_be_enabled()
    annotator.press("Control+y")
    annotator.page.get_by_text("1 of 3 utterances").wait_for()
    annotator.saved()
    expect(redo).to_be_disabled()
    assert annotator.labels() == {1: GLAD_LABELS}
    annotator.press("Digit2", "Backspace")
    redo.click()
    expect(annotator.page.get_by_role("radio", name="neutral").first).to_be_checked()
