"""Recordings in a browser: after a seek, the frame of that time is visible."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from pytest_django import Settings

from common.files.ranged_response import MAX_RANGE_BYTES
from corpus.media.cut.clips import CutClip, Span, cut_clips
from corpus.media.playback.playable_file import make_playable
from corpus.media.probe.media_probe import probe
from corpus.models import MediaFile
from tests.browser.test_pages import signed_in
from tests.corpus.media import counted
from tests.corpus.media.conftest import ffmpeg  # noqa: F401 -- a fixture
from tests.factories import MediaFileFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FPS, SECONDS = 25, 24
AT_FRAMES = [0, 1, 137, 49, 599, 300, 301]
WAIT_MS = 30_000  # for the frame of a time, on a busy machine
NUMBERS = """async ([times, wanted, wait]) => {
  const video = document.querySelector('video');
  video.pause();
  const canvas = document.createElement('canvas');
  canvas.width = 192;
  canvas.height = 96;
  const context = canvas.getContext('2d');
  const numbers = [];
  const numberShown = () => {
    context.drawImage(video, 0, 0, 192, 96);
    let number = 0;
    for (let bit = 0; bit < 12; bit += 1) {
      if (context.getImageData(bit * 16 + 8, 8, 1, 1).data[0] > 128) number += 2 ** bit;
    }
    return number;
  };
  for (const [place, time] of times.entries()) {
    const seeked = new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }));
    video.currentTime = time;
    await seeked;
    // the event can come before the frame; the earlier frame would be drawn then
    const end = performance.now() + wait;
    while (numberShown() !== wanted[place] && performance.now() < end) await new Promise(requestAnimationFrame);
    numbers.push(numberShown());
  }
  return { numbers, duration: video.duration, error: video.error?.message ?? '' };
}"""


@pytest.fixture(params=["copied", "encoded"])
def playable(request: pytest.FixtureRequest, tmp_path: Path, ffmpeg: Path) -> Path:  # noqa: F811
    gop = 200 if request.param == "copied" else 10_000  # a file with one keyframe only is encoded again
    source = counted.film(tmp_path / "source.mp4", frames=FPS * SECONDS, rate=Fraction(FPS), gop=gop)
    made = make_playable(source, tmp_path / "playable.mp4", found=probe(source), ffmpeg=ffmpeg)
    assert made.copied_video is (request.param == "copied")
    return made.path


def shelved(path: Path, settings: Settings) -> MediaFile:
    settings.MEDIA_ROOT = path.parent
    file: MediaFile = MediaFileFactory(name=path.name)
    return file


def seen(chromium: Browser, live_server: Any, file: MediaFile, times: list[float], wanted: list[int]) -> dict[str, Any]:
    """Seek to each time and return the numbers on the frames, the duration, and the answers of the server.

    Args:
        times: seconds.
        wanted: numbers of the frames of these times, for which it waits.
    """
    client = signed_in(file.corpus, "annotator", "en")
    context = chromium.new_context()
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page, answers = context.new_page(), list[tuple[int, int]]()
    page.on("response", lambda answer: answers.append((answer.status, int(answer.headers["content-length"]))))
    page.goto(f"{live_server.url}/media/{file.public_id}/")
    page.wait_for_function("() => document.querySelector('video').readyState >= 2")
    result = page.evaluate(NUMBERS, [times, wanted, WAIT_MS])
    context.close()
    assert result["error"] == ""
    return {**result, "answers": answers}


def test_a_seek_shows_the_frame_of_that_moment(
    chromium: Browser, live_server: Any, playable: Path, settings: Settings
) -> None:
    file = shelved(playable, settings)
    result = seen(chromium, live_server, file, [(number + 0.5) / FPS for number in AT_FRAMES], AT_FRAMES)
    assert result["numbers"] == AT_FRAMES
    assert result["duration"] == pytest.approx(SECONDS, abs=0.03)
    assert {status for status, _ in result["answers"][1:]} == {206}  # the first opened the address as a page
    assert max(length for _, length in result["answers"][1:]) <= MAX_RANGE_BYTES


def test_a_clip_plays_from_its_first_frame(
    chromium: Browser, live_server: Any, playable: Path, settings: Settings, tmp_path: Path
) -> None:
    (clip,) = cut_clips(playable, [Span("x", 4000, 6000)], tmp_path / "clips")
    assert isinstance(clip, CutClip)
    frames = [100, 101, 149]
    result = seen(chromium, live_server, shelved(clip.path, settings), [0.02, 0.06, 1.98], frames)
    assert result["numbers"] == frames
