"""A new annotator in a real browser: training, a failed test, a passed one, and hidden gold in the main work."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from annotator.domain.calibration.answer_sets import write_answers
from annotator.domain.calibration.settings import use_dialogue
from annotator.models import Assignment, Calibration, Result
from corpus.models import Corpus, Dialogue
from tests.annotator.calibrated import gold_judged
from tests.browser.label.annotator import CALM, CALM_LABELS, GLAD, Annotator, corpus_to_label
from tests.browser.test_pages import signed_in, watched

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
REASON = "Nobody in this scene feels anything in particular."


def keyed(dialogue: Dialogue, use: str, part: int = 1) -> None:
    """Use a dialogue for which the default answer to every question is accepted."""
    acceptable = {slug: [value] for slug, value in CALM_LABELS.items()}
    for utterance in dialogue.utterances.all():
        reasons = {"": REASON, "emotion": "The voice is flat."}
        write_answers(utterance=utterance, acceptable=acceptable, reasons=reasons, author=None)
    use_dialogue(dialogue=dialogue, use=use, part=part)


def calibrating(*, main: int, gold: int = 1) -> Corpus:
    corpus = corpus_to_label(dialogues=3 + gold + main, utterances=2)
    uses = [("training", 1), ("test", 1), ("test", 2), *[("gold", 1)] * gold]
    for dialogue, (use, part) in zip(corpus.dialogues.order_by("order"), uses, strict=False):
        keyed(dialogue, use, part)
    Dialogue.objects.filter(calibration__isnull=False).update(is_dealt=True)  # they have their k annotations
    Calibration.objects.create(corpus=corpus, has_training=True, has_test=True, has_gold=True, gold_percent=50)
    return corpus


def label_dialogue(annotator: Annotator, *keys: str) -> None:
    annotator.press(*keys, "Enter", *keys, "Enter")
    annotator.page.locator("#label[data-phase=complete]").wait_for()
    annotator.press("Enter")


def heading(annotator: Annotator, words: str) -> None:
    annotator.page.locator("#round h2", has_text=words).wait_for()


def test_a_new_annotator_trains_fails_passes_and_meets_gold_unawares(chromium: Browser, live_server: Any) -> None:
    annotator = Annotator(chromium, live_server.url, calibrating(main=2))
    troubles = watched(annotator.page)
    answers: list[str] = []
    annotator.page.on("request", lambda request: answers.append(request.url) if "/lessons/" in request.url else None)
    annotator.open()

    heading(annotator, "Training first")
    annotator.press("Enter")
    assert annotator.page.inner_text("#dialogues") == "Training: dialogue 1 of 1"
    assert REASON not in annotator.page.content()
    annotator.press(*GLAD, "Enter")
    lesson = annotator.page.locator("#feedback")
    lesson.get_by_role("heading", name="Some answers not accepted").wait_for()
    assert REASON in lesson.inner_text()
    emotion = lesson.get_by_role("row", name="Emotion").first
    assert emotion.locator("td").all_inner_texts() == ["joy", "neutral", "✗ not accepted"]
    assert "The voice is flat." in lesson.inner_text()
    annotator.press("Enter")
    assert not lesson.is_visible()
    annotator.press(*CALM, "Enter")
    lesson.get_by_role("heading", name="All answers accepted").wait_for()
    annotator.press("Enter")
    annotator.page.locator("#label[data-phase=complete]").wait_for()
    annotator.press("Enter")

    heading(annotator, "Next: the test")
    annotator.press("Enter")
    label_dialogue(annotator, *GLAD)
    heading(annotator, "Not passed: 50 % accepted, 80 % needed")
    assert "Attempts left: 1" in annotator.page.inner_text("#round")
    annotator.press("Enter")
    label_dialogue(annotator, *CALM)
    heading(annotator, "Passed")
    annotator.press("Enter")
    assert len(answers) == 2

    seen = []
    for count in range(3):
        annotator.page.get_by_text(f"{count} of 3 dialogues done").wait_for()
        seen.append(annotator.page.locator("#label").inner_text().replace(annotator.page.inner_text("#where"), ""))
        label_dialogue(annotator, *CALM)
    annotator.page.get_by_role("heading", name="Nothing left to label").wait_for()
    purposes = list(Assignment.objects.order_by("pk").values_list("purpose", flat=True))
    assert purposes[:3] == ["training", "test", "test"]
    assert sorted(purposes[3:]) == ["gold", "main", "main"]
    assert not any("gold" in page.lower() for page in seen)
    gold_judged(annotator.corpus)
    assert (Result.objects.get(purpose="gold").right, Result.objects.get(purpose="gold").judged) == (8, 8)
    assert troubles == []
    annotator.close()

    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    session = signed_in(annotator.corpus, "manager", "en").cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/c/{annotator.corpus.slug}/calibration/")
    row = page.get_by_role("row", name=annotator.rater.slug)
    assert all(words in row.inner_text() for words in ("qualified", "50 %", "100 %", "68–100 %"))
    row.get_by_role("link").click()
    page.get_by_role("heading", name="Not accepted").wait_for()
    page.get_by_role("cell", name="joy", exact=True).first.wait_for()
    context.close()


def test_after_the_last_failed_attempt_the_page_shows_the_next_step(chromium: Browser, live_server: Any) -> None:
    corpus = calibrating(main=1, gold=0)
    Calibration.objects.update(has_training=False, has_gold=False, attempts=1)
    annotator = Annotator(chromium, live_server.url, corpus)
    annotator.open()
    heading(annotator, "Next: the test")
    annotator.press("Enter")
    label_dialogue(annotator, *GLAD)
    heading(annotator, "Test not passed: 50 % accepted, 80 % needed")
    annotator.page.get_by_role("link", name="Reload").click()
    heading(annotator, "Test not passed")
    annotator.press("Enter", "Backspace", *CALM, "Enter")
    assert Assignment.objects.count() == 1
    annotator.close()


def test_the_accepted_answers_come_once_the_server_answers_again(chromium: Browser, live_server: Any) -> None:
    corpus = calibrating(main=1, gold=0)
    annotator = Annotator(chromium, live_server.url, corpus)
    annotator.open()
    annotator.press("Enter")
    annotator.context.set_offline(True)
    annotator.press(*CALM, "Enter")
    annotator.page.get_by_role("heading", name="Loading").wait_for()
    annotator.context.set_offline(False)
    annotator.page.locator("#feedback").get_by_role("heading", name="All answers accepted").wait_for()
    annotator.saved()
    annotator.close()
