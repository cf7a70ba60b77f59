"""The whole workflow in the pages of a running Concord, from an upload to a trained baseline.

The test creates nothing by other means, and checks the results in other sessions.
"""

import importlib.util
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.config.test_run import PROJECT, Running
from tests.conftest import missing

pytestmark = pytest.mark.browser
DEMO = PROJECT / "config" / "demo"
PASSWORD = "ein langer Satz, den niemand rät"
# neutral; glad, with a link; mocking, with both links
LINES = [
    ["Digit2", "KeyQ", "KeyA", "KeyD"],
    ["Digit3", "KeyW", "KeyA", "KeyD", "KeyV"],
    ["Digit1", "KeyR", "KeyS", "KeyF", "KeyZ", "Slash"],
]
SLOW_MS = 120_000


@pytest.fixture
def concord(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path / "home")
    try:
        running.start()
        yield running
    finally:
        running.kill()


class Person:
    """A person with a browser context of their own."""

    def __init__(self, chromium: Browser, concord: Running) -> None:
        self.address = f"http://127.0.0.1:{concord.port}"
        context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-US", accept_downloads=True)
        self.page: Page = context.new_page()
        self.page.set_default_timeout(SLOW_MS)
        self.page.on("dialog", lambda dialog: dialog.accept())

    def go(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def sign_in(self, name: str, password: str) -> None:
        page = self.go("/accounts/login/")
        page.fill("[name=username]", name)
        page.fill("[name=password]", password)
        self.press("Sign in")

    def join(self, link: str, name: str) -> None:
        page = self.go(link.removeprefix(self.address))
        for field, text in (("username", name), ("name", name), ("password1", PASSWORD), ("password2", PASSWORD)):
            page.fill(f"[name={field}]", text)
        self.press("Create account and join")
        page.wait_for_url("**/c/flat/**")


def invited(manager: Person, note: str) -> str:
    page = manager.go("/c/flat/members/")
    page.fill("[name=note]", note)
    manager.press("Create invitation link")
    return page.locator("#link").input_value()


def bring_in(manager: Person) -> None:
    page = manager.go("/c/flat/episodes/")
    page.set_input_files("[name=film]", DEMO / "pudding.mp4")
    page.set_input_files("[name=subtitles]", DEMO / "pudding.srt")
    page.fill("[name=series]", "合租")
    page.fill("[name=title]", "布丁")
    manager.press("Upload")
    expect(page.locator(".subtitle-head")).to_contain_text("13 utterances", timeout=SLOW_MS)
    manager.press("Import")
    expect(page.locator("tbody progress").first).to_be_visible(timeout=SLOW_MS)
    page.get_by_role("link", name="布丁").wait_for()
    page.get_by_role("link", name="布丁").click()
    manager.press("Declare all ready")
    page.get_by_text("Declare all ready").wait_for(state="detached")


def label_everything(annotator: Person, shift: int) -> int:
    """Label by keyboard until nothing is left; return the number of utterances."""
    page = annotator.go("/c/flat/label/")
    work = page.locator("#label")
    labelled = 0
    while True:
        page.locator("#label:not([data-phase=loading])").wait_for()
        phase = work.get_attribute("data-phase")
        if phase == "nothing":
            return labelled
        if phase == "watch":
            page.keyboard.press("Enter")
            page.locator("#label:not([data-phase=watch])").wait_for()
            continue
        if phase == "complete":
            page.keyboard.press("Enter")
            page.locator("#label:not([data-phase=complete])").wait_for()
            continue
        before = page.locator("#count").inner_text()
        for code in LINES[(labelled + shift * (labelled % 4 == 0)) % 3]:
            page.keyboard.press(code)
        page.keyboard.press("Enter")
        expect(page.locator("#count")).not_to_have_text(before, timeout=SLOW_MS)
        labelled += 1


def test_an_upload_becomes_labels_agreement_a_release_and_a_trained_baseline(
    chromium: Browser, concord: Running, tmp_path: Path
) -> None:
    if importlib.util.find_spec("torch") is None:
        missing("torch")
    manager = Person(chromium, concord)
    manager.sign_in(*(concord.home / "passwords.txt").read_text(encoding="utf-8").split())
    manager.go("/c/new/").fill("[name=title]", "Flatmates")
    manager.page.fill("[name=slug]", "flat")
    manager.press("Create corpus")
    manager.go("/c/flat/codebook/")
    manager.press("affect-dialogue")

    annotators = [Person(chromium, concord) for _ in range(2)]
    for annotator, name in zip(annotators, ("anna", "ben"), strict=True):
        annotator.join(invited(manager, name), name)
    bring_in(manager)
    assert [label_everything(one, shift) for shift, one in enumerate(annotators)] == [13, 13]

    manager.go("/c/flat/agreement/")
    manager.press("Create report")
    manager.page.locator("svg").first.wait_for()
    expect(manager.page.get_by_role("main")).to_contain_text("alpha")

    manager.go("/c/flat/releases/").fill("[name=name]", "first")
    manager.page.locator("details:has([name=ratios]) > summary").click()
    manager.page.fill("[name=ratios]", "40,30,30")
    manager.page.check("[name=incomplete]")  # two annotators of the three that a dialogue gets
    manager.press("Create release")
    with manager.page.expect_download() as download:
        manager.page.get_by_role("link", name="Download").first.click()
    download.value.save_as(tmp_path / "release.zip")
    with zipfile.ZipFile(tmp_path / "release.zip") as archive:
        archive.extractall(tmp_path / "unpacked")
    [manifest] = (tmp_path / "unpacked").rglob("manifest.json")
    files = [path.read_text(encoding="utf-8") for path in manifest.parent.glob("*.jsonl")]
    rows = [json.loads(line) for text in files for line in text.splitlines()]
    assert len(rows) == 13
    assert {len(row["labels"]["emotion"]["votes"]) for row in rows} == {2}

    command = [sys.executable, "-m", "baseline", "train", str(manifest.parent), "--epochs", "1"]
    command += ["--out", str(tmp_path / "trained")]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    assert json.loads((tmp_path / "trained" / "report.json").read_text(encoding="utf-8"))
