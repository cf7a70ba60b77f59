"""Labels of somebody who was away, whose browser died, or whose browser keeps nothing."""

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
from corpus.domain.codebooks.codebook_versions import add_codebook_version, shipped_codebook, use_codebook
from corpus.models import CodebookVersion, Corpus, Revision
from tests.browser.conftest import QUIET
from tests.browser.desk import CALM, CALM_LABELS, GLAD, GLAD_LABELS, Desk, corpus_to_label
from tests.browser.server import Server
from tests.factories import MembershipFactory, RaterFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(chromium: Browser, server: Server) -> Iterator[Desk]:
    desk = Desk(chromium, server.url, corpus_to_label())
    yield desk
    desk.context.close()


def changed_codebook(corpus: Corpus, old: str, new: str) -> CodebookVersion:
    text = shipped_codebook("affect-dialogue")
    assert old in text
    version = add_codebook_version(corpus=corpus, yaml_text=text.replace(old, new))
    use_codebook(corpus=corpus, codebook=version)
    return version


def close_lid(page: Page) -> None:
    """Freeze the page as a computer that sleeps does: no timer runs, no message goes."""
    page.context.new_cdp_session(page).send("Page.setWebLifecycleState", {"state": "frozen"})


def open_lid(page: Page) -> None:
    page.context.new_cdp_session(page).send("Page.setWebLifecycleState", {"state": "active"})


def lease_runs_out() -> Assignment:
    Assignment.objects.update(lease_until=timezone.now() - timedelta(hours=1))
    return Assignment.objects.get()


def test_after_a_long_lunch_the_next_save_renews_the_lease(desk: Desk) -> None:
    desk.open()
    desk.press(*CALM, "Enter")
    desk.saved()
    close_lid(desk.page)
    lease_runs_out()
    open_lid(desk.page)
    desk.press(*GLAD, "Enter")
    desk.page.get_by_text("2 of 3 utterances").wait_for()
    desk.saved()
    assert desk.history() == [(1, CALM_LABELS), (2, GLAD_LABELS)]
    assert Assignment.objects.get().lease_until > timezone.now()


def test_after_a_night_the_dialogue_is_another_persons_and_the_page_says_so(desk: Desk) -> None:
    changed_codebook(desk.corpus, "k: 3", "k: 1")
    desk.open()
    desk.press(*CALM, "Enter")
    desk.saved()
    close_lid(desk.page)
    mine = lease_runs_out()
    other = RaterFactory(corpus=desk.corpus, membership=MembershipFactory(corpus=desk.corpus, role="annotator"))
    theirs = claim(rater=other, now=timezone.now())
    assert theirs
    assert theirs.slot == mine.slot
    open_lid(desk.page)
    desk.press(*GLAD, "Enter")
    desk.page.get_by_role("alert").get_by_text("1 answers arrived after the dialogue went to someone else").wait_for()
    desk.page.get_by_role("heading", name="This dialogue is no longer assigned to you").wait_for()
    assert desk.history() == [(1, CALM_LABELS)]
    assert LateOperation.objects.get().payload["answers"]["emotion"] == "joy"
    assert not Revision.objects.filter(annotation__rater=other).exists()
    desk.page.get_by_role("link", name="Continue with the next one").click()
    desk.page.get_by_role("heading", name="Nothing left to label").wait_for()


def test_a_new_codebook_waits_for_the_next_dialogue(chromium: Browser, server: Server) -> None:
    desk = Desk(chromium, server.url, corpus_to_label(dialogues=2, utterances=2))
    desk.open()
    desk.press(*CALM, "Enter")
    desk.saved()
    old = Revision.objects.get().codebook
    new = changed_codebook(desk.corpus, "qwertyu", "qwertyi")
    desk.press(*GLAD, "Enter", "Enter")
    desk.page.get_by_text("1 of 2 dialogues done").wait_for()
    desk.press("Digit1", "KeyI", "KeyA", "KeyD", "KeyC", "Enter")  # the old one had disgust at another key
    desk.page.get_by_text("1 of 2 utterances").wait_for()
    desk.saved()
    used = Revision.objects.order_by("pk").values_list("codebook", flat=True)
    assert [CodebookVersion.objects.get(pk=pk) for pk in used] == [old, old, new]
    assert [answers for _, answers in desk.history()] == [CALM_LABELS, GLAD_LABELS]
    assert [answers["emotion"] for _, answers in desk.history(1)] == ["disgust"]
    desk.context.close()


class Profile:
    """A browser that keeps what it knows in a folder, as people's own does, reaching the server over the network."""

    def __init__(self, playwright: Playwright, path: str, folder: Path) -> None:
        self.playwright, self.path, self.folder = playwright, path, folder
        self.context: BrowserContext | None = None

    def start(self) -> Page:
        self.context = self.playwright.chromium.launch_persistent_context(
            self.folder, executable_path=self.path, args=QUIET
        )
        return self.context.pages[0]

    def kill(self) -> None:
        """End all its processes at once, as a power cut does."""
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


# what the journal holds on the disk; waits for the writing that is under way
KEPT = """async () => {
  const database = await new Promise((found) => {
    const asked = indexedDB.open("concord");
    asked.onsuccess = () => found(asked.result);
  });
  const counted = (store) => new Promise((found) => {
    const asked = database.transaction(store).objectStore(store).count();
    asked.onsuccess = () => found(asked.result);
  });
  const kept = [await counted("operations"), await counted("drafts")];
  database.close();
  return kept.join();
}"""
MISSING = "() => [isSecureContext, 'randomUUID' in crypto, 'locks' in navigator, 'serviceWorker' in navigator]"


def test_a_browser_that_was_killed_sends_what_it_kept_over_plain_http(
    chromium: Browser, server: Server, profile: Profile
) -> None:
    desk = Desk(chromium, server.lan_url, corpus_to_label())
    desk.context.close()
    desk.page = profile.start()
    assert profile.context
    desk.context = profile.context
    desk.sign_in()
    desk.open()
    assert desk.page.evaluate(MISSING) == [False] * 4
    desk.press(*CALM, "Enter")
    desk.saved()
    server.kill()
    desk.press(*GLAD, "Enter", "Digit3")
    desk.saved("aiting (1)")
    # the page counts a label from its key press on; the disk takes a moment more
    desk.page.wait_for_function(f"async () => await ({KEPT})() === '1,1'")
    profile.kill()
    server.start()
    desk.url = server.url
    assert desk.history() == [(1, CALM_LABELS)]
    desk.url = server.lan_url
    desk.page = profile.start()
    desk.context = profile.context
    desk.sign_in()  # browsers write cookies down now and then only
    desk.open()
    desk.saved()
    assert desk.page.inner_text("#count") == "2 of 3 utterances"
    assert desk.chosen() == ["positive"], "the key press after it was kept as well"
    desk.url = server.url
    assert desk.history() == [(1, CALM_LABELS), (2, GLAD_LABELS)]


NO_DATABASE = "Object.defineProperty(window, 'indexedDB', { value: undefined })"
FULL = """const add = IDBObjectStore.prototype.add;
IDBObjectStore.prototype.add = function (...all) {
  const request = add.apply(this, all);
  this.transaction.abort();
  return request;
};"""


@pytest.mark.parametrize("trouble", [NO_DATABASE, FULL])
def test_a_browser_that_keeps_nothing_says_so_and_asks_before_it_is_left(desk: Desk, trouble: str) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    desk.page.add_init_script(trouble)
    desk.open()
    desk.context.set_offline(True)
    desk.press(*CALM, "Enter", *GLAD, "Enter")
    desk.saved("Offline, waiting (2) · keep this page open")
    desk.page.on("dialog", stay)
    desk.page.close(run_before_unload=True)
    desk.page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    desk.context.set_offline(False)
    desk.saved()
    assert desk.history() == [(1, CALM_LABELS), (2, GLAD_LABELS)]
