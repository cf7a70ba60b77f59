import re
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from corpus.models import Episode
from tests.annotator.domain.timeline.material import episode_with_drafts
from tests.browser.test_pages import signed_in, watched
from tests.corpus.media.conftest import Make, film

# a refused edit is an answer of the server, and a test cuts the connection
EXPECTED = re.compile(r"/timeline/edits/|Failed to load resource")


@pytest.fixture
def episode(make: Make, settings: Any, tmp_path: Path) -> Episode:
    """The episode of `episode_with_drafts` with a recording of 14 s."""
    settings.MEDIA_ROOT = tmp_path
    episode = episode_with_drafts()
    assert episode.playable is not None
    episode.playable.path.parent.mkdir(parents=True)
    copyfile(make("fourteen.mp4", film(14)), episode.playable.path)
    Episode.objects.filter(pk=episode.pk).update(duration_ms=14_000)
    return Episode.objects.get(pk=episode.pk)


@pytest.fixture
def editors(chromium: Browser, live_server: Any, episode: Episode) -> Iterator[Callable[[], Page]]:
    """Return a function that opens the editor for one more manager."""
    contexts = []
    troubles: list[list[str]] = []

    def opened() -> Page:
        corpus = episode.series.corpus
        client = signed_in(corpus, "manager", "en")
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        contexts.append(context)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        page = context.new_page()
        troubles.append(watched(page))
        page.goto(f"{live_server.url}/c/{corpus.slug}/episodes/{episode.public_id}/timeline/")
        page.wait_for_selector("#timeline[data-ready=yes]")
        return page

    yield opened
    for context in contexts:
        context.close()
    unexpected = [trouble for found in troubles for trouble in found if not EXPECTED.search(trouble)]
    assert unexpected == []


@pytest.fixture
def page(editors: Callable[[], Page]) -> Page:
    return editors()
