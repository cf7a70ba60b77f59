"""A manager moves the answers to another codebook version while the labelling page is open."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from agreement.domain.moves.requests import draft_move, start_move, undo_move
from common.jobs.queue import execute
from common.models import Job
from corpus.domain.codebooks.codebook_versions import add_codebook_version
from corpus.models import AnswerMove, Corpus
from corpus.rules.moves import completed
from tests.browser.label.annotator import Annotator
from tests.browser.label.test_kinds import PLAIN, PLAIN_ANSWERS, WARM, WARM_ANSWERS
from tests.browser.test_pages import problems_of, watched
from tests.every_kind.material import empty_corpus

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOCKING = ["Digit4", *WARM[1:]]
CHANGED = ("[plain, warm, cold, mocking]", "[plain, friendly, cold, teasing, sneering]")
TARGETS = {"questions": {"tone": {"answers": {"warm": "friendly", "mocking": ["teasing", "sneering"]}}}}


@pytest.fixture
def yaml_text(shared: Path) -> str:
    return (shared / "cases" / "codebooks" / "every-kind.yaml").read_text(encoding="utf-8")


@pytest.fixture
def annotator(chromium: Browser, live_server: Any, yaml_text: str) -> Any:
    annotator = Annotator(chromium, live_server.url, empty_corpus(yaml_text, dialogues=1))
    yield annotator
    annotator.close()


def move(corpus: Corpus, yaml_text: str) -> AnswerMove:
    old = corpus.codebook
    assert old
    text = yaml_text.replace(*CHANGED).replace('keys: "1234"', 'keys: "1234p"')
    new = add_codebook_version(corpus=corpus, yaml_text=text)
    mapping = completed(old.rules(), new.rules(), TARGETS)
    row = draft_move(corpus=corpus, old=old, new=new, mapping=mapping, here=True)
    run(start_move(move=row, started_by=None, now=timezone.now(), here=True))
    row.refresh_from_db()
    return row


def run(job: Job) -> None:
    execute(str(job.public_id))
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("done", "")


def test_the_open_page_goes_on_with_the_new_questions(annotator: Annotator, yaml_text: str) -> None:
    page, troubles = annotator.page, watched(annotator.page)
    annotator.open()
    annotator.press(*WARM, "Enter", *MOCKING, "Enter")
    annotator.saved()
    annotator.press(*MOCKING[:4])  # a draft with a choice that goes, and others that stay
    row = move(annotator.corpus, yaml_text)
    annotator.press(*MOCKING[4:], "Enter")  # the page does not know yet
    notice = page.get_by_role("alert").get_by_text("The codebook has changed to version 2.")
    notice.wait_for()
    expect(notice).to_contain_text("asked again: 2")
    annotator.saved()
    assert not page.locator("#rejected").is_visible(), "nothing was refused"
    friendly = WARM_ANSWERS | {"tone": "friendly"}
    assert annotator.history()[0] == (1, friendly)
    assert page.inner_text("#count") == "1 of 4 utterances"
    # it is at the first utterance that is asked again, with the old answer and all others
    expect(page.locator("#current-utterance")).to_contain_text("Please answer again: Tone (you answered: mocking)")
    assert annotator.chosen() == ["words", "face", "3", "-2", "yes"]
    labels = page.locator("[data-question=tone] .q-label").all_text_contents()
    assert labels == ["plain", "friendly", "cold", "teasing", "sneering"]
    assert problems_of(page) == []
    annotator.press("KeyP", "KeyZ", "Comma", "Enter")
    expect(page.locator("#current-utterance")).to_contain_text("you answered: mocking")
    annotator.press("Digit4", "KeyZ", "Comma", "Enter", *PLAIN, "Enter")
    page.locator("#label[data-phase=complete]").wait_for()
    annotator.saved()
    given = [answers for _place, answers in annotator.history()[-3:]]
    assert [each["tone"] for each in given] == ["sneering", "teasing", "plain"]
    page.get_by_role("button", name="OK", exact=True).click()
    expect(notice).to_be_hidden()
    # undo reaches what was answered since, and not behind the move
    annotator.press("Backspace", "Backspace", "Backspace")
    annotator.saved()
    annotator.press("Backspace", "Backspace")
    annotator.saved()
    assert not page.locator("#rejected").is_visible()
    assert page.inner_text("#count") == "1 of 4 utterances"
    # and back
    run(undo_move(move=row, undone_by=None, now=timezone.now(), here=True))
    page.reload()
    page.locator("#label:not([data-phase=loading])").wait_for()
    labels = page.locator("[data-question=tone] .q-label").all_text_contents()
    assert labels == ["plain", "warm", "cold", "mocking"]
    assert troubles == []


def test_answers_that_waited_offline_during_a_move_are_kept(annotator: Annotator, yaml_text: str) -> None:
    annotator.open()
    annotator.page.route("**/api/v1/**", lambda route: route.abort("internetdisconnected"))
    annotator.press(*WARM, "Enter", *PLAIN, "Enter", *MOCKING, "Enter")
    annotator.saved("aiting (3)")
    annotator.journalled(entries=3, drafts=0)
    move(annotator.corpus, yaml_text)
    annotator.page.reload()
    annotator.page.unroute("**/api/v1/**")
    annotator.page.evaluate("window.dispatchEvent(new Event('online'))")
    annotator.saved()
    annotator.page.get_by_role("alert").get_by_text("asked again: 1").wait_for()
    annotator.press(*PLAIN, "Enter")
    annotator.page.locator("#current-utterance", has_text="you answered: mocking").wait_for()
    annotator.saved()
    assert not annotator.page.locator("#rejected").is_visible()
    current = {place: answers for place, answers in annotator.history() if answers}
    assert current[1] == WARM_ANSWERS | {"tone": "friendly"}
    assert current[2] == PLAIN_ANSWERS
    assert annotator.page.inner_text("#count") == "3 of 4 utterances"
