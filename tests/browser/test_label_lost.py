"""Everything that goes wrong between a key press and the server: nothing is lost, nothing is there twice."""

import time
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Route

from annotator.domain.allocation.assignments import release
from annotator.models import Assignment, LateOperation
from common.models import Session
from tests.browser.desk import CALM, CALM_LABELS, GLAD, GLAD_LABELS, OPERATIONS, Desk, corpus_to_label
from tests.browser.server import Server
from tests.factories import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(chromium: Browser, server: Server) -> Iterator[Desk]:
    desk = Desk(chromium, server.url, corpus_to_label())
    yield desk
    desk.context.close()


def offline(route: Route) -> None:
    route.abort("internetdisconnected")


def broken(route: Route) -> None:
    route.fulfill(status=500, body="<h1>Server error</h1>")


def proxied(route: Route) -> None:
    route.fulfill(status=200, body="<h1>Please accept our terms</h1>")


def unheard(route: Route) -> None:
    route.fetch()  # the server does it, but its answer is lost on the way
    route.abort("connectionreset")


@pytest.mark.parametrize("trouble", [offline, broken, proxied, unheard])
def test_work_waits_through_trouble_and_a_reload(desk: Desk, trouble: Callable[[Route], None]) -> None:
    desk.open()
    desk.page.route(OPERATIONS, trouble)
    desk.press(*CALM, "Enter", *GLAD, "Enter", "Digit3")
    desk.saved("aiting (2)")
    time.sleep(0.3)
    desk.page.reload()
    desk.page.locator("#label[data-phase=label]").wait_for()
    assert desk.chosen() == ["positive"], "the draft of the third is still there"
    assert desk.page.inner_text("#count") == "2 of 3 utterances"
    desk.saved("aiting (2)")
    desk.page.unroute(OPERATIONS)
    desk.saved()
    assert desk.history() == [(1, CALM_LABELS), (2, GLAD_LABELS)]


def test_undo_goes_through_everything_after_a_reload(desk: Desk) -> None:
    desk.open()
    desk.press(*CALM, "Enter", *GLAD, "Enter", *CALM, "Enter")
    desk.saved()
    assignment, utterance = Assignment.objects.get(), desk.corpus.dialogues.get().utterances.first()
    assert utterance
    flag = {"id": str(uuid4()), "utterance": str(utterance.public_id), "reason": "wrong_text", "comment": "?"}
    flags = f"/api/v1/assignments/{assignment.public_id}/flags/"
    sent = desk.client.post(flags, {**flag, "token": assignment.token}, content_type="application/json")
    assert sent.status_code < 300
    desk.page.reload()
    desk.page.locator("#label[data-phase=complete]").wait_for()
    for left in (2, 1, 0):
        desk.press("Backspace")
        desk.page.get_by_text(f"{left} of 3 utterances").wait_for()
    assert desk.chosen() == ["neutral", "neutral", "no", "no"], "the first one's labels lie open again"
    desk.press("Backspace", "KeyF", "Enter")  # nothing is left to undo
    desk.page.get_by_text("1 of 3 utterances").wait_for()
    desk.saved()
    labels = [(1, CALM_LABELS), (2, GLAD_LABELS), (3, CALM_LABELS)]
    assert desk.history() == [*labels, (3, None), (2, None), (1, None), (1, CALM_LABELS | {"humor": "yes"})]


def sign_in(desk: Desk, name: str, password: str = PASSWORD) -> None:
    desk.page.get_by_label("User name").fill(name)
    desk.page.get_by_label("Password").fill(password)
    desk.page.get_by_role("button", name="Sign in").click()


def test_who_was_signed_out_signs_in_within_the_page_and_goes_on(desk: Desk) -> None:
    desk.open()
    desk.page.evaluate("document.body.dataset.same = 'page'")
    Session.objects.filter(session_key=desk.session_key).delete()
    desk.press(*CALM, "Enter")
    dialog = desk.page.get_by_role("dialog")
    dialog.get_by_text("Unsent entries (1) are stored here").wait_for()
    assert desk.page.get_by_label("User name").input_value() == desk.user.username
    # it stands still while the queue tries again: nobody can type into a dialog that comes and goes
    desk.page.get_by_label("Password").press_sequentially("a wrong password", delay=100)
    desk.press("Enter")
    dialog.get_by_text("Wrong user name or password.").wait_for()
    assert desk.labels() == {}
    sign_in(desk, desk.user.username)
    dialog.wait_for(state="hidden")
    desk.saved()
    assert desk.labels() == {1: CALM_LABELS}
    desk.press(*GLAD, "Enter")
    desk.page.get_by_text("2 of 3 utterances").wait_for()
    desk.saved()
    assert desk.labels() == {1: CALM_LABELS, 2: GLAD_LABELS}
    assert desk.page.evaluate("document.body.dataset.same") == "page"


def test_when_another_person_signs_in_the_labels_wait_for_their_owner(chromium: Browser, server: Server) -> None:
    corpus = corpus_to_label()
    owner, other = (Desk(chromium, server.url, corpus) for _ in range(2))
    owner.open()
    owner.context.clear_cookies()  # the one against forged requests as well
    owner.press(*CALM, "Enter")
    dialog = owner.page.get_by_role("dialog")
    dialog.get_by_text("Unsent entries (1) are stored here").wait_for()
    sign_in(owner, other.user.username)
    dialog.get_by_text("Someone else is signed in now").wait_for()
    dialog.get_by_role("link", name="Continue as the signed-in user").wait_for()
    assert (owner.labels(), other.labels(), Assignment.objects.count()) == ({}, {}, 1)
    sign_in(owner, owner.user.username)
    dialog.wait_for(state="hidden")
    owner.saved()
    assert (owner.labels(), other.labels()) == ({1: CALM_LABELS}, {})
    for desk in (owner, other):
        desk.context.close()


def test_on_a_shared_computer_labels_wait_for_their_owner(chromium: Browser, server: Server) -> None:
    corpus = corpus_to_label()
    owner, other = (Desk(chromium, server.url, corpus) for _ in range(2))
    owner.open()
    owner.page.route(OPERATIONS, offline)
    owner.press(*CALM, "Enter")
    owner.saved("aiting (1)")
    own_session = owner.context.cookies()
    owner.context.add_cookies([{"name": "sessionid", "value": other.session_key, "url": owner.url}])
    owner.page.unroute(OPERATIONS)
    owner.page.get_by_role("dialog").get_by_text("Someone else is signed in now").wait_for()
    owner.open()  # as the other person
    owner.saved()
    assert (owner.labels(), other.labels()) == ({}, {})
    owner.context.add_cookies([cookie for cookie in own_session if cookie["name"] == "sessionid"])  # type: ignore[misc]
    owner.open()
    owner.page.get_by_text("1 of 3 utterances").wait_for()
    owner.saved()
    assert (owner.labels(), other.labels()) == ({1: CALM_LABELS}, {})
    for desk in (owner, other):
        desk.context.close()


def test_two_tabs_save_each_label_once(desk: Desk) -> None:
    desk.open()
    second = desk.context.new_page()
    second.goto(desk.page.url)
    second.locator("#label[data-phase=label]").wait_for()
    desk.page.route(OPERATIONS, offline)
    desk.press(*CALM, "Enter")
    desk.saved("aiting (1)")
    second.bring_to_front()
    second.keyboard.press("ArrowDown")
    for code in (*GLAD, "Enter"):
        second.keyboard.press(code)
    second.locator("#saved", has_text="Saved").wait_for()
    desk.page.unroute(OPERATIONS)
    desk.page.bring_to_front()
    desk.saved()
    assert desk.history() == [(1, CALM_LABELS), (2, GLAD_LABELS)]


def test_work_on_a_dialogue_that_was_taken_back_is_kept_apart(desk: Desk) -> None:
    desk.open()
    assignment = Assignment.objects.get()
    release(assignment=assignment, now=assignment.lease_until)
    desk.press(*CALM, "Enter")
    desk.page.get_by_role("alert").get_by_text("stored as late work for the manager").wait_for()
    desk.page.get_by_role("heading", name="This dialogue is no longer assigned to you").wait_for()
    assert desk.labels() == {}
    assert LateOperation.objects.get().payload["answers"]["emotion"] == "neutral"


def test_a_dialogue_is_handed_in_once_its_labels_are_saved(chromium: Browser, server: Server) -> None:
    desk = Desk(chromium, server.url, corpus_to_label(utterances=1))
    desk.open()
    desk.page.route("**/api/v1/**", offline)
    desk.press(*CALM, "Enter", "Enter")
    desk.saved("aiting (1)")
    assert Assignment.objects.get().state == "open"
    desk.page.unroute("**/api/v1/**")
    desk.page.get_by_role("heading", name="Nothing left to label").wait_for()
    assert Assignment.objects.get().state == "done"
    assert desk.labels() == {1: CALM_LABELS}
    desk.context.close()
