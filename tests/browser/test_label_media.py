"""The two players of the labelling page, with a film whose frames carry their numbers."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from annotator.models import Assignment, Flag
from corpus.domain.codebooks.codebook_versions import add_codebook_version, use_codebook
from corpus.domain.codebooks.shipped_codebooks import shipped_codebook
from corpus.models import Corpus, Revision, Utterance
from tests.browser.desk import CALM, CALM_LABELS, Desk, corpus_to_label
from tests.corpus.media.counted import BITS, BLOCK, film
from tests.factories import EpisodeFactory, MediaFileFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RATE = 25
NUMBER = """([bits, block]) => {
  const video = document.querySelector("#screen video:not([hidden])");
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth; canvas.height = video.videoHeight;
  const context = canvas.getContext("2d");
  context.drawImage(video, 0, 0);
  let number = 0;
  for (let bit = 0; bit < bits; bit += 1) {
    if (context.getImageData(bit * block + block / 2, block / 2, 1, 1).data[0] > 128) number += 2 ** bit;
  }
  return number;
}"""


@pytest.fixture
def corpus(tmp_path: Path, settings: Any) -> Corpus:
    """Three utterances of 600 ms, at 1, 2 and 3 s of a film of 5 s."""
    settings.MEDIA_ROOT = tmp_path
    corpus = corpus_to_label()
    film(tmp_path / "film.mp4", frames=5 * RATE, rate=Fraction(RATE), gop=10)
    (tmp_path / "film.peaks").write_bytes(bytes([200, 56]) * 500)
    playable = MediaFileFactory(corpus=corpus, name="film.mp4")
    peaks = MediaFileFactory(corpus=corpus, kind="peaks", name="film.peaks")
    dialogue = corpus.dialogues.get()
    dialogue.episode = EpisodeFactory(series=dialogue.series, playable=playable, peaks=peaks, duration_ms=5000)
    dialogue.save()
    return corpus


@pytest.fixture
def desk(chromium: Browser, live_server: Any, corpus: Corpus) -> Any:
    desk = Desk(chromium, live_server.url, corpus)
    desk.open()
    yield desk
    desk.context.close()


def number(page: Page) -> int:
    """Return the number of the frame that is to be seen."""
    shown: int = page.evaluate(NUMBER, [BITS, BLOCK])
    return shown


def played(desk: Desk) -> None:
    desk.page.locator("#stage[data-playing=true]").wait_for()
    desk.page.locator("#stage[data-playing=false]").wait_for()


def test_the_utterance_plays_by_itself_and_stops_at_its_end(desk: Desk) -> None:
    desk.press("Enter")  # leaves out watching
    for second in (1, 2, 3):
        played(desk)
        # the last frame that begins before second + 600 ms, give or take one
        assert abs(number(desk.page) - (second * RATE + 14)) <= 1
        desk.press(*CALM, "Enter")
    desk.saved()
    for revision in Revision.objects.all():
        assert abs(revision.played_ms - 600) <= 80
        assert revision.active_ms >= 500


def test_the_other_player_waits_at_the_next_utterance(desk: Desk) -> None:
    desk.press("Enter")
    played(desk)
    waiting = "document.querySelector('#screen video[hidden]')"
    desk.page.wait_for_function(f"() => {waiting}.currentTime === 2 && !{waiting}.seeking")
    desk.press(*CALM, "Enter")
    played(desk)
    desk.page.wait_for_function(f"() => {waiting}.currentTime === 3 && !{waiting}.seeking")


def test_space_plays_again_and_shift_space_from_the_start(desk: Desk) -> None:
    desk.press("Enter")
    played(desk)
    desk.press("ArrowDown")
    played(desk)
    desk.press("Space")
    played(desk)
    assert abs(number(desk.page) - (2 * RATE + 14)) <= 1
    desk.press("Shift+Space")
    desk.page.locator("#talk li:first-child.talk-spoken").wait_for()
    desk.page.locator("#talk li:nth-child(2).talk-spoken").wait_for()
    desk.page.locator("#stage[data-playing=false]").wait_for()
    assert abs(number(desk.page) - (2 * RATE + 14)) <= 1


def test_the_whole_dialogue_is_watched_first(desk: Desk) -> None:
    assert desk.page.get_by_role("heading", name="Watch the whole dialogue first").is_visible()
    assert desk.page.inner_text("#now") == ""
    assert not desk.page.locator("#commit").is_visible()  # its key is on the button that leaves out watching
    desk.page.wait_for_function("() => document.querySelector('#wave path').getAttribute('d').includes('V98')")
    desk.press("Space")
    for spoken in Utterance.objects.order_by("order"):
        desk.page.locator("#now .now-text", has_text=spoken.text).wait_for()
    desk.page.locator("#talk li:last-child.talk-spoken").wait_for()
    desk.page.locator("#label[data-phase=label]").wait_for()
    played(desk)
    assert abs(number(desk.page) - (RATE + 14)) <= 1


def test_the_wave_shows_the_sound_and_the_span(desk: Desk) -> None:
    desk.press("Enter")
    path = desk.page.locator("#wave path")
    desk.page.wait_for_function("() => document.querySelector('#wave path').getAttribute('d').includes('V98')")
    assert str(path.get_attribute("d")).count("M") == 480
    # 600 ms before and after an utterance of 600 ms
    assert desk.page.locator("#wave .wave-span").get_attribute("width") == "160"


def test_slower_and_faster(desk: Desk) -> None:
    desk.press("Enter")
    desk.press("BracketLeft")
    assert desk.page.inner_text("#rate") == "0.75×"
    desk.press("BracketRight", "BracketRight")
    assert desk.page.inner_text("#rate") == "1.25×"


def under(desk: Desk, old: str, new: str) -> None:
    """Let a dialogue be labelled under another policy: one that nobody has claimed."""
    text = shipped_codebook("affect-dialogue").replace(old, new)
    use_codebook(corpus=desk.corpus, codebook=add_codebook_version(corpus=desk.corpus, yaml_text=text))
    Assignment.objects.all().delete()
    desk.open()


def test_watching_first_opens_every_utterance(desk: Desk) -> None:
    desk.press("Space")
    desk.page.locator("#label[data-phase=label]").wait_for()
    desk.press(*CALM, "Enter")
    desk.page.get_by_text("1 of 3 utterances").wait_for()
    desk.saved()
    assert Revision.objects.get().opened == 3


def test_who_does_not_watch_first_has_opened_the_current_alone(desk: Desk) -> None:
    desk.press("Enter")
    played(desk)
    desk.press(*CALM, "Enter")
    desk.page.get_by_text("1 of 3 utterances").wait_for()
    desk.saved()
    assert Revision.objects.get().opened == 1


def test_under_past_the_recording_ends_with_the_current_utterance(desk: Desk) -> None:
    under(desk, "context: all", "context: past")
    played(desk)  # nothing is watched first
    assert abs(number(desk.page) - (RATE + 14)) <= 1
    desk.press("Shift+Space")
    played(desk)
    assert abs(number(desk.page) - (RATE + 14)) <= 1
    desk.press(*CALM, "Enter")
    played(desk)
    desk.press(*CALM, "Enter")
    desk.page.get_by_text("2 of 3 utterances").wait_for()
    desk.saved()
    assert list(Revision.objects.order_by("pk").values_list("opened", flat=True)) == [1, 2]


def test_a_shortcut_waits_for_the_end_of_the_clip(desk: Desk) -> None:
    under(desk, "shortcuts: off", "shortcuts: all_default")
    desk.press("Enter")
    desk.page.locator("#stage[data-playing=true]").wait_for()
    desk.press("Minus")
    assert desk.chosen() == []
    desk.page.locator("#stage[data-playing=false]").wait_for()
    desk.press("Minus", "Enter")
    desk.page.get_by_text("1 of 3 utterances").wait_for()
    desk.saved()
    assert (Revision.objects.get().shortcut, desk.labels()) == ("all_default", {1: CALM_LABELS})


def test_a_shortcut_before_a_reload_wants_its_clip_heard_after_it(desk: Desk) -> None:
    under(desk, "shortcuts: off", "shortcuts: all_default")
    desk.press("Enter")
    played(desk)
    desk.press("Minus", "Backspace", "Minus")
    desk.page.reload()
    desk.page.locator("#label[data-phase=label]").wait_for()
    assert desk.chosen() == ["neutral", "neutral", "no", "no"]
    desk.press("Enter")
    desk.page.locator("#stage[data-playing=true]").wait_for()
    desk.press("Enter")  # too early
    assert desk.page.inner_text("#count") == "0 of 3 utterances"
    played(desk)
    desk.press("Enter")
    desk.page.get_by_text("1 of 3 utterances").wait_for()
    desk.saved()
    [revision] = Revision.objects.all()
    assert (revision.shortcut, revision.played_ms > 500) == ("all_default", True)


def test_a_key_press_that_is_taken_back_takes_no_time_away(desk: Desk) -> None:
    desk.press("Enter")
    played(desk)
    desk.press("Digit2", "Backspace", *CALM, "Enter")
    desk.page.get_by_text("1 of 3 utterances").wait_for()
    desk.saved()
    assert abs(Revision.objects.get().played_ms - 600) <= 80


def test_a_nudged_cut_is_seen_heard_and_proposed(desk: Desk) -> None:
    desk.press("Enter")
    played(desk)
    desk.press("ArrowRight", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "Control+KeyZ")
    assert "start +80 ms, end +40 ms" in desk.page.inner_text("#cut")
    assert desk.page.locator("#wave .wave-cut").is_visible()
    played(desk)
    # the last frame before 1640 ms
    assert abs(number(desk.page) - (RATE + 15)) <= 1
    desk.page.get_by_role("button", name="Start 40 ms earlier").click()
    desk.press(*CALM, "Enter")
    desk.page.get_by_text("1 of 3 utterances").wait_for()
    desk.saved()
    flag = Flag.objects.get()
    assert (flag.reason, flag.start_ms, flag.end_ms) == ("bad_cut", 1040, 1640)
    assert (flag.utterance.order, flag.assignment.rater) == (1, desk.rater)
    desk.press("ArrowUp")
    assert desk.page.locator("#cut").is_visible()  # still there to be seen
    desk.press("ArrowDown")
    desk.saved()
    assert Flag.objects.count() == 1
