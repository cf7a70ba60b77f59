"""Speakers in the timeline editor: naming utterances in a row, and merging two speakers from its dialog."""

import pytest
from playwright.sync_api import Page, expect

from corpus.models import Episode, Speaker, SpeakerMerge
from tests.annotator.domain.timeline.material import Editor
from tests.browser.test_episode import eventually
from tests.browser.timeline.test_looking import position
from tests.browser.timeline.test_timeline import press, saved, snapshot, spans, texts, until
from tests.factories import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FOCUS = "#timeline-list tr.is-focus"


def names(episode: Episode) -> list[str]:
    return [line.speaker.name if line.speaker else "" for line in Editor(episode, UserFactory.build()).lines()]


def selected(page: Page) -> str:
    return page.locator(FOCUS).locator("td").nth(3).inner_text()


def test_utterances_are_named_in_a_row_with_one_key_each(page: Page, episode: Episode) -> None:
    before = snapshot(episode)
    shown = page.locator("#timeline-list td:nth-child(3)").all_inner_texts()[:2]
    by_number = [name[2:] for name in sorted(shown)]  # "1 乙", "2 甲"
    press(page, "c")
    expect(page.locator("[data-act=go_on]")).to_have_attribute("aria-pressed", "true")
    press(page, "1", "1", "2")
    eventually(lambda: names(episode)[:3], [by_number[0], by_number[0], by_number[1]])
    assert selected(page) == "one 4 two"  # the first of the next dialogue
    press(page, "x", "2", "1")
    eventually(lambda: names(episode)[3:5], [by_number[1], by_number[0]])
    assert selected(page) == "one 5 two"
    press(page, "Enter", "Alt+2")  # who types stays in the text
    expect(page.locator("#timeline-form textarea")).to_be_focused()
    assert selected(page) == "one 5 two"
    press(page, "Escape", "1")
    expect(page.locator(f"{FOCUS} td").nth(3)).to_have_text("one 5 two")  # the last one stays selected
    saved(page)
    while snapshot(episode) != before:
        edits = page.locator("[data-act=undo]")
        expect(edits).to_be_enabled()
        press(page, "Control+z")
        saved(page)
    press(page, "c", "ArrowUp", "ArrowUp", "1")
    assert selected(page) == "one 3 two"
    press(page, "x")
    eventually(lambda: len(texts(episode)), 6)
    assert selected(page) == texts(episode)[3]  # without it, the second part is the one to be named


def test_utterances_that_are_played_and_named_in_a_row_play_one_after_the_other(page: Page, episode: Episode) -> None:
    press(page, "c", "1")
    page.wait_for_timeout(300)
    assert position(page) == pytest.approx(4000, abs=40)  # nothing was played, so nothing plays
    press(page, "p")
    until(lambda: position(page) > 4200)
    press(page, "2")
    until(lambda: 6100 < position(page) < 7500)
    page.wait_for_function("() => document.querySelector('#timeline-video').paused")
    assert position(page) == pytest.approx(7500, abs=60)
    press(page, "1")
    until(lambda: position(page) > 10_100)
    assert selected(page) == "one 4 two"


def test_an_utterance_moves_to_the_next_neighbour_as_a_whole(page: Page, episode: Episode) -> None:
    press(page, "ArrowDown", "Shift+A")
    eventually(lambda: spans(episode)[1], (3580, 5080))
    press(page, "Shift+S")
    eventually(lambda: spans(episode)[1][0] > 3580 and spans(episode)[1][1] - spans(episode)[1][0], 1500)
    saved(page)


def test_speakers_are_merged_from_the_dialog_and_the_merge_undone(page: Page, episode: Episode) -> None:
    speakers = {each.name: each for each in Speaker.objects.all()}
    press(page, "o")
    dialog = page.locator("#timeline-speakers")
    dialog.locator("[name=speaker]").select_option(str(speakers["甲"].public_id))
    dialog.locator("[name=profession]").fill("cook")  # saved before the page is left
    options = dialog.locator("[name=into] option").all_inner_texts()
    assert len(options) == 1
    assert "乙 (3)" in options[0]
    dialog.get_by_role("button", name="Merge").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Merge 甲 into 乙?")
    page.get_by_role("button", name="Merge speakers").click()
    expect(page.get_by_text("Merged speakers")).to_be_visible()
    assert SpeakerMerge.objects.get().into == speakers["乙"]
    assert names(episode) == ["乙"] * 5
    page.get_by_role("button", name="Undo").first.click()
    eventually(lambda: sorted(names(episode)), ["乙", "乙", "乙", "甲", "甲"])
    assert Speaker.objects.get(name="甲").notes == {"profession": "cook"}
