"""Playback and view of the timeline editor, and the way to the next remark."""

from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from annotator.domain.allocation.claims import claim
from annotator.domain.messages.flags import raise_flag
from annotator.models import Flag
from corpus.domain.structure.draft_dialogues import declare_ready
from corpus.models import Dialogue, Episode, Utterance
from tests.browser.test_episode import SLOW_FRAMES, eventually
from tests.browser.timeline.test_timeline import press, saved, spans, until
from tests.factories import RaterFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def position(page: Page) -> float:
    return float(page.eval_on_selector("#timeline-video", "video => video.currentTime * 1000"))


def shown_at(page: Page, share: float) -> float:
    """Return the time that stands at a share of the width of the timeline, by a click on its ruler."""
    box = page.locator("#timeline-canvas").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * share, box["y"] + 5)
    return position(page)


def test_the_timeline_is_zoomed_and_follows_what_is_played(page: Page) -> None:
    assert shown_at(page, 0.5) == pytest.approx(7000, abs=40)
    press(page, "+", "+")
    assert shown_at(page, 0.25) == pytest.approx(7000 - 14_000 / 2.25 / 4, abs=40)
    press(page, "0")
    assert shown_at(page, 0.25) == pytest.approx(3500, abs=40)
    press(page, "z")  # the first one, 2000 to 3500, with some room
    assert shown_at(page, 0.0) == pytest.approx(1812, abs=40)
    for follows in (False, True):
        expect(page.locator("[data-act=follow]")).to_have_attribute("aria-pressed", str(not follows).lower())
        press(page, "f")
        shown_at(page, 0.85)
        press(page, "Space")
        until(lambda: position(page) > 4200)
        press(page, "Space")
        assert (shown_at(page, 0.0) > 2500) is follows


NOTE_START = """() => {
  const video = document.querySelector("#timeline-video");
  window.started = window.played = 0;
  video.addEventListener("seeking", () => { window.started = video.currentTime * 1000; }, { once: true });
  video.addEventListener("play", () => { window.played = true; }, { once: true });
}"""
AT_REST = """() => {
  const video = document.querySelector("#timeline-video");
  return window.played && video.paused && !video.seeking;
}"""


@pytest.mark.parametrize("slow", [False, True])
def test_half_a_second_around_an_edge_is_played(page: Page, slow: bool) -> None:
    if slow:
        page.evaluate(SLOW_FRAMES)
    for key, edge in ((",", 2000), (".", 3500)):
        page.evaluate(NOTE_START)
        press(page, key)
        page.wait_for_function(AT_REST)
        assert page.evaluate("window.started") == pytest.approx(edge - 500, abs=1)
        assert position(page) == pytest.approx(edge + 500, abs=60)


def test_the_next_remark_is_found_and_a_proposal_accepted_with_one_key(page: Page, episode: Episode) -> None:
    declare_ready(dialogue=Dialogue.objects.get(code="E1_D001"))
    assignment = claim(rater=RaterFactory(corpus=episode.series.corpus), now=timezone.now())
    assert assignment
    line = Utterance.objects.get(code="E1_D001_U002")
    raise_flag(
        assignment=assignment, public_id=uuid4(), utterance=line.public_id, reason="bad_cut", now=timezone.now(),
        comment="too late", start_ms=3880, end_ms=5400,
    )  # fmt: skip
    page.reload()
    page.wait_for_selector("#timeline[data-ready=yes]")
    press(page, "n")
    expect(page.locator("#timeline-list tr.is-focus")).to_contain_text("one 2 two")
    expect(page.locator("#timeline-note")).to_contain_text("too late")
    press(page, "y")
    eventually(lambda: spans(episode)[1], (3880, 5400))
    saved(page)
    assert Flag.objects.get().state == "accepted"
    press(page, "Control+z")
    eventually(lambda: (spans(episode)[1], Flag.objects.get().state), ((4000, 5500), "open"))
