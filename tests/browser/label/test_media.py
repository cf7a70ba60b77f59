"""The two players of the labelling page, with a recording whose frames show their numbers."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from annotator.models import Assignment, Flag
from corpus.domain.codebooks.codebook_versions import add_codebook_version, use_codebook
from corpus.domain.codebooks.shipped_codebooks import shipped_codebook
from corpus.models import Corpus, Revision, Utterance
from tests.browser.label.annotator import CALM, CALM_LABELS, Annotator, corpus_to_label
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


# counts the starts of the players: on a busy machine a run of 600 ms may be over before a test looks
COUNT_STARTS = """{
  window.starts = window.awaited = 0;
  let before = "";
  const count = (value) => { if (value === "true" && before !== "true") window.starts += 1; before = value; };
  new MutationObserver((records) => {
    for (const { oldValue } of records) count(oldValue);
    count(document.getElementById("utterance-panel").dataset.playing);
  }).observe(document, { subtree: true, attributeFilter: ["data-playing"], attributeOldValue: true });
}"""
# lists the utterances that were spoken: each is marked for 600 ms only
LIST_SPOKEN = """{
  window.spoken = [];
  new MutationObserver(() => {
    const items = [...document.querySelectorAll("#dialogue li")];
    const place = items.findIndex((item) => item.classList.contains("dialogue-spoken"));
    const large = document.querySelector("#current-utterance .current-text")?.textContent ?? "";
    const { phase } = document.getElementById("label").dataset;
    const found = [phase, place + 1, large];
    if (place >= 0 && String(window.spoken.at(-1)) !== String(found)) window.spoken.push(found);
  }).observe(document, { subtree: true, childList: true, attributeFilter: ["class"] });
}"""
SHOWN = f"""([bits, block, wanted]) => Math.abs(({NUMBER})([bits, block]) - wanted) <= 1"""
PLAYED = """(runs) => {
  const isAtRest = document.getElementById("utterance-panel").dataset.playing === "false";
  if (window.starts < window.awaited + runs || !isAtRest) return false;
  window.awaited = window.starts;
  return true;
}"""


@pytest.fixture
def corpus(tmp_path: Path, settings: Any) -> Corpus:
    """Three utterances of 600 ms, at 1, 2 and 3 s of a recording of 5 s."""
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
def annotator(chromium: Browser, live_server: Any, corpus: Corpus) -> Any:
    annotator = Annotator(chromium, live_server.url, corpus)
    annotator.page.add_init_script(COUNT_STARTS)
    annotator.page.add_init_script(LIST_SPOKEN)
    annotator.open()
    yield annotator
    annotator.close()


def shows(page: Page, number: int) -> None:
    """Wait for a frame, give or take one; a player at rest may draw the frame a moment later."""
    page.wait_for_function(SHOWN, arg=[BITS, BLOCK, number])


def played(annotator: Annotator, runs: int = 1) -> None:
    """Wait until the players have started so many times since the last call, and are at rest."""
    annotator.page.wait_for_function(PLAYED, arg=runs)


def spoken(annotator: Annotator) -> list[tuple[str, int, str]]:
    """Return phase, number of the marked utterance, and large text, each time one was marked."""
    return [(phase, place, text) for phase, place, text in annotator.page.evaluate("window.spoken")]


def test_the_utterance_plays_by_itself_and_stops_at_its_end(annotator: Annotator) -> None:
    annotator.press("Enter")  # skips watching
    for second in (1, 2, 3):
        played(annotator)
        # the last frame that begins before second + 600 ms
        shows(annotator.page, second * RATE + 14)
        annotator.press(*CALM, "Enter")
    annotator.saved()
    for revision in Revision.objects.all():
        assert abs(revision.played_ms - 600) <= 80
        assert revision.active_ms >= 500


def test_the_other_player_waits_at_the_next_utterance(annotator: Annotator) -> None:
    annotator.press("Enter")
    played(annotator)
    waiting = "document.querySelector('#screen video[hidden]')"
    annotator.page.wait_for_function(f"() => {waiting}.currentTime === 2 && !{waiting}.seeking")
    annotator.press(*CALM, "Enter")
    played(annotator)
    annotator.page.wait_for_function(f"() => {waiting}.currentTime === 3 && !{waiting}.seeking")


def test_space_plays_again_and_shift_space_from_the_start(annotator: Annotator) -> None:
    annotator.press("Enter")
    played(annotator)
    annotator.press("ArrowDown")
    played(annotator)
    annotator.press("Space")
    played(annotator)
    shows(annotator.page, 2 * RATE + 14)
    annotator.page.evaluate("window.spoken = []")
    annotator.press("Shift+Space")
    played(annotator)
    assert [place for _phase, place, _text in spoken(annotator)] == [1, 2]
    shows(annotator.page, 2 * RATE + 14)


def test_the_whole_dialogue_is_watched_first(annotator: Annotator) -> None:
    assert annotator.page.get_by_role("heading", name="Watch the whole dialogue first").is_visible()
    assert annotator.page.inner_text("#current-utterance") == ""
    assert not annotator.page.locator("#commit").is_visible()  # its key is on the button that skips watching
    annotator.page.wait_for_function("() => document.querySelector('#wave path').getAttribute('d').includes('V98')")
    annotator.press("Space")
    played(annotator, runs=2)  # the dialogue, then the first utterance
    texts = list(Utterance.objects.order_by("order").values_list("text", flat=True))
    watched = [("watching", place, text) for place, text in enumerate(texts, start=1)]
    assert spoken(annotator) == [*watched, ("label", 1, texts[0])]
    annotator.page.locator("#label[data-phase=label]").wait_for()
    shows(annotator.page, RATE + 14)


def test_the_waveform_shows_the_audio_and_the_span(annotator: Annotator) -> None:
    annotator.press("Enter")
    path = annotator.page.locator("#wave path")
    annotator.page.wait_for_function("() => document.querySelector('#wave path').getAttribute('d').includes('V98')")
    assert str(path.get_attribute("d")).count("M") == 480
    # 600 ms before and after an utterance of 600 ms
    assert annotator.page.locator("#wave .wave-span").get_attribute("width") == "160"


def test_slower_and_faster(annotator: Annotator) -> None:
    annotator.press("Enter")
    annotator.press("BracketLeft")
    assert annotator.page.inner_text("#rate") == "0.75×"
    annotator.press("BracketRight", "BracketRight")
    assert annotator.page.inner_text("#rate") == "1.25×"


def under(annotator: Annotator, old: str, new: str) -> None:
    """Use another policy, and open a dialogue that was not claimed before."""
    text = shipped_codebook("affect-dialogue").replace(old, new)
    use_codebook(corpus=annotator.corpus, codebook=add_codebook_version(corpus=annotator.corpus, yaml_text=text))
    Assignment.objects.all().delete()
    annotator.open()


def test_watching_first_opens_every_utterance(annotator: Annotator) -> None:
    annotator.press("Space")
    annotator.page.locator("#label[data-phase=label]").wait_for()
    annotator.press(*CALM, "Enter")
    annotator.page.get_by_text("1 of 3 utterances").wait_for()
    annotator.saved()
    assert Revision.objects.get().opened == 3


def test_without_watching_first_only_the_current_utterance_is_opened(annotator: Annotator) -> None:
    annotator.press("Enter")
    played(annotator)
    annotator.press(*CALM, "Enter")
    annotator.page.get_by_text("1 of 3 utterances").wait_for()
    annotator.saved()
    assert Revision.objects.get().opened == 1


def test_under_past_the_recording_ends_with_the_current_utterance(annotator: Annotator) -> None:
    under(annotator, "context: all", "context: past")
    played(annotator)  # nothing is watched first
    shows(annotator.page, RATE + 14)
    annotator.press("Shift+Space")
    played(annotator)
    shows(annotator.page, RATE + 14)
    annotator.press(*CALM, "Enter")
    played(annotator)
    annotator.press(*CALM, "Enter")
    annotator.page.get_by_text("2 of 3 utterances").wait_for()
    annotator.saved()
    assert list(Revision.objects.order_by("pk").values_list("opened", flat=True)) == [1, 2]


def test_an_end_that_is_noticed_late_shows_no_later_frame(annotator: Annotator) -> None:
    # without these callbacks the page looks at the time four times a second, as on a busy computer
    annotator.page.evaluate("HTMLVideoElement.prototype.requestVideoFrameCallback = () => 0")
    annotator.press("Enter")
    for second in (1, 2, 3):
        played(annotator)
        shows(annotator.page, second * RATE + 14)
        annotator.press(*CALM, "Enter")


def lengthen(end_ms: int) -> None:
    """Make the first utterance longer, so that a key press is certainly within its clip."""
    Utterance.objects.filter(order=1).update(end_ms=end_ms)


def test_a_shortcut_waits_for_the_end_of_the_clip(annotator: Annotator) -> None:
    lengthen(3_500)
    under(annotator, "shortcuts: off", "shortcuts: all_default")
    annotator.press("Enter")
    annotator.page.locator("#utterance-panel[data-playing=true]").wait_for()
    annotator.press("Minus")
    assert annotator.chosen() == []
    annotator.page.locator("#utterance-panel[data-playing=false]").wait_for()
    annotator.press("Minus", "Enter")
    annotator.page.get_by_text("1 of 3 utterances").wait_for()
    annotator.saved()
    assert (Revision.objects.get().shortcut, annotator.labels()) == ("all_default", {1: CALM_LABELS})


def test_a_shortcut_before_a_reload_requires_its_clip_to_be_played_after_it(annotator: Annotator) -> None:
    lengthen(3_500)
    under(annotator, "shortcuts: off", "shortcuts: all_default")
    annotator.press("Enter")
    played(annotator)
    annotator.press("Minus", "Backspace", "Minus")
    annotator.journalled(entries=0, drafts=1)
    annotator.page.reload()
    annotator.page.locator("#label[data-phase=label]").wait_for()
    assert annotator.chosen() == ["neutral", "neutral", "no", "no"]
    annotator.press("Enter")
    annotator.page.locator("#utterance-panel[data-playing=true]").wait_for()
    annotator.page.evaluate("window.awaited = window.starts")
    annotator.press("Enter")  # too early; the clip starts again
    assert annotator.page.inner_text("#count") == "0 of 3 utterances"
    played(annotator)
    annotator.press("Enter")
    annotator.page.get_by_text("1 of 3 utterances").wait_for()
    annotator.saved()
    [revision] = Revision.objects.all()
    assert (revision.shortcut, revision.played_ms > 500) == ("all_default", True)


def test_a_key_press_that_is_taken_back_takes_no_time_away(annotator: Annotator) -> None:
    annotator.press("Enter")
    played(annotator)
    annotator.press("Digit2", "Backspace", *CALM, "Enter")
    annotator.page.get_by_text("1 of 3 utterances").wait_for()
    annotator.saved()
    assert abs(Revision.objects.get().played_ms - 600) <= 80


def test_a_moved_cut_is_shown_played_and_proposed(annotator: Annotator) -> None:
    annotator.press("Enter")
    played(annotator)
    annotator.press("ArrowRight", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "Control+KeyZ")
    assert "start +80 ms, end +40 ms" in annotator.page.inner_text("#cut")
    assert annotator.page.locator("#wave .wave-cut").is_visible()
    played(annotator)
    # the last frame before 1640 ms
    shows(annotator.page, RATE + 15)
    annotator.page.get_by_role("button", name="Start 40 ms earlier").click()
    annotator.press(*CALM, "Enter")
    annotator.page.get_by_text("1 of 3 utterances").wait_for()
    annotator.saved()
    flag = Flag.objects.get()
    assert (flag.reason, flag.start_ms, flag.end_ms) == ("bad_cut", 1040, 1640)
    assert (flag.utterance.order, flag.assignment.rater) == (1, annotator.rater)
    annotator.press("ArrowUp")
    assert annotator.page.locator("#cut").is_visible()  # still visible
    annotator.press("ArrowDown")
    annotator.saved()
    assert Flag.objects.count() == 1
