"""Failures between a key press and the server: no answer is lost, no answer is saved twice."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Error, Route

from annotator.domain.allocation.assignments import release
from annotator.models import Assignment, LateOperation
from common.models import Session
from tests.browser.label.annotator import CALM, CALM_LABELS, GLAD, GLAD_LABELS, OPERATIONS, Annotator, corpus_to_label
from tests.browser.server import Server
from tests.factories import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def annotator(chromium: Browser, server: Server) -> Iterator[Annotator]:
    annotator = Annotator(chromium, server.url, corpus_to_label())
    yield annotator
    annotator.close()


def offline(route: Route) -> None:
    route.abort("internetdisconnected")


def broken(route: Route) -> None:
    route.fulfill(status=500, body="<h1>Server error</h1>")


def proxied(route: Route) -> None:
    route.fulfill(status=200, body="<h1>Please accept our terms</h1>")


def unacknowledged(route: Route) -> None:
    with suppress(Error):  # after a reload, the request no longer exists
        route.fetch()  # the server applies it, but its response is lost
        route.abort("connectionreset")


@pytest.mark.parametrize("trouble", [offline, broken, proxied, unacknowledged])
def test_work_waits_through_trouble_and_a_reload(annotator: Annotator, trouble: Callable[[Route], None]) -> None:
    annotator.open()
    annotator.page.route(OPERATIONS, trouble)
    annotator.press(*CALM, "Enter", *GLAD, "Enter", "Digit3")
    annotator.saved("aiting (2)")
    annotator.journalled(entries=2, drafts=1)
    annotator.page.reload()
    annotator.page.locator("#label[data-phase=label]").wait_for()
    assert annotator.chosen() == ["positive"], "the draft of the third is still there"
    assert annotator.page.inner_text("#count") == "2 of 3 utterances"
    annotator.saved("aiting (2)")
    annotator.page.unroute(OPERATIONS)
    annotator.saved()
    assert annotator.history() == [(1, CALM_LABELS), (2, GLAD_LABELS)]


def test_undo_goes_through_everything_after_a_reload(annotator: Annotator) -> None:
    annotator.open()
    annotator.press(*CALM, "Enter", *GLAD, "Enter", *CALM, "Enter")
    annotator.saved()
    assignment, utterance = Assignment.objects.get(), annotator.corpus.dialogues.get().utterances.first()
    assert utterance
    flag = {"id": str(uuid4()), "utterance": str(utterance.public_id), "reason": "wrong_text", "comment": "?"}
    flags = f"/api/v1/assignments/{assignment.public_id}/flags/"
    sent = annotator.client.post(flags, {**flag, "token": assignment.token}, content_type="application/json")
    assert sent.status_code < 300
    annotator.page.reload()
    annotator.page.locator("#label[data-phase=complete]").wait_for()
    for left in (2, 1, 0):
        annotator.press("Backspace")
        annotator.page.get_by_text(f"{left} of 3 utterances").wait_for()
    assert annotator.chosen() == ["neutral", "neutral", "no", "no"], "the answers of the first one are a draft again"
    annotator.press("Backspace", "KeyF", "Enter")  # nothing is left to undo
    annotator.page.get_by_text("1 of 3 utterances").wait_for()
    annotator.saved()
    labels = [(1, CALM_LABELS), (2, GLAD_LABELS), (3, CALM_LABELS)]
    assert annotator.history() == [*labels, (3, None), (2, None), (1, None), (1, CALM_LABELS | {"humor": "yes"})]


def sign_in(annotator: Annotator, name: str, password: str = PASSWORD) -> None:
    annotator.page.get_by_label("User name").fill(name)
    annotator.page.get_by_label("Password").fill(password)
    annotator.page.get_by_role("button", name="Sign in").click()


def test_after_the_session_ended_the_annotator_signs_in_within_the_page(annotator: Annotator) -> None:
    annotator.open()
    annotator.page.evaluate("document.body.dataset.same = 'page'")
    Session.objects.filter(session_key=annotator.session_key).delete()
    annotator.press(*CALM, "Enter")
    dialog = annotator.page.get_by_role("dialog")
    dialog.get_by_text("Unsent entries (1) are stored here").wait_for()
    assert annotator.page.get_by_label("User name").input_value() == annotator.user.username
    # the dialog stays open while the page tries again, so that the password can be typed
    annotator.page.get_by_label("Password").press_sequentially("a wrong password", delay=100)
    annotator.press("Enter")
    dialog.get_by_text("Wrong user name or password.").wait_for()
    assert annotator.labels() == {}
    sign_in(annotator, annotator.user.username)
    dialog.wait_for(state="hidden")
    annotator.saved()
    assert annotator.labels() == {1: CALM_LABELS}
    annotator.press(*GLAD, "Enter")
    annotator.page.get_by_text("2 of 3 utterances").wait_for()
    annotator.saved()
    assert annotator.labels() == {1: CALM_LABELS, 2: GLAD_LABELS}
    assert annotator.page.evaluate("document.body.dataset.same") == "page"


def test_when_another_person_signs_in_the_answers_wait_for_their_author(chromium: Browser, server: Server) -> None:
    corpus = corpus_to_label()
    owner, other = (Annotator(chromium, server.url, corpus) for _ in range(2))
    owner.open()
    owner.context.clear_cookies()  # including the CSRF cookie
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
    for annotator in (owner, other):
        annotator.close()


def test_on_a_shared_computer_answers_wait_for_their_author(chromium: Browser, server: Server) -> None:
    corpus = corpus_to_label()
    owner, other = (Annotator(chromium, server.url, corpus) for _ in range(2))
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
    for annotator in (owner, other):
        annotator.close()


def test_two_tabs_save_each_answer_once(annotator: Annotator) -> None:
    annotator.open()
    second = annotator.context.new_page()
    second.goto(annotator.page.url)
    second.locator("#label[data-phase=label]").wait_for()
    annotator.page.route(OPERATIONS, offline)
    annotator.press(*CALM, "Enter")
    annotator.saved("aiting (1)")
    second.bring_to_front()
    second.keyboard.press("ArrowDown")
    for code in (*GLAD, "Enter"):
        second.keyboard.press(code)
    second.locator("#saved", has_text="Saved").wait_for()
    annotator.page.unroute(OPERATIONS)
    annotator.page.bring_to_front()
    annotator.saved()
    assert annotator.history() == [(1, CALM_LABELS), (2, GLAD_LABELS)]


def test_late_work_on_a_released_dialogue_is_stored_separately(annotator: Annotator) -> None:
    annotator.open()
    assignment = Assignment.objects.get()
    release(assignment=assignment, now=assignment.lease_until)
    annotator.press(*CALM, "Enter")
    annotator.page.get_by_role("alert").get_by_text("stored as late work for the manager").wait_for()
    annotator.page.get_by_role("heading", name="This dialogue is no longer assigned to you").wait_for()
    assert annotator.labels() == {}
    assert LateOperation.objects.get().payload["answers"]["emotion"] == "neutral"


def test_a_dialogue_is_submitted_after_its_answers_are_saved(chromium: Browser, server: Server) -> None:
    annotator = Annotator(chromium, server.url, corpus_to_label(utterances=1))
    annotator.open()
    annotator.page.route("**/api/v1/**", offline)
    annotator.press(*CALM, "Enter", "Enter")
    annotator.saved("aiting (1)")
    assert Assignment.objects.get().state == "open"
    annotator.page.unroute("**/api/v1/**")
    annotator.page.get_by_role("heading", name="Nothing left to label").wait_for()
    assert Assignment.objects.get().state == "done"
    assert annotator.labels() == {1: CALM_LABELS}
    annotator.close()
