"""The timeline editor, by mouse and by keyboard, checked by the state of the server."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from annotator.domain.allocation.assignments import finish
from annotator.domain.allocation.claims import claim
from corpus.domain.structure.draft_dialogues import declare_ready
from corpus.models import Annotation, Dialogue, Episode, Speaker, TimelineEdit, Utterance
from tests.annotator.domain.timeline.material import Editor
from tests.annotator.domain.timeline.test_edits_of_labelled_dialogues import answer
from tests.browser.test_episode import eventually
from tests.factories import RaterFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAVED = "Everything is saved"


def saved(page: Page) -> None:
    page.evaluate("() => new Promise(requestAnimationFrame)")  # the page shows at the next frame that an edit waits
    expect(page.locator("#timeline-saved")).to_have_text(SAVED)


def spans(episode: Episode) -> list[tuple[Any, Any]]:
    return [(line.start_ms, line.end_ms) for line in Editor(episode, UserFactory.build()).lines()]


def texts(episode: Episode) -> list[str]:
    return [line.text for line in Editor(episode, UserFactory.build()).lines()]


def snapshot(episode: Episode) -> Any:
    return Editor(episode, UserFactory.build()).snapshot()


def drag(page: Page, from_ms: float, to_ms: float, *, free: bool = False) -> None:
    """Drag from one time to another in the shown 14 s."""
    box = page.locator("#timeline-canvas").bounding_box()
    assert box
    x = [box["x"] + box["width"] * ms / 14_000 for ms in (from_ms, to_ms)]
    y = box["y"] + 150
    page.mouse.move(x[0], y)
    page.mouse.down()
    if free:
        page.keyboard.down("Shift")
    for step in range(1, 6):
        page.mouse.move(x[0] + (x[1] - x[0]) * step / 5, y)
        page.wait_for_timeout(20)
    page.mouse.up()
    if free:
        page.keyboard.up("Shift")


def test_edges_and_utterances_are_dragged_and_snap(page: Page, episode: Episode) -> None:
    drag(page, 5500, 5910)  # the end of the second one: snaps to 80 ms before the third at 6000
    eventually(lambda: spans(episode)[1], (4000, 5920))
    drag(page, 5920, 5700, free=True)
    eventually(lambda: 5680 <= spans(episode)[1][1] <= 5720 and TimelineEdit.objects.count(), 2)
    drag(page, 2500, 2340, free=True)  # the first one as a whole
    eventually(lambda: 1820 <= spans(episode)[0][0] <= 1860 and spans(episode)[0][1] - spans(episode)[0][0], 1500)
    saved(page)


def test_snapping_is_switched_and_shift_turns_it_over(page: Page, episode: Episode) -> None:
    press(page, "g")
    expect(page.locator("[data-act=snap]")).to_have_attribute("aria-pressed", "false")
    drag(page, 5500, 5910)
    until(lambda: TimelineEdit.objects.count() and 5890 <= spans(episode)[1][1] < 5920)
    drag(page, 5905, 5700)
    until(lambda: 5680 <= spans(episode)[1][1] <= 5720)
    page.fill("#timeline-gap", "200")
    drag(page, spans(episode)[1][1], 5790, free=True)  # snaps, now 200 ms before the third at 6000
    eventually(lambda: spans(episode)[1], (4000, 5800))
    saved(page)


def test_everything_is_stretched_by_two_times_and_a_speaker_described(page: Page, episode: Episode) -> None:
    before = spans(episode)
    press(page, "k")
    dialog = page.locator("#timeline-retime")
    dialog.locator("[value=stretch]").check()
    for name, value in {"first": "0:02", "first_now": "0:02", "second": "0:12", "second_now": "0:11"}.items():
        dialog.locator(f"[name={name}]").fill(value)
    dialog.get_by_role("button", name="Apply").click()
    eventually(lambda: spans(episode)[4], (11_000, 12_350))
    assert spans(episode)[0] == (2000, 3350)
    press(page, "Control+z")
    eventually(lambda: spans(episode), before)
    press(page, "o")
    dialog = page.locator("#timeline-speakers")
    described = {"name": "小红", "gender": "female", "age_group": "old", "profession": "cook", "personality": "calm"}
    for name, value in described.items():
        dialog.locator(f"[name={name}]").fill(value)
        page.keyboard.press("Tab")
    dialog.get_by_role("button", name="Done").click()
    wanted = ("小红", "female", "old", {"profession": "cook", "personality": "calm"})
    rows = Speaker.objects.filter(name="小红")
    eventually(lambda: list(rows.values_list("name", "gender", "age_group", "notes")), [wanted])
    expect(page.locator("#timeline-list")).to_contain_text("小红")
    saved(page)


def test_a_drag_is_given_up_with_escape_and_stops_at_the_same_speaker(page: Page, episode: Episode) -> None:
    box = page.locator("#timeline-canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 3500 / 14_000, box["y"] + 150)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 5000 / 14_000, box["y"] + 150)
    page.wait_for_timeout(50)
    page.keyboard.press("Escape")
    page.mouse.up()
    drag(page, 3500, 7000, free=True)  # 乙 speaks again at 6000
    eventually(lambda: spans(episode)[0], (2000, 5920))
    assert TimelineEdit.objects.count() == 1


# a drag that is over before the browser draws a frame, as on a busy machine
FLICK = """([from_ms, to_ms]) => {
  const canvas = document.getElementById("timeline-canvas");
  canvas.setPointerCapture = () => {};
  const { left, top, width } = canvas.getBoundingClientRect();
  for (const [type, ms] of [["pointerdown", from_ms], ["pointermove", to_ms], ["pointerup", to_ms]]) {
    const place = { clientX: left + (width * ms) / 14_000, clientY: top + 150 };
    canvas.dispatchEvent(new PointerEvent(type, { bubbles: true, button: 0, ...place }));
  }
}"""


def test_a_drag_within_one_frame_moves_an_edge(page: Page, episode: Episode) -> None:
    page.evaluate(FLICK, [5500, 5910])
    eventually(lambda: spans(episode)[1], (4000, 5920))
    saved(page)


def until(what: Callable[[], object]) -> None:
    eventually(lambda: [1] if what() else [], [1])


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_everything_works_by_keyboard_and_is_undone_and_redone(page: Page, episode: Episode) -> None:
    before = snapshot(episode)
    states = []

    def did(what: Callable[[], object], wanted: object) -> None:
        eventually(what, wanted)
        saved(page)
        states.append(snapshot(episode))

    press(page, "w")  # the start of the first one a frame later
    did(lambda: spans(episode)[0], (2040, 3500))
    press(page, "ArrowDown", "s")
    did(lambda: spans(episode)[1], (4040, 5540))
    press(page, "Enter", "Control+a")
    page.keyboard.type("hello there my friend")
    press(page, "Escape")
    did(lambda: texts(episode)[1], "hello there my friend")
    press(page, "x")
    did(lambda: len(texts(episode)), 6)
    press(page, "2")
    speaker = page.locator("#timeline-list tr.is-focus td").nth(2)
    expect(speaker).to_have_text(re.compile("^2 "))
    named = speaker.inner_text()
    did(lambda: f"2 {Editor(episode, UserFactory.build()).line(3).speaker}", named)
    press(page, "v")
    page.keyboard.type("Clara")
    press(page, "Escape")
    did(lambda: Speaker.objects.filter(name="Clara").count(), 1)
    press(page, "b")
    did(lambda: Dialogue.objects.filter(episode=episode).count(), 3)
    press(page, "j")
    did(lambda: Dialogue.objects.filter(episode=episode).count(), 2)
    press(page, "ArrowUp", "m")
    did(lambda: len(texts(episode)), 5)
    press(page, "t")
    page.keyboard.type("a quarrel")
    press(page, "Enter")
    did(lambda: Dialogue.objects.filter(topic="a quarrel").count(), 1)
    press(page, "ArrowDown", "ArrowDown", "Shift+ArrowDown", "u")
    did(lambda: Dialogue.objects.filter(episode=episode, state="excluded").count(), 1)
    press(page, "u")
    did(lambda: Dialogue.objects.filter(episode=episode, state="excluded").count(), 0)
    press(page, "Delete")
    did(lambda: len(texts(episode)), 3)
    press(page, "i")
    page.keyboard.type("missing words")
    press(page, "Tab", "Tab", "Enter")
    did(lambda: texts(episode).count("missing words"), 1)
    press(page, "k", "Control+a")
    page.keyboard.type("-0.5")
    press(page, "Enter")
    did(lambda: spans(episode)[0][0], 1540)
    for state in [*reversed(states[:-1]), before]:
        press(page, "Control+z")
        eventually(lambda: snapshot(episode), state)
        saved(page)
    page.reload()
    page.wait_for_selector("#timeline[data-ready=yes]")
    for state in states:
        press(page, "Control+Shift+Z")
        eventually(lambda: snapshot(episode), state)
        saved(page)


def test_utterances_are_split_merged_inserted_and_deleted_by_mouse_alone(page: Page, episode: Episode) -> None:
    before = texts(episode)
    acts = page.get_by_role("group", name="Edits of the utterance")
    page.locator("#timeline-form textarea").click()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")  # the cursor stays in the text while the button is pressed
    acts.get_by_role("button", name="Split").click()
    eventually(lambda: texts(episode)[:2], [before[0][:1], before[0][1:].strip()])
    page.locator("#timeline-list tr[data-line]").first.click()
    acts.get_by_role("button", name="Merge").click()
    eventually(lambda: len(texts(episode)), len(before))
    acts.get_by_role("button", name="Delete").click()
    eventually(lambda: texts(episode), before[1:])
    acts.get_by_role("button", name="Insert").click()
    page.locator("#timeline-insert textarea").fill("missing")
    page.locator("#timeline-insert").get_by_role("button", name="Insert").click()
    until(lambda: "missing" in texts(episode))
    saved(page)


def test_a_button_keeps_what_was_typed_before_it(page: Page, episode: Episode) -> None:
    before = texts(episode)
    field = page.locator("#timeline-form textarea")
    field.fill("typed")
    page.get_by_role("group", name="Edits of the utterance").get_by_role("button", name="Merge").click()
    eventually(lambda: texts(episode), [f"typed {before[1]}", *before[2:]])
    expect(field).to_have_value(f"typed {before[1]}")
    page.locator("#timeline-canvas").click()  # the field loses the focus, which saves it
    saved(page)
    assert texts(episode)[0] == f"typed {before[1]}"


def insist_on_the_second_edit(second: Page, episode: Episode) -> None:
    """Answer the question about two edits of the first utterance, of which the first one is stored."""
    dialog = second.locator("#timeline-conflict")
    expect(dialog).to_contain_text("first words")
    expect(dialog).to_contain_text("second words")
    assert texts(episode)[0] == "first words"
    dialog.get_by_role("button", name="Make my edit").click()
    eventually(lambda: texts(episode)[0], "second words")
    saved(second)


def test_a_second_manager_is_told_and_a_conflict_shows_both_values(
    editors: Callable[[], Page], episode: Episode
) -> None:
    first, second = editors(), editors()
    for page in (first, second):
        page.evaluate("document.querySelector('#timeline').scrollIntoView()")
    press(first, "Enter", "Control+a")
    first.keyboard.type("first words")
    press(first, "Escape")
    saved(first)
    press(second, "Enter", "Control+a")
    second.keyboard.type("second words")
    press(second, "Escape")
    insist_on_the_second_edit(second, episode)
    expect(first.locator("#timeline-people")).to_contain_text("Also in this episode")
    expect(first.locator("#timeline-message")).to_contain_text("has made 1 edits")
    expect(first.locator("#timeline-list tr.is-focus")).to_contain_text("second words")


def test_an_edit_that_arrives_while_the_same_field_is_typed_in_is_a_conflict(
    editors: Callable[[], Page], episode: Episode
) -> None:
    first, second = editors(), editors()
    press(second, "Enter", "Control+a")
    second.keyboard.type("second words")
    press(first, "Enter", "Control+a")
    first.keyboard.type("first words")
    press(first, "Escape")
    saved(first)
    expect(second.locator("#timeline-message")).to_contain_text("has made 1 edits")
    assert second.locator("#timeline-form [name=text]").input_value() == "second words"
    press(second, "Escape")
    insist_on_the_second_edit(second, episode)


def test_edits_wait_for_the_connection_and_survive_a_reload(page: Page, episode: Episode) -> None:
    def refuse(route: Route) -> None:
        route.abort()

    page.route("**/timeline/edits/", refuse)
    press(page, "w", "ArrowDown", "s", "x")
    expect(page.locator("#timeline-saved")).to_contain_text("3 edits wait")
    assert page.locator("#timeline-list tbody tr[data-line]").count() == 6
    assert TimelineEdit.objects.count() == 0
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.wait_for_selector("#timeline[data-ready=yes]")
    expect(page.locator("#timeline-saved")).to_contain_text("3 edits wait")
    page.unroute("**/timeline/edits/")
    saved(page)
    assert (spans(episode)[0], spans(episode)[1][0], len(texts(episode))) == ((2040, 3500), 4040, 6)


def test_labelled_work_is_asked_about_first(page: Page, episode: Episode) -> None:
    declare_ready(dialogue=Dialogue.objects.get(code="E1_D001"))
    assignment = claim(rater=RaterFactory(corpus=episode.series.corpus), now=timezone.now())
    assert assignment
    for line in Utterance.objects.filter(dialogue__code="E1_D001"):
        answer(assignment, line)
    finish(assignment=assignment, token=assignment.token, now=timezone.now())
    page.reload()
    page.wait_for_selector("#timeline[data-ready=yes]")
    press(page, "x")
    dialog = page.locator("#timeline-confirm")
    expect(dialog).to_contain_text("withdraws 1 answers to utterances of E1_D001")
    dialog.get_by_role("button", name="Cancel").click()
    saved(page)
    assert len(texts(episode)) == 5
    press(page, "ArrowDown", "x")
    dialog.get_by_role("button", name="Make the edit").click()
    eventually(lambda: len(texts(episode)), 6)
    saved(page)
    press(page, "Control+z")
    eventually(lambda: Annotation.objects.filter(answers__isnull=False).count(), 3)
