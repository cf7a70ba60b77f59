"""Labelling with a task of every kind: several choices, numbers as choices, links between them."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.label.annotator import Annotator
from tests.browser.test_pages import watched
from tests.every_kind.material import UTTERANCES, empty_corpus

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ENDS = "\n  en: {arousal: {name: Arousal, low: calm, high: excited}, "
WARM = ["Digit2", "KeyE", "KeyQ", "KeyF", "Digit5", "KeyT", "KeyZ", "Comma"]
WARM_ANSWERS = {
    "tone": "warm",
    "carried_by": ["words", "face"],
    "intensity": "3",
    "arousal": "-2",
    "joking": "yes",
    "tone_intensity": -2,
    "joking_tone": 1,
}
PLAIN = ["Digit1", "KeyW", "KeyA", "Digit7", "KeyR"]
PLAIN_ANSWERS = {
    "tone": "plain",
    "carried_by": ["voice"],
    "intensity": "0",
    "arousal": "0",
    "joking": "no",
    "tone_intensity": "not_applicable",
    "joking_tone": "not_applicable",
}


@pytest.fixture
def annotator(chromium: Browser, live_server: Any, shared: Path) -> Any:
    text = (shared / "cases" / "codebooks" / "every-kind.yaml").read_text(encoding="utf-8")
    corpus = empty_corpus(text.replace("\n  en: {", ENDS), dialogues=1)
    annotator = Annotator(chromium, live_server.url, corpus)
    yield annotator
    annotator.close()


def test_every_kind_of_task_is_labelled_by_keyboard(annotator: Annotator) -> None:
    troubles = watched(annotator.page)
    annotator.open()
    row = annotator.page.locator("[data-question=arousal]")
    assert row.locator(".q-label").all_text_contents() == ["−2", "−1", "0", "1", "2"]
    assert row.locator(".q-end").all_text_contents() == ["calm", "excited"]
    annotator.press(*WARM)
    assert annotator.chosen() == ["warm", "words", "face", "3", "-2", "yes", "-2", "1"]
    annotator.press("Enter", *PLAIN, "Enter")
    first = annotator.page.locator(".chip").all_text_contents()
    assert {"words · face", "intensity 3", "Arousal −2"} <= set(first)
    for _ in range(UTTERANCES - 2):
        annotator.press(*PLAIN, "Enter")
    annotator.page.locator("#label[data-phase=complete]").wait_for()
    annotator.saved()
    assert annotator.labels() == {1: WARM_ANSWERS} | dict.fromkeys(range(2, UTTERANCES + 1), PLAIN_ANSWERS)
    assert troubles == []
