"""Answers after an absence, a killed browser, or in a browser that stores nothing."""

import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Playwright

from annotator.domain.allocation.claims import claim
from annotator.models import Assignment, LateOperation
from corpus.domain.codebooks.codebook_versions import add_codebook_version, use_codebook
from corpus.domain.codebooks.shipped_codebooks import shipped_codebook
from corpus.models import CodebookVersion, Corpus, Revision
from tests.browser.conftest import QUIET
from tests.browser.label.annotator import CALM, CALM_LABELS, GLAD, GLAD_LABELS, Annotator, corpus_to_label
from tests.browser.server import Server
from tests.factories import MembershipFactory, RaterFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def annotator(chromium: Browser, server: Server) -> Iterator[Annotator]:
    annotator = Annotator(chromium, server.url, corpus_to_label())
    yield annotator
    annotator.close()


def use_changed_codebook(corpus: Corpus, old: str, new: str) -> CodebookVersion:
    text = shipped_codebook("affect-dialogue")
    assert old in text
    version = add_codebook_version(corpus=corpus, yaml_text=text.replace(old, new))
    use_codebook(corpus=corpus, codebook=version)
    return version


def close_lid(page: Page) -> None:
    """Freeze the page, like a computer that sleeps: no timer runs, no request is sent."""
    page.context.new_cdp_session(page).send("Page.setWebLifecycleState", {"state": "frozen"})


def open_lid(page: Page) -> None:
    page.context.new_cdp_session(page).send("Page.setWebLifecycleState", {"state": "active"})


def lease_runs_out() -> Assignment:
    Assignment.objects.update(lease_until=timezone.now() - timedelta(hours=1))
    return Assignment.objects.get()


def test_after_a_long_lunch_the_next_save_renews_the_lease(annotator: Annotator) -> None:
    annotator.open()
    annotator.press(*CALM, "Enter")
    annotator.saved()
    close_lid(annotator.page)
    lease_runs_out()
    open_lid(annotator.page)
    annotator.press(*GLAD, "Enter")
    annotator.page.get_by_text("2 of 3 utterances").wait_for()
    annotator.saved()
    assert annotator.history() == [(1, CALM_LABELS), (2, GLAD_LABELS)]
    assert Assignment.objects.get().lease_until > timezone.now()


def test_after_a_night_the_page_shows_that_the_dialogue_was_reassigned(annotator: Annotator) -> None:
    use_changed_codebook(annotator.corpus, "k: 3", "k: 1")
    annotator.open()
    annotator.press(*CALM, "Enter")
    annotator.saved()
    close_lid(annotator.page)
    mine = lease_runs_out()
    other = RaterFactory(
        corpus=annotator.corpus, membership=MembershipFactory(corpus=annotator.corpus, role="annotator")
    )
    theirs = claim(rater=other, now=timezone.now())
    assert theirs
    assert theirs.slot == mine.slot
    open_lid(annotator.page)
    annotator.press(*GLAD, "Enter")
    annotator.page.get_by_role("alert").get_by_text(
        "1 answers arrived after the dialogue went to someone else"
    ).wait_for()
    annotator.page.get_by_role("heading", name="This dialogue is no longer assigned to you").wait_for()
    assert annotator.history() == [(1, CALM_LABELS)]
    assert LateOperation.objects.get().payload["answers"]["emotion"] == "joy"
    assert not Revision.objects.filter(annotation__rater=other).exists()
    annotator.page.get_by_role("link", name="Continue with the next one").click()
    annotator.page.get_by_role("heading", name="Nothing left to label").wait_for()


def test_a_new_codebook_waits_for_the_next_dialogue(chromium: Browser, server: Server) -> None:
    annotator = Annotator(chromium, server.url, corpus_to_label(dialogues=2, utterances=2))
    annotator.open()
    annotator.press(*CALM, "Enter")
    annotator.saved()
    old = Revision.objects.get().codebook
    new = use_changed_codebook(annotator.corpus, "qwertyu", "qwertyi")
    annotator.press(*GLAD, "Enter", "Enter")
    annotator.page.get_by_text("1 of 2 dialogues done").wait_for()
    annotator.press("Digit1", "KeyI", "KeyA", "KeyD", "KeyC", "Enter")  # the old one has another key for disgust
    annotator.page.get_by_text("1 of 2 utterances").wait_for()
    annotator.saved()
    used = Revision.objects.order_by("pk").values_list("codebook", flat=True)
    assert [CodebookVersion.objects.get(pk=pk) for pk in used] == [old, old, new]
    assert [answers for _, answers in annotator.history()] == [CALM_LABELS, GLAD_LABELS]
    assert [answers["emotion"] for _, answers in annotator.history(1)] == ["disgust"]
    annotator.close()


class Profile:
    """A browser with a profile folder, as on people's computers, that reaches the server over the network."""

    def __init__(self, playwright: Playwright, path: str, folder: Path) -> None:
        self.playwright, self.path, self.folder = playwright, path, folder
        self.context: BrowserContext | None = None

    def start(self) -> Page:
        self.context = self.playwright.chromium.launch_persistent_context(
            self.folder, executable_path=self.path, args=QUIET
        )
        return self.context.pages[0]

    def kill(self) -> None:
        """Kill all its processes, like a power cut."""
        mark = f"--user-data-dir={self.folder}".encode()
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if mark in words:
                os.kill(int(folder.name), signal.SIGKILL)
        assert self.context
        if not self.context.is_closed():
            self.context.wait_for_event("close")


@pytest.fixture
def profile(playwright: Playwright, chromium_path: str, tmp_path: Path) -> Iterator[Profile]:
    profile = Profile(playwright, chromium_path, tmp_path / "profile")
    yield profile
    if profile.context:
        profile.context.close()


# interfaces that browsers leave out on plain HTTP
MISSING = "() => [isSecureContext, 'randomUUID' in crypto, 'locks' in navigator, 'serviceWorker' in navigator]"


def test_a_browser_that_was_killed_sends_its_journal_over_plain_http(
    chromium: Browser, server: Server, profile: Profile
) -> None:
    annotator = Annotator(chromium, server.lan_url, corpus_to_label())
    annotator.close()
    page = profile.start()
    assert profile.context
    annotator.use(profile.context, page)
    annotator.open()
    assert annotator.page.evaluate(MISSING) == [False] * 4
    annotator.press(*CALM, "Enter")
    annotator.saved()
    server.kill()
    annotator.press(*GLAD, "Enter", "Digit3")
    annotator.saved("aiting (1)")
    annotator.journalled(entries=1, drafts=1)
    profile.kill()
    server.start()
    annotator.url = server.url
    assert annotator.history() == [(1, CALM_LABELS)]
    annotator.url = server.lan_url
    page = profile.start()
    annotator.use(profile.context, page)  # signs in again, since browsers write cookies to the disk only now and then
    annotator.open()
    annotator.saved()
    assert annotator.page.inner_text("#count") == "2 of 3 utterances"
    assert annotator.chosen() == ["positive"], "the key press after it was stored too"
    annotator.url = server.url
    assert annotator.history() == [(1, CALM_LABELS), (2, GLAD_LABELS)]


NO_DATABASE = "Object.defineProperty(window, 'indexedDB', { value: undefined })"
FULL = """const add = IDBObjectStore.prototype.add;
IDBObjectStore.prototype.add = function (...all) {
  const request = add.apply(this, all);
  this.transaction.abort();
  return request;
};"""


@pytest.mark.parametrize("trouble", [NO_DATABASE, FULL])
def test_a_browser_that_stores_nothing_warns_and_asks_before_closing(annotator: Annotator, trouble: str) -> None:
    types: list[str] = []

    def stay(dialog: Dialog) -> None:
        types.append(dialog.type)
        dialog.dismiss()

    annotator.page.add_init_script(trouble)
    annotator.open()
    annotator.context.set_offline(True)
    annotator.press(*CALM, "Enter", *GLAD, "Enter")
    annotator.saved("Offline, waiting (2) · keep this page open")
    annotator.page.on("dialog", stay)
    with annotator.page.expect_event("dialog"):
        annotator.page.close(run_before_unload=True)
    assert types == ["beforeunload"]
    annotator.context.set_offline(False)
    annotator.saved()
    assert annotator.history() == [(1, CALM_LABELS), (2, GLAD_LABELS)]
