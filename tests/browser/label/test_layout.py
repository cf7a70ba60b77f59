"""The labelling page at every width: long texts, links, touch, scrolling by keyboard."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from annotator.domain.labelling.utterance_edits import edit_utterance
from annotator.models import Flag
from common.models import Session
from corpus.domain.codebooks import shipped_codebooks
from corpus.domain.codebooks.codebook_versions import add_codebook_version, use_codebook
from corpus.domain.codebooks.shipped_codebooks import adopt, shipped_codebook
from corpus.models import Corpus
from tests.browser.extreme_texts import CHINESE, LATIN, extreme_codebook, stretch
from tests.browser.label.annotator import CALM, CALM_LABELS, Annotator, corpus_to_label, stop_clock
from tests.browser.test_layout import problems_of
from tests.browser.test_pages import with_recording
from tests.factories import PASSWORD, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAUSE_MS = 1500  # as in js/label/view/key_pause.js
TABLETS = [(768, 1024), (1024, 768)]
LEAST_TARGET = 40
SMALL_TARGETS = """(least) => [...document.querySelectorAll("button, a[href], input, select, textarea, summary")]
  .filter((element) => element.checkVisibility({ checkVisibilityCSS: true }) && !element.closest(".skip"))
  .map((element) => ({ element: element.type === "radio" ? element.closest("label") : element }))
  .map(({ element }) => ({ element, box: element.getBoundingClientRect() }))
  .filter(({ element, box }) => box.width > 1 && (box.height < least || box.width < least) && !element.matches(".skip"))
  .map(({ element, box }) => `${element.id || element.className} ${element.textContent} ${box.width}x${box.height}`)"""
# answers every combination of two linked tasks and returns the answer texts that a line, head or value then covers
COVERED = """async ([link, from, to]) => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const texts = () => [...document.querySelectorAll("#questions .q-label, #questions .q-name, #questions kbd")]
    .filter((element) => element.checkVisibility())
    .map((element) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      return { name: element.textContent, box: range.getBoundingClientRect() };
    });
  const options = (slug) => [...document.querySelectorAll(`[data-question="${slug}"] [data-value]`)];
  const found = new Set();
  let arcs = 0;
  for (const source of options(from)) {
    for (const target of options(to)) {
      if (source.ariaChecked !== "true") source.click();
      if (target.ariaChecked !== "true") target.click();
      await frame();
      const group = document.querySelector(`[data-link="${link}"]`);
      if (!group) continue;
      arcs += 1;
      const path = group.querySelector(".link-line");
      const origin = path.ownerSVGElement.getBoundingClientRect();
      const length = path.getTotalLength();
      const points = Array.from({ length: 200 }, (_, i) => path.getPointAtLength((length * i) / 199));
      const marks = [...group.querySelectorAll(".link-tip, .link-badge")].map((mark) => mark.getBoundingClientRect());
      for (const { name, box } of texts()) {
        const isHit = points.some(({ x, y }) => x + origin.left > box.left && x + origin.left < box.right
          && y + origin.top > box.top && y + origin.top < box.bottom);
        const isMarked = marks.some((mark) => mark.left < box.right - 1 && mark.right > box.left + 1
          && mark.top < box.bottom - 1 && mark.bottom > box.top + 1);
        if (isHit || isMarked) found.add(`${source.dataset.value} to ${target.dataset.value} covers ${name}`);
      }
    }
  }
  return { arcs, found: [...found] };
}"""


def in_language(annotator: Annotator, language: str) -> None:
    annotator.user.language = language
    annotator.user.save()


def at_work(chromium: Browser, url: str, corpus: Corpus, language: str = "en", **context: Any) -> Annotator:
    """Return an annotator whose first utterance is open for labelling."""
    annotator = Annotator(chromium, url, corpus, **context)
    in_language(annotator, language)
    annotator.open()
    if annotator.page.get_attribute("#label", "data-phase") != "label":
        annotator.page.locator("#watch-skip").click()
    annotator.page.locator("#label[data-phase=label]").wait_for()
    return annotator


@pytest.fixture
def corpus(tmp_path: Path, settings: Any) -> Corpus:
    """A dialogue of three utterances with a recording."""
    settings.MEDIA_ROOT = tmp_path
    corpus = corpus_to_label()
    with_recording(corpus.dialogues.get())
    return corpus


@pytest.mark.parametrize(("language", "word"), [("en", LATIN), ("zh-hans", CHINESE)], ids=["latin", "chinese"])
def test_no_text_breaks_the_page_at_any_width(
    chromium: Browser, live_server: Any, corpus: Corpus, monkeypatch: pytest.MonkeyPatch, language: str, word: str
) -> None:
    yaml_text = extreme_codebook(shipped_codebook("affect-dialogue"), word)
    monkeypatch.setattr(shipped_codebooks, "shipped_codebook", lambda name: yaml_text)
    adopt(corpus=corpus, name="affect-dialogue")
    stretch(corpus, word)
    annotator = at_work(chromium, live_server.url, corpus, language)
    page = annotator.page
    for slug in ("sentiment", "emotion", "sarcasm", "humor"):
        page.locator(f"[data-question={slug}] [data-value]").last.click()
    problems = problems_of(page, "answers")
    for name, opened, closed in (
        ("guideline", "#guideline-open", "#guideline-close"),
        ("messages", "#messages-open", "#messages-close"),
        ("flag", "#flag-open", "#flag-dialog [data-cancel]"),
        ("inquiry", "#inquiry-open", "#inquiry-dialog [data-cancel]"),
    ):
        page.locator(opened).click()
        problems += problems_of(page, name)
        page.locator(closed).click()
    annotator.close()
    assert problems == [], "\n".join(problems)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("codebook", ["affect-dialogue", "affect-dialogue-cmma"])
def test_no_link_covers_the_text_of_an_answer(
    chromium: Browser, live_server: Any, corpus: Corpus, codebook: str, language: str
) -> None:
    adopt(corpus=corpus, name=codebook)
    annotator = at_work(chromium, live_server.url, corpus, language)
    for width, height in ((390, 844), (768, 1024), (1024, 768), (1280, 720), (1920, 1080)):
        annotator.page.set_viewport_size({"width": width, "height": height})
        for link, source, target in (
            ("emotion_sentiment", "emotion", "sentiment"),
            ("sarcasm_humor", "sarcasm", "humor"),
        ):
            seen = annotator.page.evaluate(COVERED, [link, source, target])
            assert seen["arcs"] >= 2
            assert seen["found"] == [], f"{link} at {width}"
    annotator.close()


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080)])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_whole_help_of_a_question_and_of_an_answer_is_shown(
    chromium: Browser, live_server: Any, corpus: Corpus, language: str, width: int, height: int
) -> None:
    annotator = at_work(chromium, live_server.url, corpus, language)
    page = annotator.page
    page.set_viewport_size({"width": width, "height": height})
    document = corpus.codebook.document["texts"][language.partition("-")[0]]  # type: ignore[union-attr]
    page.mouse.move(1, 1)
    hint = page.locator("#hint")
    expect(hint).to_contain_text(document["sentiment"]["help"])
    for path, selector in (("humor", ".q-head"), ("emotion.disgust", "[data-value=disgust]")):
        page.locator(f"[data-question={path.partition('.')[0]}] {selector}").hover()
        expect(hint).to_contain_text(document[path]["help"])
        assert hint.evaluate("(element) => element.scrollWidth <= element.clientWidth")
    annotator.close()


@pytest.fixture(params=TABLETS, ids=["upright", "across"])
def tablet(chromium: Browser, live_server: Any, corpus: Corpus, request: pytest.FixtureRequest) -> Iterator[Annotator]:
    width, height = request.param
    annotator = Annotator(chromium, live_server.url, corpus, has_touch=True, is_mobile=True)
    annotator.page.set_viewport_size({"width": width, "height": height})
    annotator.open()
    yield annotator
    annotator.close()


def small_targets(page: Page) -> list[str]:
    found: list[str] = page.evaluate(SMALL_TARGETS, LEAST_TARGET)
    return found


def test_a_dialogue_is_labelled_by_touch(tablet: Annotator) -> None:
    page = tablet.page
    assert small_targets(page) == []
    page.locator("#watch-skip").tap()
    page.locator("#label[data-phase=label]").wait_for()
    for slug, value in (("sentiment", "negative"), ("emotion", "anger"), ("sarcasm", "yes"), ("humor", "no")):
        page.locator(f"[data-question={slug}] [data-value={value}]").tap()
    expect(page.locator("#hint")).not_to_be_empty()
    page.locator("[data-question=emotion_sentiment] [data-value='2']").tap()
    page.locator("[data-question=sarcasm_humor] [data-value='-1']").tap()
    page.locator("#undo").tap()
    expect(page.locator("[data-question=sarcasm_humor] [aria-checked=true]")).to_have_count(0)
    page.locator("[data-question=sarcasm_humor] [data-value='0']").tap()
    assert small_targets(page) == []
    page.locator("[data-do=replay]").tap()
    page.locator("[data-edge=end_ms][data-steps='1']").tap()
    page.locator("#guideline-open").tap()
    assert small_targets(page) == []
    page.locator("#guideline-close").tap()
    page.locator("#flag-open").tap()
    assert small_targets(page) == []
    page.locator("#flag-dialog").get_by_text("wrong text").tap()
    page.locator("#flag-dialog .button-primary").tap()
    page.locator("#messages-open").tap()
    assert small_targets(page) == []
    page.locator("#messages-close").tap()
    page.locator("#commit").tap()
    tablet.saved()
    answers = tablet.labels()[1]
    assert (answers["emotion"], answers["emotion_sentiment"], answers["sarcasm_humor"]) == ("anger", 2, 0)
    assert set(Flag.objects.values_list("reason", flat=True)) == {"wrong_text", "bad_cut"}
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert "width=device-width" in str(page.get_attribute("meta[name=viewport]", "content"))


def test_the_help_of_an_answer_is_reached_by_touch(tablet: Annotator) -> None:
    tablet.page.locator("#watch-skip").tap()
    tablet.page.locator("[data-question=emotion] [data-value=fear]").tap()
    expect(tablet.page.locator("#hint")).to_contain_text("afraid, tense, worried")
    tablet.page.locator("[data-edge=start_ms][data-steps='1']").tap()
    expect(tablet.page.locator("#hint")).to_contain_text("Start 40 ms later")


def test_the_open_guideline_scrolls_by_keyboard(chromium: Browser, live_server: Any, corpus: Corpus) -> None:
    annotator = at_work(chromium, live_server.url, corpus)
    page = annotator.page
    annotator.press("KeyG")
    page.locator("#guideline").wait_for()
    text = page.locator("#guideline-text")
    before = text.evaluate("(element) => element.scrollTop")
    annotator.press("ArrowDown", "ArrowDown")
    page.wait_for_function("(before) => document.getElementById('guideline-text').scrollTop > before + 40", arg=before)
    annotator.press("End")
    page.wait_for_function(
        "() => (({ scrollTop, clientHeight, scrollHeight }) => scrollTop + clientHeight > scrollHeight - 2)"
        "(document.getElementById('guideline-text'))"
    )
    annotator.press("PageUp", "Home")
    page.wait_for_function("() => document.getElementById('guideline-text').scrollTop === 0")
    assert page.locator("#dialogue [aria-current]").count() == 1
    annotator.press("Digit3")  # keys of answers keep working beside it
    expect(page.locator("[data-question=sentiment] [data-value=positive]")).to_have_attribute("aria-checked", "true")
    annotator.press("Escape")
    expect(page.locator("#guideline")).to_be_hidden()
    annotator.close()


def test_keys_pressed_as_the_session_ends_do_not_reach_the_password(
    chromium: Browser, live_server: Any, corpus: Corpus
) -> None:
    annotator = at_work(chromium, live_server.url, corpus)
    page = annotator.page
    annotator.press(*CALM)
    Session.objects.filter(session_key=annotator.session_key).delete()
    stop_clock(page)  # a busy machine makes pauses
    annotator.press("Enter")
    page.locator("#sign-in[open]").wait_for()
    for code in (*CALM, "Enter", *CALM):
        page.clock.run_for(PAUSE_MS - 1)
        annotator.press(code)
    password = page.locator("#sign-in-password")
    assert password.input_value() == ""
    expect(page.locator("#sign-in-problem")).to_be_empty()  # Enter sent nothing
    page.clock.run_for(PAUSE_MS)
    expect(password).to_be_focused()
    page.clock.resume()
    page.keyboard.type(PASSWORD)
    annotator.press("Enter")
    expect(page.locator("#sign-in")).to_be_hidden()
    annotator.saved()
    assert annotator.labels() == {1: CALM_LABELS}
    annotator.close()


def test_a_moved_cut_is_described_exactly_and_covers_no_button(
    chromium: Browser, live_server: Any, corpus: Corpus
) -> None:
    annotator = at_work(chromium, live_server.url, corpus)
    page = annotator.page
    expect(page.locator(".current-head time")).to_have_text("0:01.00 – 0:01.60")
    annotator.press(*["ArrowLeft"] * 5)
    cut = page.locator("#cut")
    expect(cut).to_contain_text("start −200 ms, end ±0 ms. It is proposed to the manager when you continue")
    problems = problems_of(page, "cut")
    annotator.press("Backquote")
    page.locator("#flag-dialog .button-primary").click()
    expect(cut).to_contain_text("start −200 ms, end ±0 ms. It was sent to the manager.")
    annotator.press("ArrowRight")
    expect(cut).to_contain_text("start −160 ms, end ±0 ms. It is proposed")
    assert problems == []
    annotator.close()


def test_an_edited_time_differs_from_the_time_before(chromium: Browser, live_server: Any, corpus: Corpus) -> None:
    annotator = at_work(chromium, live_server.url, corpus)
    annotator.press(*CALM, "Enter")
    annotator.saved()
    utterance = corpus.dialogues.get().utterances.get(order=1)
    assert utterance.speaker
    edit: dict[str, Any] = {"text": utterance.text, "speaker": utterance.speaker.name, "end_ms": utterance.end_ms}
    edit_utterance(utterance=utterance, start_ms=1200, edited_by=UserFactory(), now=timezone.now(), **edit)
    annotator.page.reload()
    expect(annotator.page.locator(".current-head time")).to_have_text("0:01.20 – 0:01.60")
    expect(annotator.page.locator(".current-edited")).to_contain_text("it started at 0:01.00")
    annotator.close()


YES_NO = """
name: yes-no
tasks:
  funny: {scale: binary, choices: [no, yes], default: no, keys: "as", perspective: viewer}
policy: {watch_first: false}
"""


def test_the_reasons_of_a_flag_follow_from_the_codebook(chromium: Browser, live_server: Any, corpus: Corpus) -> None:
    version = add_codebook_version(corpus=corpus, yaml_text=YES_NO)
    use_codebook(corpus=corpus, codebook=version)
    annotator = at_work(chromium, live_server.url, corpus)
    annotator.press("Backquote")
    reasons = annotator.page.locator("#flag-dialog .form-dialog-reason:visible")
    assert [" ".join(text.split()) for text in reasons.all_inner_texts()] == [
        "1 bad cut",
        "2 wrong speaker",
        "3 wrong text",
        "4 other",
    ]
    annotator.press("Digit4")
    assert annotator.page.locator("#flag-dialog [value=other]").is_checked()
    annotator.close()
