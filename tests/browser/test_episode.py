"""Editing an episode's dialogues as a manager, checked by the state of the server afterwards."""

import time
from collections.abc import Callable
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from corpus.models import Dialogue, Episode
from tests.browser.test_pages import signed_in, watched
from tests.corpus.domain.structure.test_draft_dialogues import codes_and_texts, draft, nth
from tests.corpus.media.conftest import Make, film
from tests.factories import CorpusFactory, EpisodeFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def eventually(fact: Callable[[], object], wanted: object) -> None:
    deadline = time.monotonic() + 60
    while fact() != wanted and time.monotonic() < deadline:
        time.sleep(0.05)
    assert fact() == wanted


@pytest.fixture
def dialogue(make: Make, settings: Any, tmp_path: Path) -> Any:
    settings.MEDIA_ROOT = tmp_path
    episode: Episode = EpisodeFactory(series__corpus=CorpusFactory())
    assert episode.playable is not None
    episode.playable.path.parent.mkdir(parents=True)
    copyfile(make("fourteen.mp4", film(14)), episode.playable.path)
    return draft(episode, "E1_D001", "one two", "three", "four")


@pytest.fixture
def opened(chromium: Browser, live_server: Any, dialogue: Dialogue) -> Any:
    client = signed_in(dialogue.corpus, "manager", "en")
    context = chromium.new_context()
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    assert dialogue.episode is not None
    page.goto(f"{live_server.url}/c/{dialogue.corpus.slug}/episodes/{dialogue.episode.public_id}/")
    yield page
    context.close()


@pytest.fixture
def page(opened: Page) -> Any:
    troubles = watched(opened)
    opened.reload()
    yield opened
    assert troubles == []


# a busy machine shows few frames
SLOW_FRAMES = "() => { window.requestAnimationFrame = (draw) => setTimeout(() => draw(performance.now()), 400); }"
# what plays, at the start and at the end of playing
NOTE_PLAYING = """() => {
  const film = document.getElementById("player");
  window.noted = [];
  for (const type of ["play", "pause"]) {
    film.addEventListener(type, () => {
      const rows = [...document.querySelectorAll("[data-utterance]")];
      window.noted.push(rows.map((row) => row.classList.contains("is-playing")), film.currentTime);
    });
  }
}"""


@pytest.mark.parametrize("slow", [False, True])
def test_a_click_plays_exactly_the_span_of_an_utterance(page: Page, slow: bool) -> None:
    if slow:
        page.evaluate(SLOW_FRAMES)
    page.evaluate(NOTE_PLAYING)
    page.get_by_role("button", name="Play").nth(1).click()
    page.wait_for_function("() => window.noted.length === 4")
    assert page.evaluate("window.noted[0]") == [False, True, False]
    assert page.evaluate("window.noted[2]") == [False, False, False]
    assert page.evaluate("window.noted[3]") == pytest.approx(12.9, abs=0.1)


def texts(dialogue: Dialogue) -> list[str]:
    return [text for _, text in codes_and_texts(dialogue)]


def test_typed_text_is_saved_when_the_cursor_moves_on(page: Page, dialogue: Dialogue) -> None:
    page.locator("textarea").first.fill("eins zwei")
    page.keyboard.press("Enter")
    eventually(lambda: texts(dialogue)[0], "eins zwei")
    assert page.evaluate("document.activeElement.value") == "three"
    page.keyboard.press("Shift+Enter")
    assert page.evaluate("document.activeElement.value") == "eins zwei"


def test_a_new_speaker_is_offered_to_the_other_utterances(page: Page, dialogue: Dialogue) -> None:
    page.get_by_label("Speaker").first.fill("安娜")
    page.keyboard.press("Enter")
    page.locator("#speaker-names option[value='安娜']").wait_for(state="attached")
    assert nth(dialogue, 1).speaker == dialogue.series.speakers.get(name="安娜")


def test_a_text_that_was_not_saved_yet_is_saved_before_it_is_split(page: Page, dialogue: Dialogue) -> None:
    def late(route: Route) -> None:
        time.sleep(0.5)
        route.continue_()

    page.route("**/utterances/*/", late)  # saving takes longer than splitting would
    text = page.locator("textarea").first
    text.fill("eins zwei")
    text.evaluate("field => field.setSelectionRange(4, 4)")
    page.keyboard.press("Control+Enter")
    page.locator("textarea").nth(3).wait_for()  # the route is only called while Playwright waits
    assert texts(dialogue) == ["eins", "zwei", "three", "four"]


def test_errors_are_shown_next_to_the_utterance(page: Page, dialogue: Dialogue) -> None:
    page.get_by_label("End").first.fill("soon")
    page.keyboard.press("Tab")
    assert page.get_by_role("alert").inner_text() == "Enter a time such as 1:02.500, or a number of milliseconds."
    page.get_by_label("End").first.fill("0:11.5")
    page.keyboard.press("Tab")
    eventually(lambda: nth(dialogue, 1).end_ms, 11_500)
    page.get_by_role("alert").wait_for(state="detached")


@pytest.mark.parametrize("what", ["no server", "signed out"])
def test_an_unsaved_edit_is_reported(opened: Page, what: str) -> None:
    if what == "no server":
        opened.route("**/utterances/*/", lambda route: route.abort())
    else:
        opened.context.clear_cookies(name="sessionid")
    opened.get_by_label("Speaker").first.fill("Anna")
    opened.keyboard.press("Enter")
    alert = opened.get_by_role("alert")
    assert alert.inner_text().startswith("Not saved:")
    assert opened.get_by_label("Speaker").first.input_value() == "Anna"


def test_dialogues_are_divided_joined_and_declared_ready(page: Page, dialogue: Dialogue) -> None:
    page.get_by_role("button", name="New dialogue").nth(1).click()
    page.get_by_role("heading", name="E1_D001b").wait_for()
    page.get_by_role("button", name="Join to previous").click()
    page.get_by_role("heading", name="E1_D001b").wait_for(state="detached")
    page.get_by_role("button", name="Declare ready").click()
    page.get_by_text("frozen: it can be labelled").wait_for()
    assert page.locator("textarea").count() == 0
    assert Dialogue.objects.get().state == "ready"
