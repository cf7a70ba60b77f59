"""Effects of the codebook's policy and the corpus's limits: withheld utterances, shortcuts, links, the daily limit."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from corpus.domain.codebooks.codebook_versions import add_codebook_version, use_codebook
from corpus.domain.codebooks.shipped_codebooks import shipped_codebook
from corpus.models import Corpus, Revision
from tests.browser.label.annotator import CALM, CALM_LABELS, GLAD, GLAD_LABELS, Annotator, corpus_to_label, stop_clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# as in js/label/session/shortcuts.js
SHORTEST_READING_MS = 600
LONGEST_READING_MS = 6000
# each finds and measures an element in one step, since an arc may be redrawn at any time
BOX = """selector => {
  const { x, y, width, height } = document.querySelector(selector).getBoundingClientRect();
  return [x, y, width, height];
}"""
STROKE = "selector => parseFloat(getComputedStyle(document.querySelector(selector)).strokeWidth)"


def corpus_under(*, utterances: int = 3, **policy: str) -> Corpus:
    """Return a corpus whose codebook has another policy than the shipped one."""
    corpus = corpus_to_label(utterances=utterances)
    text = shipped_codebook("affect-dialogue")
    for name, value in policy.items():
        before = {"context": "context: all", "shortcuts": "shortcuts: off"}[name]
        text = text.replace(before, f"{name}: {value}")
    use_codebook(corpus=corpus, codebook=add_codebook_version(corpus=corpus, yaml_text=text))
    return corpus


@pytest.fixture
def at(chromium: Browser, live_server: Any) -> Any:
    annotators = []

    def open_page(corpus: Corpus, *, clock_stands: bool = False) -> Annotator:
        annotator = Annotator(chromium, live_server.url, corpus)
        annotators.append(annotator)
        if clock_stands:
            stop_clock(annotator.page)
        annotator.open()
        return annotator

    yield open_page
    for annotator in annotators:
        annotator.close()


def texts(corpus: Corpus) -> list[str]:
    return [each.text for each in corpus.dialogues.get().utterances.order_by("order")]


def test_under_past_later_utterances_are_not_on_the_page(at: Any) -> None:
    corpus = corpus_under(context="past")
    annotator, words = at(corpus), texts(corpus)
    for place in range(3):
        page = annotator.page.locator("#label").inner_text()
        assert [text in page for text in words] == [each <= place for each in range(3)]
        annotator.press("ArrowDown", "ArrowDown")  # stops here
        assert annotator.page.locator("#current-utterance").inner_text().endswith(words[place])
        annotator.press(*CALM, "Enter")
    annotator.saved()
    opened = Revision.objects.order_by("pk").values_list("opened", flat=True)
    assert list(opened) == [1, 2, 3]


def test_utterances_seen_under_past_stay_visible_after_a_reload(at: Any) -> None:
    corpus = corpus_under(context="past")
    annotator, words = at(corpus), texts(corpus)
    annotator.press(*CALM, "Enter", *CALM, "Enter")
    annotator.saved()
    annotator.press("Backspace", "Backspace")
    annotator.page.get_by_text("0 of 3 utterances").wait_for()
    annotator.saved()
    annotator.open()
    assert words[2] in annotator.page.locator("#dialogue").inner_text()
    annotator.press(*CALM, "Enter")
    annotator.saved()
    assert Revision.objects.latest("pk").opened == 3


def test_of_text_the_whole_dialogue_is_open_under_all(at: Any) -> None:
    annotator = at(corpus_to_label())
    annotator.press(*CALM, "Enter")
    annotator.saved()
    assert Revision.objects.get().opened == 3


def test_shortcuts_are_off_unless_the_policy_allows_them(at: Any) -> None:
    annotator = at(corpus_to_label(), clock_stands=True)
    assert not annotator.page.locator("#all-default").is_visible()
    assert not annotator.page.locator("#same-as-previous").is_visible()
    annotator.page.clock.run_for(LONGEST_READING_MS)
    annotator.press("Minus", "Equal")
    assert annotator.chosen() == []


def test_a_shortcut_waits_until_there_was_time_to_read(at: Any) -> None:
    annotator = at(corpus_under(shortcuts="both"), clock_stands=True)
    button = annotator.page.get_by_role("button", name="All default")
    annotator.page.clock.run_for(SHORTEST_READING_MS - 1)
    assert button.is_disabled()
    annotator.press("Minus")
    assert annotator.chosen() == []
    annotator.page.clock.run_for(LONGEST_READING_MS)
    assert button.is_enabled()
    annotator.press("Minus")
    assert annotator.chosen() == ["neutral", "neutral", "no", "no"]
    annotator.page.clock.resume()
    annotator.press("Enter", *GLAD, "Enter")
    annotator.page.locator("#same-as-previous:enabled").click()
    annotator.press("Enter")
    annotator.saved()
    assert annotator.labels() == {1: CALM_LABELS, 2: GLAD_LABELS, 3: GLAD_LABELS}
    used = Revision.objects.order_by("annotation__utterance__order").values_list("shortcut", flat=True)
    assert list(used) == ["all_default", "", "same_as_previous"]


def test_only_the_shortcut_that_is_allowed(at: Any) -> None:
    annotator = at(corpus_under(shortcuts="same_as_previous"))
    assert not annotator.page.locator("#all-default").is_visible()
    assert annotator.page.get_by_role("button", name="Same as previous").is_disabled()
    annotator.press(*GLAD, "Enter")
    annotator.page.locator("#same-as-previous:enabled").wait_for()
    annotator.press("Minus")
    assert annotator.chosen() == []
    annotator.press("Equal")
    assert annotator.chosen() == ["positive", "joy", "no", "no", "1"]


def test_a_link_is_drawn_between_the_two_chosen_answers(at: Any) -> None:
    annotator = at(corpus_to_label())
    arc = annotator.page.locator(".link-arc")
    assert arc.count() == 0
    annotator.press("Digit3", "KeyW")
    annotator.page.locator(".link-arc.link-open").wait_for()
    annotator.press("KeyZ")
    annotator.page.locator(".link-arc.link-negative.link-2").wait_for()
    assert arc.locator("text").inner_html() == "−2"
    tip, positive = (annotator.page.evaluate(BOX, part) for part in (".link-tip", "#questions [data-value=positive]"))
    assert abs(tip[0] + tip[2] / 2 - (positive[0] + positive[2] / 2)) <= 1
    assert abs(tip[1] - (positive[1] + positive[3])) <= 1  # it points at the answer from below
    widths = {}
    for key, strength in {"KeyX": 1, "KeyC": 0, "KeyB": 2}.items():
        annotator.press(key)
        line = f".link-arc.link-{strength} .link-line"
        annotator.page.locator(line).wait_for()
        widths[strength] = float(annotator.page.evaluate(STROKE, line))
    assert widths[0] < widths[1] < widths[2]
    annotator.press("KeyQ")  # without an emotion there is no link
    arc.wait_for(state="detached")
    row = annotator.page.locator("[data-question=emotion_sentiment]")
    assert "not applicable" in row.inner_text()


def test_the_limit_of_a_day_lets_the_dialogue_in_hand_be_finished(at: Any) -> None:
    corpus = corpus_to_label(dialogues=2, utterances=1)
    corpus.daily_limit_minutes = 1
    corpus.save()
    annotator = at(corpus)
    assert "0 of 1 min" in annotator.page.inner_text("#today")
    annotator.press(*CALM, "Enter")
    annotator.saved()
    # a long day's work, as if done on another page
    revision = Revision.objects.get()
    Revision.objects.create(
        annotation=revision.annotation,
        number=2,
        cause="commit",
        answers=revision.answers,
        author=revision.author,
        codebook=revision.codebook,
        active_ms=60_000,
    )
    annotator.open()
    annotator.page.locator("#label[data-phase=complete]").wait_for()
    assert "1 of 1 min" in annotator.page.inner_text("#today")
    annotator.press("Enter")
    annotator.page.get_by_text("reached today's limit").wait_for()
    assert annotator.page.get_by_role("heading", name="No new dialogues at the moment").is_visible()
