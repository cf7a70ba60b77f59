"""The upload of a season from the page."""

import re
import time
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, Request, Route, expect

from common.jobs.queue import enqueue
from common.models import Job
from corpus.domain.ingest.episodes import INGEST
from corpus.domain.media.stored_files import digest
from corpus.models import Corpus, Episode
from tests.browser.test_pages import signed_in, watched
from tests.factories import CorpusFactory, EpisodeFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SRT = "1\n00:00:01,000 --> 00:00:02,000\n你好\n"
LARGE = 30 * 2**20
PART = 8 * 2**20


@pytest.fixture
def corpus(settings: Any, tmp_path: Path) -> Any:
    settings.MEDIA_ROOT, settings.WORK_DIR = tmp_path / "media", tmp_path / "work"
    return CorpusFactory()


@pytest.fixture
def page(chromium: Browser, live_server: Any, corpus: Corpus) -> Any:
    client = signed_in(corpus, "manager", "en")
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/c/{corpus.slug}/episodes/")
    page.locator("#season summary").click()
    yield page
    context.close()


@pytest.fixture
def season(tmp_path: Path) -> Path:
    folder = tmp_path / "season"
    folder.mkdir()
    for number in (1, 2, 10):
        (folder / f"E{number}.mp4").write_bytes(b"film" * (1000 + number))
        (folder / f"E{number}.zh.srt").write_text(SRT, encoding="utf-8")
    (folder / "E2.zh.srt").write_text("no subtitles at all", encoding="utf-8")
    (folder / "cover.jpg").write_bytes(b"x")
    return folder


def choose(page: Page, *files: Path) -> None:
    page.locator("#season input[type=file]").first.set_input_files(files)
    page.locator("#season tbody tr").first.wait_for()


def test_a_season_is_matched_by_names_and_one_broken_episode_stops_no_other(
    page: Page, corpus: Corpus, season: Path, tmp_path: Path
) -> None:
    troubles = watched(page)
    choose(page, *sorted(season.iterdir()))
    rows = page.locator("#season tbody tr")
    assert [rows.nth(at).locator("[data-part=name]").inner_text() for at in range(3)] == ["E1.mp4", "E2.mp4", "E10.mp4"]
    assert rows.nth(2).locator("select").input_value() == "E10.zh.srt"
    expect(page.locator("#season output")).to_have_text("Not used: cover.jpg")
    page.fill("#season-series", "家")
    rows.nth(2).locator("input").fill("第十集")
    page.get_by_role("button", name="Upload all").click()
    expect(page.locator("#season output")).to_have_text("2 of 3 episodes uploaded.")
    assert "is not a subtitle file of a known format" in rows.nth(1).locator("[data-part=state]").inner_text()
    assert sorted(Episode.objects.values_list("title", "series__name")) == [("E1", "家"), ("第十集", "家")]
    stored = {path.read_bytes() for path in (tmp_path / "work" / "incoming").glob("*.media")}
    assert stored == {(season / "E1.mp4").read_bytes(), (season / "E10.mp4").read_bytes()}
    # mended and sent again: only the episode that is missing
    rows.nth(1).locator("select").select_option("")
    page.get_by_role("button", name="Upload all").click()
    expect(page.locator("#season output")).to_have_text("3 of 3 episodes uploaded.")
    assert Episode.objects.count() == 3
    assert [each for each in troubles if "409" not in each] == []


def test_a_job_that_ends_does_not_load_the_page_while_files_are_chosen(
    page: Page, corpus: Corpus, season: Path
) -> None:
    episode = EpisodeFactory(series__corpus=corpus, state="new")
    job = enqueue(kind=INGEST, args={"episode": str(episode.public_id)}, scope=str(corpus.public_id))
    page.reload()
    page.locator("#season summary").click()
    choose(page, season / "E1.mp4")
    Episode.objects.filter(pk=episode.pk).update(title="renewed")
    Job.objects.filter(pk=job.pk).update(state=Job.State.DONE, ended_at=timezone.now())
    expect(page.locator("#episode-list")).to_contain_text("renewed")
    assert page.locator("#season tbody tr").count() == 1
    page.fill("#season-series", "家")
    page.get_by_role("button", name="Upload all").click()
    expect(page.locator("#season output")).to_have_text("1 of 1 episodes uploaded.")
    expect(page.locator("#episode-list")).to_contain_text("E1")  # where the row of the upload points to


def test_each_row_tells_its_rate_and_the_time_that_is_left(page: Page, tmp_path: Path) -> None:
    film = tmp_path / "large.mp4"
    film.write_bytes(bytes(range(256)) * (2 * LARGE // 256))

    def slowly(route: Route) -> None:
        time.sleep(0.7)
        route.continue_()

    page.route("**/uploads/**", slowly)
    choose(page, film)
    page.fill("#season-series", "家")
    page.get_by_role("button", name="Upload all").click()
    expect(page.locator("#season [data-part=state]")).to_have_text(re.compile(r"\d+ % · [\d.]+ [kM]B/s · \d:\d\d$"))
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#season output")).to_have_text("0 of 1 episodes uploaded.")


def test_an_interrupted_upload_continues_after_the_page_was_closed(page: Page, corpus: Corpus, tmp_path: Path) -> None:
    film = tmp_path / "large.mp4"
    film.write_bytes(bytes(range(256)) * (LARGE // 256))
    sent: list[int] = []

    def note(request: Request) -> None:
        if request.method == "PATCH":
            sent.append(int(request.headers["upload-offset"]))
            assert re.match(r"sha1 [\w+/]{27}=$", request.headers["upload-checksum"])

    def hold_second(route: Route) -> None:
        if route.request.method != "PATCH" or len(sent) < 2:
            route.continue_()

    page.on("request", note)
    page.route("**/uploads/**", hold_second)
    choose(page, film)
    page.fill("#season-series", "家")
    page.get_by_role("button", name="Upload all").click()
    while len(sent) < 2:
        page.wait_for_timeout(20)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.unroute("**/uploads/**")
    assert sent == [0, PART]
    page.locator("#season summary").click()
    choose(page, film)
    page.fill("#season-series", "家")
    before = len(sent)
    page.get_by_role("button", name="Upload all").click()
    expect(page.locator("#season output")).to_have_text("1 of 1 episodes uploaded.")
    assert sent[before] == PART  # and not from the beginning
    (stored,) = (tmp_path / "work" / "incoming").glob("*.media")
    assert digest(stored) == digest(film)
