"""Flags, questions, returns and a changed guideline on the labelling page; what counts is what the server holds."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Route, expect

from annotator.domain.labelling.utterance_edits import edit_utterance
from annotator.domain.messages.flags import decline_flag
from annotator.domain.messages.inquiries import answer_inquiry, take_into_guideline
from annotator.models import Acknowledgement, Assignment, Flag, Inquiry, Return
from corpus.models import GuidelineVersion, Revision
from tests.browser.desk import CALM, CALM_LABELS, Desk, corpus_to_label
from tests.browser.test_pages import watched
from tests.factories import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def offline(route: Route) -> None:
    route.abort("internetdisconnected")


@pytest.fixture
def desk(chromium: Browser, live_server: Any) -> Any:
    desk = Desk(chromium, live_server.url, corpus_to_label(dialogues=2))
    yield desk
    desk.context.close()


def shown(desk: Desk) -> str:
    return desk.page.locator("#now").inner_text()


def test_an_utterance_is_flagged_by_keyboard_alone(desk: Desk) -> None:
    troubles = watched(desk.page)
    desk.open()
    desk.press("Backquote", "Digit2", "Tab")
    desk.page.keyboard.type("是小红说的 1 2")
    desk.press("Enter")
    expect(desk.page.locator("#now")).to_contain_text("wrong speaker")
    desk.saved()
    flag = Flag.objects.get()
    assert (flag.reason, flag.comment, flag.utterance.order) == ("wrong_speaker", "是小红说的 1 2", 1)
    assert desk.chosen() == []  # nothing of it went to the questions
    desk.press(*CALM, "Enter")
    desk.saved()
    assert desk.labels() == {1: CALM_LABELS}
    assert desk.page.locator("#talk .talk-head").first.get_attribute("data-marks") == "⚑"
    assert troubles == []


def test_a_flag_is_made_and_taken_back_with_the_mouse(desk: Desk) -> None:
    desk.open()
    desk.page.get_by_role("button", name="Flag", exact=True).click()
    desk.page.get_by_label("two emotions").check()
    desk.page.get_by_role("button", name="Flag utterance").click()
    desk.saved()
    assert Flag.objects.get().state == "open"
    desk.press("Backquote")
    desk.page.get_by_role("button", name="Withdraw").click()
    desk.press("Escape")
    expect(desk.page.locator("#now")).not_to_contain_text("two emotions")
    desk.saved()
    assert Flag.objects.get().state == "withdrawn"


def test_a_moved_cut_goes_with_its_flag_and_not_twice(desk: Desk) -> None:
    desk.open()
    desk.press("ArrowLeft", "ArrowLeft", "Shift+ArrowRight", "Backquote")
    assert desk.page.get_by_label("bad cut").is_checked()
    desk.press("Enter")
    expect(desk.page.locator("#now")).to_contain_text("bad cut")
    desk.press("ArrowDown")
    desk.saved()
    flag = Flag.objects.get()
    assert (flag.reason, flag.start_ms, flag.end_ms) == ("bad_cut", 920, 1640)


def test_what_was_sent_offline_waits_over_a_reload_and_is_kept_once(desk: Desk) -> None:
    desk.open()
    desk.page.route("**/api/v1/assignments/**", offline)
    desk.press("Backquote", "Digit3", "Enter")
    desk.press("Quote")
    desk.page.keyboard.type("这算讽刺吗？")
    desk.press("Enter")
    desk.saved("aiting (2)")
    desk.page.close()
    assert (Flag.objects.count(), Inquiry.objects.count()) == (0, 0)
    desk.page = desk.context.new_page()
    desk.open()
    expect(desk.page.locator("#now")).to_contain_text("wrong text")
    desk.saved()
    assert Flag.objects.get().reason == "wrong_text"
    question = Inquiry.objects.get()
    assert (question.text, question.about) == ("这算讽刺吗？", "sentiment")


def test_a_question_gets_its_answer_in_the_page(desk: Desk) -> None:
    desk.open()
    desk.press("Quote")
    desk.page.get_by_label("About").select_option(label="Humor")
    desk.page.get_by_label("Inquiry", exact=True).fill("观众笑算不算？")
    desk.press("Enter")
    desk.saved()
    question = Inquiry.objects.get()
    assert (question.text, question.about) == ("观众笑算不算？", "humor")
    answer_inquiry(inquiry=question, answered_by=UserFactory(), reply="不算。", now=timezone.now())
    desk.open()
    expect(desk.page.locator("#messages-count")).to_have_text("1")
    assert "不算。" in shown(desk)
    desk.page.get_by_role("button", name="Messages").click()
    panel = desk.page.get_by_role("complementary", name="Messages")
    expect(panel).to_contain_text("不算。")
    expect(desk.page.locator("#messages-count")).to_be_hidden()
    desk.press("Escape")
    expect(panel).to_be_hidden()
    desk.open()
    expect(desk.page.locator("#now")).to_contain_text("不算。")
    expect(desk.page.locator("#messages-count")).to_be_hidden()


def test_who_declines_a_flag_is_heard(desk: Desk) -> None:
    desk.open()
    desk.press("Backquote", "Digit5", "Enter")
    desk.saved()
    decline_flag(flag=Flag.objects.get(), settled_by=UserFactory(), reply="保持原样", now=timezone.now())
    desk.open()
    expect(desk.page.locator("#now")).to_contain_text("declined → 保持原样")


def test_a_dialogue_is_returned_and_the_next_one_comes(desk: Desk) -> None:
    desk.open()
    first = Assignment.objects.get()
    desk.press(*CALM, "Enter", "Backquote")
    desk.page.get_by_role("button", name="Return the whole dialogue …").click()
    desk.press("Digit4", "Enter")
    desk.page.locator("#label[data-phase=label]").wait_for()
    expect(desk.page.locator("#where")).not_to_contain_text(first.dialogue.code)
    desk.saved()
    returned = Return.objects.get()
    assert (returned.reason, returned.assignment) == ("cannot_watch", first)
    first.refresh_from_db()
    assert first.state == "released"
    assert desk.labels() == {1: CALM_LABELS}  # kept


def test_a_return_that_is_offline_waits_with_the_labels_before_it(desk: Desk) -> None:
    desk.open()
    desk.page.route("**/api/v1/**", offline)
    desk.press(*CALM, "Enter", "Backquote")
    desk.page.get_by_role("button", name="Return the whole dialogue …").click()
    desk.press("Digit1", "Enter")
    desk.saved("aiting (2)")
    desk.page.unroute("**/api/v1/**")
    desk.page.locator("#label[data-phase=label]").wait_for()
    desk.saved()
    assert desk.labels() == {1: CALM_LABELS}
    assert Return.objects.get().reason == "broken_media"


def test_a_changed_guideline_is_announced_until_it_is_acknowledged(desk: Desk) -> None:
    desk.open()
    desk.press("Quote")
    desk.page.keyboard.type("松了一口气算喜悦吗？")
    desk.page.get_by_label("About").select_option(label="Emotion")
    desk.page.get_by_role("button", name="Ask", exact=True).last.click()
    desk.saved()
    question, manager = Inquiry.objects.get(), UserFactory()
    answer_inquiry(inquiry=question, answered_by=manager, reply="Relief is joy.", now=timezone.now())
    newer = take_into_guideline(inquiry=question, text="Is relief joy?", taken_by=manager)
    desk.open()
    changes = desk.page.get_by_role("complementary", name="Guideline changes")
    expect(changes).to_contain_text("Relief is joy.")
    desk.press(*CALM, "Enter")  # it keeps nobody from working
    desk.saved()
    desk.press("Escape")
    expect(desk.page.locator("#guideline-news")).to_be_visible()
    desk.press("KeyG")
    expect(desk.page.locator("#guideline-text")).not_to_contain_text("Relief is joy.")
    desk.press("Escape")
    desk.page.get_by_role("button", name="Show changes").click()
    desk.page.get_by_role("button", name="I have read the guideline").click()
    expect(desk.page.locator("#guideline-news")).to_be_hidden()
    desk.press(*CALM, "Enter")
    desk.saved()
    first = GuidelineVersion.objects.get(corpus=desk.corpus, version=1)
    versions = Revision.objects.order_by("pk").values_list("guideline", flat=True)
    assert list(versions) == [first.pk, newer.pk]
    assert Acknowledgement.objects.filter(guideline=newer).count() == 1
    desk.press("Digit2", "KeyG")
    expect(desk.page.locator("#guideline-text")).to_contain_text("Relief is joy.")
    top = desk.page.evaluate("document.getElementById('emotion').getBoundingClientRect().top")
    assert 0 < top < 200
    desk.open()
    expect(desk.page.locator("#guideline-news")).to_be_hidden()


def test_an_utterance_that_changed_comes_back_with_what_was_answered(desk: Desk) -> None:
    desk.open()
    for _ in range(3):
        desk.press(*CALM, "Enter")
    desk.press("Enter")
    desk.page.get_by_text("1 of 2 dialogues done").wait_for()
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
    desk.open()
    desk.page.locator(".now-text", has_text="全改了").wait_for()
    expect(desk.page.locator("#now")).to_contain_text(f"Edited since you answered it: the text was “{was}”")
    assert desk.chosen() == ["neutral", "neutral", "no", "no"]
    desk.press("Enter")
    desk.page.locator("#label[data-phase=complete]").wait_for()
    desk.saved()
    desk.press("Enter")
    desk.page.locator("#label[data-phase=label]").wait_for()
    done.refresh_from_db()
    assert done.state == "done"


def test_a_page_that_is_open_shows_an_utterance_that_was_changed_meanwhile(desk: Desk) -> None:
    desk.open()
    desk.press("Digit3")
    expect(desk.page.locator("#messages-count")).to_be_hidden()
    desk.page.wait_for_load_state("networkidle")
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
    desk.page.evaluate("window.dispatchEvent(new Event('focus'))")
    desk.page.locator(".now-text", has_text="现在是这句").wait_for()
    assert desk.chosen() == ["positive"]  # what was pressed is still there
