"""Adjudication by keyboard alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.adjudicate.adjudicator import (
    ALL_DIFFER,
    ONE_DIFFERS,
    Adjudicator,
    corpus_to_decide,
    decisions,
    revisions,
)
from tests.browser.label.annotator import CALM_LABELS, MOCKING_LABELS
from tests.browser.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def adjudicator(chromium: Browser, server: Server) -> Iterator[Adjudicator]:
    adjudicator = Adjudicator(chromium, server.url, corpus_to_decide([ONE_DIFFERS, ONE_DIFFERS, ONE_DIFFERS]))
    yield adjudicator
    adjudicator.close()


def test_two_keys_decide_an_utterance_whose_annotators_differ_once(adjudicator: Adjudicator) -> None:
    adjudicator.open()
    for _ in range(3):
        before = adjudicator.utterance
        adjudicator.press("KeyJ", "Enter")
        adjudicator.next_case(before)
    expect(adjudicator.page.locator("#label")).to_have_attribute("data-phase", "nothing")
    adjudicator.saved()
    assert adjudicator.keys == 6
    made = revisions(adjudicator.corpus)
    assert len(made) == 3
    for each in made:
        assert each.taken_from
        assert each.answers == each.taken_from.annotations.get(utterance=each.decision.utterance).answers


def test_one_key_settles_the_question_that_differs(adjudicator: Adjudicator) -> None:
    adjudicator.open()
    before = adjudicator.utterance
    chosen = adjudicator.page.locator("[data-question=humor] .column-cell").nth(1).inner_text()
    adjudicator.press("Shift+KeyK", "Enter")
    adjudicator.next_case(before)
    adjudicator.saved()
    [made] = revisions(adjudicator.corpus)
    assert made.answers == CALM_LABELS | {"humor": chosen.strip().lower().removeprefix("b").strip()}
    assert made.taken_from is not None, "the profile is one that an annotator gave"


def test_an_own_answer_asks_for_a_reason(adjudicator: Adjudicator) -> None:
    adjudicator.open()
    before = adjudicator.utterance
    adjudicator.press("KeyD", "Digit3", "Enter")
    adjudicator.page.locator("#decision-dialog[open]").wait_for()
    adjudicator.press("Digit2", "Enter")
    adjudicator.next_case(before)
    adjudicator.saved()
    [made] = revisions(adjudicator.corpus)
    assert (made.answers or {})["sentiment"] == "positive"
    assert (made.taken_from, made.reason) == (None, "context")


def test_cases_can_be_left_undecided_or_for_discussion(adjudicator: Adjudicator) -> None:
    adjudicator.open()
    for key, words in (("Minus", "inaudible"), ("Backquote", "irony?")):
        before = adjudicator.utterance
        adjudicator.press(key)
        adjudicator.page.locator("#decision-dialog[open]").wait_for()
        adjudicator.page.keyboard.type(words)
        adjudicator.press("Enter")
        adjudicator.next_case(before)
    adjudicator.saved()
    made = revisions(adjudicator.corpus)
    assert [(each.outcome, each.comment) for each in made] == [
        ("undecidable", "inaudible"),
        ("discussion", "irony?"),
    ]


def test_undo_goes_back_to_the_decided_case_and_takes_its_decision_back(adjudicator: Adjudicator) -> None:
    adjudicator.open()
    first = adjudicator.utterance
    adjudicator.press("KeyJ", "Enter")
    adjudicator.next_case(first)
    adjudicator.saved()
    adjudicator.press("Backspace")
    expect(adjudicator.page.locator(".current-text")).to_have_text(first)
    adjudicator.saved()
    assert decisions(adjudicator.corpus)[0][1:] == ("none", None)
    adjudicator.press("Enter")
    adjudicator.next_case(first)
    adjudicator.saved()
    assert [each.cause for each in revisions(adjudicator.corpus)] == ["decide", "undo", "decide"]


def test_a_skipped_case_comes_back_with_the_key_for_the_previous_one(adjudicator: Adjudicator) -> None:
    adjudicator.open()
    first = adjudicator.utterance
    adjudicator.press("ArrowRight")
    adjudicator.next_case(first)
    adjudicator.press("ArrowLeft")
    expect(adjudicator.page.locator(".current-text")).to_have_text(first)
    adjudicator.press("KeyJ", "Enter")
    adjudicator.next_case(first)
    for _ in range(100):  # "Saved" may still be shown for the skipped case
        if revisions(adjudicator.corpus):
            break
        adjudicator.page.wait_for_timeout(100)
    assert len(revisions(adjudicator.corpus)) == 1


def test_agreement_is_folded_away_and_one_key_shows_it(adjudicator: Adjudicator) -> None:
    adjudicator.open()
    rows = adjudicator.page.locator(".q-row:visible")
    expect(rows).to_have_count(1)
    adjudicator.press("Backslash")
    expect(rows).to_have_count(6)


def test_a_link_is_asked_again_for_decided_ends(chromium: Browser, server: Server) -> None:
    adjudicator = Adjudicator(chromium, server.url, corpus_to_decide([ALL_DIFFER]))
    adjudicator.open()
    adjudicator.press("Digit3", "KeyR", "KeyA", "KeyD")
    expect(adjudicator.page.locator("[data-question=emotion_sentiment]")).to_have_attribute("data-state", "asked")
    adjudicator.status("Open questions: 1")
    adjudicator.press("KeyX", "Enter")
    adjudicator.page.locator("#decision-dialog[open]").wait_for()  # nobody gave this link
    adjudicator.press("Digit1", "Enter")
    adjudicator.page.locator("#label[data-phase=nothing]").wait_for()
    adjudicator.saved()
    [made] = revisions(adjudicator.corpus)
    assert (made.answers or {})["emotion_sentiment"] == -1
    adjudicator.close()


def test_a_blind_case_shows_the_answers_after_its_decision(chromium: Browser, server: Server) -> None:
    adjudicator = Adjudicator(chromium, server.url, corpus_to_decide([ALL_DIFFER], blind=100))
    adjudicator.open()
    expect(adjudicator.page.locator(".column-cell")).to_have_count(0)
    adjudicator.press("Digit2", "KeyQ", "KeyA", "KeyD", "Enter")
    expect(adjudicator.page.locator(".column-take")).to_have_count(3)
    [made] = revisions(adjudicator.corpus)
    assert (made.answers, made.blind) == (CALM_LABELS, True)
    columns = adjudicator.page.locator("[data-question=emotion] .column-answer").all_inner_texts()
    adjudicator.press("Key" + "JKL"[columns.index("anger")], "Enter")
    adjudicator.page.locator("#label[data-phase=nothing]").wait_for()
    adjudicator.saved()
    _, last = revisions(adjudicator.corpus)
    assert (last.answers, last.blind) == (MOCKING_LABELS, False)
    adjudicator.close()
