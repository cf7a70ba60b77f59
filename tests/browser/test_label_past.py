"""What an annotator gets to see and to press by the codebook's policy: the past, shortcuts, links, a day's end."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from corpus.domain.codebooks.codebook_versions import add_codebook_version, shipped_codebook, use_codebook
from corpus.models import Corpus, Revision
from tests.browser.desk import CALM, CALM_LABELS, GLAD, GLAD_LABELS, Desk, corpus_to_label

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOX = "element => { const box = element.getBoundingClientRect(); return [box.x, box.y, box.width, box.height]; }"


def corpus_under(**policy: str) -> Corpus:
    """Return a corpus whose codebook has another policy than the one that ships."""
    corpus = corpus_to_label()
    text = shipped_codebook("affect-dialogue")
    for name, value in policy.items():
        before = {"context": "context: all", "shortcuts": "shortcuts: off"}[name]
        text = text.replace(before, f"{name}: {value}")
    use_codebook(corpus=corpus, codebook=add_codebook_version(corpus=corpus, yaml_text=text))
    return corpus


@pytest.fixture
def at(chromium: Browser, live_server: Any) -> Any:
    desks = []

    def open_desk(corpus: Corpus) -> Desk:
        desk = Desk(chromium, live_server.url, corpus)
        desks.append(desk)
        desk.open()
        return desk

    yield open_desk
    for desk in desks:
        desk.context.close()


def texts(corpus: Corpus) -> list[str]:
    return [each.text for each in corpus.dialogues.get().utterances.order_by("order")]


def test_under_past_what_comes_later_is_not_on_the_page(at: Any) -> None:
    corpus = corpus_under(context="past")
    desk, words = at(corpus), texts(corpus)
    for place in range(3):
        page = desk.page.locator("#label").inner_text()
        assert [text in page for text in words] == [each <= place for each in range(3)]
        desk.press("ArrowDown", "ArrowDown")  # leads no further
        assert desk.page.locator("#now").inner_text().endswith(words[place])
        desk.press(*CALM, "Enter")
    desk.saved()
    opened = Revision.objects.order_by("pk").values_list("opened", flat=True)
    assert list(opened) == [1, 2, 3]


def test_what_was_seen_under_past_stays_after_a_reload(at: Any) -> None:
    corpus = corpus_under(context="past")
    desk, words = at(corpus), texts(corpus)
    desk.press(*CALM, "Enter", *CALM, "Enter")
    desk.saved()
    desk.press("Backspace", "Backspace")
    desk.page.get_by_text("0 of 3 utterances").wait_for()
    desk.saved()
    desk.open()
    assert words[2] in desk.page.locator("#talk").inner_text()
    desk.press(*CALM, "Enter")
    desk.saved()
    assert Revision.objects.latest("pk").opened == 3


def test_of_text_the_whole_dialogue_is_open_under_all(at: Any) -> None:
    desk = at(corpus_to_label())
    desk.press(*CALM, "Enter")
    desk.saved()
    assert Revision.objects.get().opened == 3


def test_shortcuts_are_off_unless_the_policy_allows_them(at: Any) -> None:
    desk = at(corpus_to_label())
    assert not desk.page.locator("#all-default").is_visible()
    assert not desk.page.locator("#same-as-previous").is_visible()
    desk.page.wait_for_timeout(800)  # time enough to have read it
    desk.press("Minus", "Equal")
    assert desk.chosen() == []


def test_a_shortcut_waits_until_there_was_time_to_read(at: Any) -> None:
    desk = at(corpus_under(shortcuts="both"))
    button = desk.page.get_by_role("button", name="All default")
    assert button.is_disabled()
    desk.press("Minus")
    assert desk.chosen() == []
    desk.page.locator("#all-default:enabled").wait_for()
    desk.press("Minus")
    assert desk.chosen() == ["neutral", "neutral", "no", "no"]
    desk.press("Enter", *GLAD, "Enter")
    desk.page.locator("#same-as-previous:enabled").click()
    desk.press("Enter")
    desk.saved()
    assert desk.labels() == {1: CALM_LABELS, 2: GLAD_LABELS, 3: GLAD_LABELS}
    used = Revision.objects.order_by("annotation__utterance__order").values_list("shortcut", flat=True)
    assert list(used) == ["all_default", "", "same_as_previous"]


def test_only_the_shortcut_that_is_allowed(at: Any) -> None:
    desk = at(corpus_under(shortcuts="same_as_previous"))
    assert not desk.page.locator("#all-default").is_visible()
    assert desk.page.get_by_role("button", name="Same as previous").is_disabled()
    desk.press(*GLAD, "Enter")
    desk.page.locator("#same-as-previous:enabled").wait_for()
    desk.press("Minus")
    assert desk.chosen() == []
    desk.press("Equal")
    assert desk.chosen() == ["positive", "joy", "no", "no", "1"]


def test_a_link_is_drawn_between_the_two_chosen_labels(at: Any) -> None:
    desk = at(corpus_to_label())
    arc = desk.page.locator(".link-arc")
    assert arc.count() == 0
    desk.press("Digit3", "KeyW")
    desk.page.locator(".link-arc.link-open").wait_for()
    desk.press("KeyZ")
    desk.page.locator(".link-arc.pull-against.link-2").wait_for()
    assert arc.locator("text").inner_html() == "−2"
    tip = arc.locator(".link-tip").evaluate(BOX)
    positive = desk.page.locator("#questions [data-value=positive]").evaluate(BOX)
    assert abs(tip[0] + tip[2] / 2 - (positive[0] + positive[2] / 2)) <= 1
    assert abs(tip[1] - (positive[1] + positive[3])) <= 1  # it points at the label from below
    widths = {}
    for key, strength in {"KeyX": 1, "KeyC": 0, "KeyB": 2}.items():
        desk.press(key)
        line = desk.page.locator(f".link-arc.link-{strength} .link-line")
        line.wait_for()
        widths[strength] = float(line.evaluate("element => parseFloat(getComputedStyle(element).strokeWidth)"))
    assert widths[0] < widths[1] < widths[2]
    desk.press("KeyQ")  # no emotion, no link
    arc.wait_for(state="detached")
    row = desk.page.locator("[data-question=emotion_sentiment]")
    assert "not applicable" in row.inner_text()


def test_the_limit_of_a_day_lets_the_dialogue_in_hand_be_finished(at: Any) -> None:
    corpus = corpus_to_label(dialogues=2, utterances=1)
    corpus.daily_limit_minutes = 1
    corpus.save()
    desk = at(corpus)
    assert "0 of 1 min" in desk.page.inner_text("#today")
    desk.press(*CALM, "Enter")
    desk.saved()
    # a long day, as another page of this person left it
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
    desk.open()
    desk.page.locator("#label[data-phase=complete]").wait_for()
    assert "1 of 1 min" in desk.page.inner_text("#today")
    desk.press("Enter")
    desk.page.get_by_text("reached today's limit").wait_for()
    assert desk.page.get_by_role("heading", name="Daily limit reached").is_visible()
