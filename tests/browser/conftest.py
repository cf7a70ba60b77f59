"""A real browser for the tests of pages."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.browser.server import LAN, Server
from tests.conftest import missing
from tests.corpus.media.conftest import ffmpeg, make  # noqa: F401 -- fixtures

# Playwright's synchronous calls run inside an event loop, where Django would refuse to touch the database
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

expect.set_options(timeout=60_000)  # the default of 5 s is too short for a busy machine

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # else Chromium decides by chance whether a recording without sound may play before the first key press
    "--autoplay-policy=no-user-gesture-required",
    f"--host-resolver-rules=MAP {LAN} 127.0.0.1",
]


@pytest.fixture(scope="session")
def chromium_path() -> str:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        missing("a Chromium on the PATH")
    return str(path)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright: Playwright, chromium_path: str) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium_path, args=QUIET)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def one_server(django_db_setup: None) -> Iterator[Server]:
    server = Server()
    yield server
    if server.process:
        server.kill()


@pytest.fixture
def server(one_server: Server, transactional_db: None) -> Server:
    """A running web server in processes of its own; a test that kills it need not start it again."""
    if not one_server.process:
        one_server.start()
    return one_server
