"""The labelling page with screen readers, touch, small screens, and both colour schemes."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Locator

from corpus.models import Corpus
from tests.browser.label.annotator import CALM_LABELS, Annotator, corpus_to_label
from tests.browser.label.test_media import corpus as filmed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
corpus_on_film = filmed
FINGER = 44
# parts that must be visible without scrolling
PARTS = [
    "#current-utterance",
    "#dialogue [aria-current]",
    "#questions",
    "#commit",
    "#saved",
    "#undo",
    "#guideline-open",
]
# finds and measures an element in one step, since an arc may be redrawn at any time
CONTRAST = """selector => {
  const element = document.querySelector(selector);
  const numbers = (colour) => {
    const canvas = document.createElement("canvas").getContext("2d");
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map((each) => each / 255)
    .map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4))
    .reduce((sum, each, i) => sum + each * [0.2126, 0.7152, 0.0722][i], 0);
  let ground = element;
  const isClear = () => numbers(getComputedStyle(ground).backgroundColor)[3] < 255;
  while (isClear() && ground.parentElement) ground = ground.parentElement;
  const style = getComputedStyle(element);
  const ink = element instanceof SVGElement ? style.fill : style.color;
  const [one, other] = [light(numbers(ink)), light(numbers(getComputedStyle(ground).backgroundColor))];
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}"""


@pytest.fixture
def at(chromium: Browser, live_server: Any) -> Any:
    annotators = []

    def open_page(corpus: Corpus, **context: Any) -> Annotator:
        annotator = Annotator(chromium, live_server.url, corpus)
        size = context.pop("viewport", {"width": 1280, "height": 720})
        annotator.close()
        annotator.context = chromium.new_context(viewport=size, **context)
        annotator.page = annotator.context.new_page()
        annotator.sign_in()
        annotators.append(annotator)
        annotator.open()
        return annotator

    yield open_page
    for annotator in annotators:
        annotator.close()


def height(found: Locator) -> float:
    box = found.bounding_box()
    assert box
    return box["height"]


def test_every_question_is_a_group_with_a_name_and_its_answers_have_theirs(at: Any) -> None:
    annotator = at(corpus_to_label())
    tree = annotator.page.locator("[data-question=sentiment]").aria_snapshot().splitlines()
    assert tree[0].startswith("- text: Sentiment Is the speaker,")
    assert tree[1:5] == [
        '- radiogroup "Sentiment":',
        '  - radio "negative"',
        '  - radio "neutral"',
        '  - radio "positive"',
    ]
    assert annotator.page.get_by_role("button", name="Sentiment: cannot judge").count() == 1
    for name in ("Emotion", "Sarcasm", "Humor", "Emotion → sentiment", "Sarcasm → humor"):
        assert annotator.page.get_by_role("radiogroup", name=name, exact=True).count() == 1
    annotator.press("Digit2")
    assert annotator.page.get_by_role("radio", name="neutral", checked=True).count() == 1


def test_regions_and_live_words_have_their_roles(at: Any) -> None:
    annotator = at(corpus_to_label())
    for name in ("The dialogue", "The utterance", "Answers"):
        assert annotator.page.get_by_role("region", name=name, exact=True).count() == 1
    assert annotator.page.get_by_role("status").filter(has_text="Saved").count() == 1
    assert annotator.page.locator("#current-utterance").get_attribute("aria-live") == "polite"
    current = annotator.page.locator("#dialogue [aria-current=step]")
    assert current.count() == 1
    nameless = annotator.page.locator("#label button").evaluate_all(
        "all => all.filter((each) => each.checkVisibility() && !(each.ariaLabel || each.innerText.trim())).length"
    )
    assert nameless == 0


def test_tab_goes_through_the_questions_one_stop_each_and_on_to_next(at: Any) -> None:
    annotator = at(corpus_to_label(utterances=1))
    annotator.page.locator("#current-utterance").focus()
    stops = []
    for _ in range(30):
        annotator.press("Tab")
        here = "document.activeElement.closest('[data-question]')?.dataset.question ?? document.activeElement.id"
        stops.append(annotator.page.evaluate(f"() => {here}"))
        if stops[-1] == "commit":
            break
    asked = [stop for stop in dict.fromkeys(stops) if stop in CALM_LABELS]
    assert asked == ["sentiment", "emotion", "sarcasm", "humor"]
    assert stops.count("sentiment") == 2  # the group, and "cannot judge"
    assert stops.index("undo") > stops.index("humor") if "undo" in stops else True
    assert stops[-1] == "commit"


def test_an_utterance_is_answered_with_the_keys_of_a_screen_reader(at: Any) -> None:
    annotator = at(corpus_to_label())
    for name, place in {"Sentiment": 1, "Emotion": 0, "Sarcasm": 0, "Humor": 0}.items():
        group = annotator.page.get_by_role("radiogroup", name=name, exact=True)
        group.get_by_role("radio").first.focus()
        annotator.press(*["ArrowRight"] * place, "Space")
    annotator.page.get_by_role("button", name="Next").focus()
    annotator.press("Enter")
    annotator.page.get_by_text("1 of 3 utterances").wait_for()
    annotator.saved()
    assert annotator.labels() == {1: CALM_LABELS}


def test_touch_targets_are_large_enough(at: Any, corpus_on_film: Corpus) -> None:
    annotator = at(corpus_on_film, has_touch=True, is_mobile=True, viewport={"width": 1280, "height": 800})
    annotator.page.locator("#watch-skip").tap()
    small = annotator.page.locator("#label button").evaluate_all(
        """(all, finger) => all.filter((each) => each.checkVisibility()).filter((each) => {
            const {width, height} = each.getBoundingClientRect();
            return width < finger || height < finger;
        }).map((each) => each.ariaLabel || each.innerText)""",
        FINGER,
    )
    assert small == []
    for name, place in {"Sentiment": 1, "Emotion": 0, "Sarcasm": 0, "Humor": 0}.items():
        group = annotator.page.get_by_role("radiogroup", name=name, exact=True)
        group.get_by_role("radio").nth(place).tap()
    annotator.page.get_by_role("button", name="End 40 ms later").tap()
    annotator.page.locator("#commit").tap()
    annotator.page.get_by_text("1 of 3 utterances").wait_for()
    annotator.saved()
    assert annotator.labels() == {1: CALM_LABELS}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_the_important_parts_are_visible_without_scrolling(
    at: Any, corpus_on_film: Corpus, size: tuple[int, int], language: str
) -> None:
    annotator = at(corpus_on_film, viewport={"width": size[0], "height": size[1]})
    assert annotator.rater.membership
    annotator.rater.membership.user.language = language
    annotator.rater.membership.user.save()
    annotator.open()
    annotator.press("Enter", "Digit1", "KeyR", "KeyS", "KeyF", "KeyZ", "Slash")
    for part in [*PARTS, "#screen", "#wave"]:
        box = annotator.page.locator(part).bounding_box()
        assert box, part
        assert box["x"] >= 0, part
        assert box["y"] >= 0, part
        assert box["x"] + box["width"] <= size[0], part
        assert box["y"] + box["height"] <= size[1], part
    assert annotator.page.evaluate("() => document.documentElement.scrollHeight") <= size[1]
    screen = annotator.page.locator("#screen").bounding_box()
    assert screen
    assert screen["height"] >= 200


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_can_be_read(at: Any, scheme: str) -> None:
    annotator = at(corpus_to_label(), color_scheme=scheme)
    annotator.press("Digit1", "KeyR", "KeyS", "KeyF", "KeyZ", "Slash")
    annotator.page.locator(".link-arc.link-2").first.wait_for()
    for part in (
        ".dialogue-head b",
        ".current-head b",
        ".q-note",
        ".q-option[aria-checked=true] .q-label",
        "#saved",
        "#today",
    ):
        assert annotator.page.evaluate(CONTRAST, part) >= 4.5, part
    for part in (".link-negative", ".link-positive"):
        assert annotator.page.evaluate(CONTRAST, f".link-arc{part} .link-value") >= 4.5, part
        assert annotator.page.evaluate(CONTRAST, f".q-option{part}[aria-checked=true]") >= 4.5, part
