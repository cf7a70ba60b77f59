"""Flags, inquiries, returns and a new guideline on the labelling page; checked by the state of the server."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Route, expect

from annotator.domain.labelling.utterance_edits import edit_utterance
from annotator.domain.messages.flags import decline_flag
from annotator.domain.messages.inquiries import answer_inquiry, take_into_guideline
from annotator.models import Acknowledgement, Assignment, Flag, Inquiry, Return
from corpus.models import GuidelineVersion, Revision
from tests.browser.label.annotator import CALM, CALM_LABELS, Annotator, corpus_to_label
from tests.browser.test_pages import watched
from tests.factories import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def offline(route: Route) -> None:
    route.abort("internetdisconnected")


@pytest.fixture
def annotator(chromium: Browser, live_server: Any) -> Any:
    annotator = Annotator(chromium, live_server.url, corpus_to_label(dialogues=2))
    yield annotator
    annotator.close()


def shown(annotator: Annotator) -> str:
    return annotator.page.locator("#current-utterance").inner_text()


def test_an_utterance_is_flagged_by_keyboard(annotator: Annotator) -> None:
    troubles = watched(annotator.page)
    annotator.open()
    annotator.press("Backquote", "Digit2", "Tab")
    annotator.page.keyboard.type("是小红说的 1 2")
    annotator.press("Enter")
    expect(annotator.page.locator("#current-utterance")).to_contain_text("wrong speaker")
    annotator.saved()
    flag = Flag.objects.get()
    assert (flag.reason, flag.comment, flag.utterance.order) == ("wrong_speaker", "是小红说的 1 2", 1)
    assert annotator.chosen() == []  # the dialog's keys did not answer questions
    annotator.press(*CALM, "Enter")
    annotator.saved()
    assert annotator.labels() == {1: CALM_LABELS}
    assert annotator.page.locator("#dialogue .dialogue-head").first.get_attribute("data-marks") == "⚑"
    assert troubles == []


def test_a_flag_is_made_and_taken_back_with_the_mouse(annotator: Annotator) -> None:
    annotator.open()
    annotator.page.get_by_role("button", name="Flag", exact=True).click()
    annotator.page.get_by_label("two answers fit").check()
    annotator.page.get_by_role("button", name="Flag utterance").click()
    annotator.saved()
    assert Flag.objects.get().state == "open"
    annotator.press("Backquote")
    annotator.page.get_by_role("button", name="Withdraw").click()
    annotator.press("Escape")
    expect(annotator.page.locator("#current-utterance")).not_to_contain_text("two answers fit")
    annotator.saved()
    assert Flag.objects.get().state == "withdrawn"


def test_a_moved_cut_goes_with_its_flag_and_not_twice(annotator: Annotator) -> None:
    annotator.open()
    annotator.press("ArrowLeft", "ArrowLeft", "Shift+ArrowRight", "Backquote")
    assert annotator.page.get_by_label("bad cut").is_checked()
    annotator.press("Enter")
    expect(annotator.page.locator("#current-utterance")).to_contain_text("bad cut")
    annotator.press("ArrowDown")
    annotator.saved()
    flag = Flag.objects.get()
    assert (flag.reason, flag.start_ms, flag.end_ms) == ("bad_cut", 920, 1640)


def test_messages_written_offline_survive_a_reload_and_are_saved_once(annotator: Annotator) -> None:
    annotator.open()
    annotator.page.route("**/api/v1/assignments/**", offline)
    annotator.press("Backquote", "Digit3", "Enter")
    annotator.press("Quote")
    annotator.page.keyboard.type("这算讽刺吗？")
    annotator.press("Enter")
    annotator.saved("aiting (2)")
    annotator.journalled(entries=2, drafts=0)
    annotator.page.close()
    assert (Flag.objects.count(), Inquiry.objects.count()) == (0, 0)
    annotator.page = annotator.context.new_page()
    annotator.open()
    expect(annotator.page.locator("#current-utterance")).to_contain_text("wrong text")
    annotator.saved()
    assert Flag.objects.get().reason == "wrong_text"
    question = Inquiry.objects.get()
    assert (question.text, question.about) == ("这算讽刺吗？", "sentiment")


def test_an_inquiry_gets_its_answer_in_the_page(annotator: Annotator) -> None:
    annotator.open()
    annotator.press("Quote")
    annotator.page.get_by_label("About").select_option(label="Humor")
    annotator.page.get_by_label("Inquiry", exact=True).fill("观众笑算不算？")
    annotator.press("Enter")
    annotator.saved()
    question = Inquiry.objects.get()
    assert (question.text, question.about) == ("观众笑算不算？", "humor")
    answer_inquiry(inquiry=question, answered_by=UserFactory(), reply="不算。", now=timezone.now())
    annotator.open()
    expect(annotator.page.locator("#messages-count")).to_have_text("1")
    assert "不算。" in shown(annotator)
    annotator.page.get_by_role("button", name="Messages").click()
    panel = annotator.page.get_by_role("complementary", name="Messages")
    expect(panel).to_contain_text("不算。")
    expect(annotator.page.locator("#messages-count")).to_be_hidden()
    annotator.press("Escape")
    expect(panel).to_be_hidden()
    annotator.open()
    expect(annotator.page.locator("#current-utterance")).to_contain_text("不算。")
    expect(annotator.page.locator("#messages-count")).to_be_hidden()


def test_a_declined_flag_shows_the_reply(annotator: Annotator) -> None:
    annotator.open()
    annotator.press("Backquote", "Digit5", "Enter")
    annotator.saved()
    decline_flag(flag=Flag.objects.get(), settled_by=UserFactory(), reply="保持原样", now=timezone.now())
    annotator.open()
    expect(annotator.page.locator("#current-utterance")).to_contain_text("declined → 保持原样")


def test_a_dialogue_is_returned_and_the_next_one_opens(annotator: Annotator) -> None:
    annotator.open()
    first = Assignment.objects.get()
    annotator.press(*CALM, "Enter", "Backquote")
    annotator.page.get_by_role("button", name="Return the whole dialogue …").click()
    annotator.press("Digit4", "Enter")
    annotator.page.locator("#label[data-phase=label]").wait_for()
    expect(annotator.page.locator("#where")).not_to_contain_text(first.dialogue.code)
    annotator.saved()
    returned = Return.objects.get()
    assert (returned.reason, returned.assignment) == ("cannot_watch", first)
    first.refresh_from_db()
    assert first.state == "released"
    assert annotator.labels() == {1: CALM_LABELS}  # they stay


def test_an_offline_return_waits_for_the_answers_before_it(annotator: Annotator) -> None:
    annotator.open()
    annotator.page.route("**/api/v1/**", offline)
    annotator.press(*CALM, "Enter", "Backquote")
    annotator.page.get_by_role("button", name="Return the whole dialogue …").click()
    annotator.press("Digit1", "Enter")
    annotator.saved("aiting (2)")
    annotator.page.unroute("**/api/v1/**")
    annotator.page.locator("#label[data-phase=label]").wait_for()
    annotator.saved()
    assert annotator.labels() == {1: CALM_LABELS}
    assert Return.objects.get().reason == "broken_media"


def test_a_changed_guideline_is_announced_until_it_is_acknowledged(annotator: Annotator) -> None:
    annotator.open()
    annotator.press("Quote")
    annotator.page.keyboard.type("松了一口气算喜悦吗？")
    annotator.page.get_by_label("About").select_option(label="Emotion")
    annotator.page.get_by_role("button", name="Ask", exact=True).last.click()
    annotator.saved()
    question, manager = Inquiry.objects.get(), UserFactory()
    answer_inquiry(inquiry=question, answered_by=manager, reply="Relief is joy.", now=timezone.now())
    newer = take_into_guideline(inquiry=question, text="Is relief joy?", taken_by=manager)
    annotator.open()
    changes = annotator.page.get_by_role("complementary", name="Guideline changes")
    expect(changes).to_contain_text("Relief is joy.")
    annotator.press(*CALM, "Enter")  # labelling continues meanwhile
    annotator.saved()
    annotator.press("Escape")
    expect(annotator.page.locator("#guideline-news")).to_be_visible()
    annotator.press("KeyG")
    expect(annotator.page.locator("#guideline-text")).not_to_contain_text("Relief is joy.")
    annotator.press("Escape")
    annotator.page.get_by_role("button", name="Show changes").click()
    annotator.page.get_by_role("button", name="I have read the guideline").click()
    expect(annotator.page.locator("#guideline-news")).to_be_hidden()
    annotator.press(*CALM, "Enter")
    annotator.saved()
    first = GuidelineVersion.objects.get(corpus=annotator.corpus, version=1)
    versions = Revision.objects.order_by("pk").values_list("guideline", flat=True)
    assert list(versions) == [first.pk, newer.pk]
    assert Acknowledgement.objects.filter(guideline=newer).count() == 1
    annotator.press("Digit2", "KeyG")
    expect(annotator.page.locator("#guideline-text")).to_contain_text("Relief is joy.")
    top = annotator.page.evaluate("document.getElementById('emotion').getBoundingClientRect().top")
    assert 0 < top < 200
    annotator.open()
    expect(annotator.page.locator("#guideline-news")).to_be_hidden()


def test_an_edited_utterance_is_open_again_with_its_answers(annotator: Annotator) -> None:
    annotator.open()
    for _ in range(3):
        annotator.press(*CALM, "Enter")
    annotator.press("Enter")
    annotator.page.get_by_text("1 of 2 dialogues done").wait_for()
    done = Assignment.objects.get(state="done")
    Assignment.objects.filter(state="open").update(claimed_at=timezone.now())
    utterance = done.dialogue.utterances.get(order=2)
    was = utterance.text
    edit_utterance(
        utterance=utterance,
        text="全改了",
        speaker="小红",
        start_ms=utterance.start_ms,
        end_ms=utterance.end_ms,
        edited_by=UserFactory(),
        now=timezone.now(),
    )
    annotator.open()
    annotator.page.locator(".current-text", has_text="全改了").wait_for()
    expect(annotator.page.locator("#current-utterance")).to_contain_text(
        f"Edited since you answered it: the text was “{was}”"
    )
    assert annotator.chosen() == ["neutral", "neutral", "no", "no"]
    annotator.press("Enter")
    annotator.page.locator("#label[data-phase=complete]").wait_for()
    annotator.saved()
    annotator.press("Enter")
    annotator.page.locator("#label[data-phase=label]").wait_for()
    done.refresh_from_db()
    assert done.state == "done"


def test_an_open_page_shows_an_edit_of_an_utterance(annotator: Annotator) -> None:
    with annotator.page.expect_response("**/news/**"):  # the response contains the edits that the page already shows
        annotator.open()
    annotator.press("Digit3")
    expect(annotator.page.locator("#messages-count")).to_be_hidden()
    utterance = Assignment.objects.get().dialogue.utterances.get(order=1)
    edit_utterance(
        utterance=utterance,
        text="现在是这句",
        speaker="小红",
        start_ms=utterance.start_ms,
        end_ms=utterance.end_ms,
        edited_by=UserFactory(),
        now=timezone.now(),
    )
    annotator.page.evaluate("window.dispatchEvent(new Event('focus'))")
    annotator.page.locator(".current-text", has_text="现在是这句").wait_for()
    assert annotator.chosen() == ["positive"]  # the draft is still there
