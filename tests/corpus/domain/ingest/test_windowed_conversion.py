from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from common.jobs.queue import execute, retry
from common.models import Job
from corpus.domain.ingest import speech_check, windowed_conversion
from corpus.domain.ingest.episodes import SubmittedFile, submit_episode
from corpus.domain.media import stored_files
from corpus.domain.media.stored_files import sweep_leftovers
from corpus.domain.media.timeline_marks import order_marks
from corpus.domain.structure.draft_dialogues import declare_all_ready, declare_ready
from corpus.media.faults import MediaFault
from corpus.media.playback import windows
from corpus.media.playback.windows import make_windows
from corpus.models import Clip, Corpus, Dialogue, Episode, MediaFile
from tests.corpus.domain.conftest import files
from tests.corpus.domain.ingest.test_episode_ingest import srt, written
from tests.corpus.media.conftest import AAC, PICTURE, SOUND, Make
from tests.refusals import refused

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

HEVC = f"{PICTURE.format(16)} {SOUND.format(16)} -c:v libx265 -preset ultrafast -x265-params log-level=none -g 25 {AAC}"
# of these three dialogues the second ends after the first window, and within the margin of the second one
LINES = [(0, 900, "A: 1"), (1000, 1900, "B: 2"), (6500, 7500, "A: 3"), (14000, 15500, "B: 4")]


@pytest.fixture(autouse=True)
def _short_windows() -> Iterator[None]:
    with patch.object(windows, "WINDOW_MS", 4000), patch.object(windows, "SHORTEST_MS", 1000):
        yield


@pytest.fixture
def episode(corpus: Corpus, make: Make, store: Path, tmp_path: Path) -> Episode:
    media = SubmittedFile(make("hevc.mkv", HEVC), "hevc.mkv")
    lines = written(tmp_path, srt(*LINES))
    return submit_episode(corpus=corpus, series="Test", media=media, subtitles=lines, here=True)[0]


def run(after: Callable[[int], None]) -> Job:
    """Run the import; `after` is called with the number of windows before the next one is encoded."""

    def watched(*args: Any, **options: Any) -> Generator[int, None, None]:
        for count in make_windows(*args, **options):
            yield count
            after(count)

    job = Job.objects.get(kind="corpus.ingest")
    with patch.object(windowed_conversion, "make_windows", watched):
        execute(str(job.public_id))
    job.refresh_from_db()
    return job


def cut() -> dict[str, str]:
    """Cut what was ordered; return the checksums of all clips."""
    for job in Job.objects.filter(kind="corpus.cut", state=Job.State.QUEUED):
        execute(str(job.public_id))
    return {clip.utterance.code: clip.file.sha256 for clip in Clip.objects.select_related("utterance", "file")}


def test_the_first_window_is_ready_before_the_second_is_encoded(
    episode: Episode, store: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    seen: list[tuple[str, int | None, int]] = []
    early: dict[str, str] = {}

    def look(count: int) -> None:
        episode.refresh_from_db()
        assert episode.playable
        seen.append((episode.state, episode.playable_ms, Dialogue.objects.filter(episode=episode).count()))
        if count > 1:
            return
        assert order_marks(episode=episode) is None
        with patch.object(speech_check, "is_installed", lambda: True), refused("episode.in_part"):
            speech_check.request_speech_check(episode=episode)
        with refused("dialogue.not_converted"):
            declare_ready(dialogue=Dialogue.objects.get(code="E1_D002"))
        assert declare_all_ready(episode=episode) == 1
        early.update(cut())
        with refused("episode.in_part"):
            declare_all_ready(episode=episode)
        assert sorted(early) == ["E1_D001_U001", "E1_D001_U002"]

    job = run(look)
    assert (job.state, job.result) == ("done", {"dialogues": 3, "utterances": 4, "cues": 4})
    # with two windows and four: the third one alone is not worth another file
    assert seen == [("ready", 4000, 3), ("ready", 8000, 3), ("ready", 8000, 3), ("ready", None, 3)]
    episode.refresh_from_db()
    assert (episode.playable_ms, episode.peaks is not None) == (None, True)
    assert declare_all_ready(episode=episode) == 2
    late = cut()
    Clip.objects.filter(utterance__dialogue__code="E1_D001").delete()
    Job.objects.filter(kind="corpus.cut").update(state=Job.State.QUEUED, ended_at=None)
    assert cut() == early | late  # cut from the whole recording, the first clips have the same bytes
    assert files(store / "work") == []

    parts = MediaFile.objects.filter(kind=MediaFile.Kind.PLAYABLE)
    sweep_leftovers()
    assert parts.count() == 3  # pages may have the parts of one window and of two open
    with patch.object(stored_files, "LEFTOVER_SECONDS", -1), django_capture_on_commit_callbacks(execute=True):
        sweep_leftovers()
    assert [file.pk for file in parts] == [episode.playable_id]
    assert len([name for name in files(store / "media") if "/playable/" in name]) == 1


def test_a_conversion_that_fails_keeps_what_is_ready_and_goes_on_when_repeated(episode: Episode, store: Path) -> None:
    def fail(count: int) -> None:
        if count == 2:
            raise MediaFault("media.failed", reason="a damaged picture")

    job = run(fail)
    episode.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "media.failed")
    assert (episode.state, episode.playable_ms) == ("ready", 8000)
    assert declare_all_ready(episode=episode) == 1

    encoded: list[int] = []
    retry(job=job)
    job = run(encoded.append)
    episode.refresh_from_db()
    assert (job.state, episode.playable_ms, encoded) == ("done", None, [1, 2, 3, 4])
    assert declare_all_ready(episode=episode) == 2


def test_a_file_that_cannot_be_encoded_at_all_is_refused_as_before(episode: Episode, store: Path) -> None:
    with patch.object(windowed_conversion, "make_windows", side_effect=MediaFault("media.failed", reason="broken")):
        job = Job.objects.get(kind="corpus.ingest")
        execute(str(job.public_id))
    episode.refresh_from_db()
    assert (episode.state, episode.playable, files(store / "work")) == ("failed", None, [])


def test_an_attempt_that_lost_its_job_leaves_the_episode_to_the_next_one(episode: Episode, store: Path) -> None:
    job = Job.objects.get(kind="corpus.ingest")

    def lose_and_fail(*_: Any, **__: Any) -> None:
        Job.objects.filter(pk=job.pk).update(attempt=2)  # another worker has begun
        raise MediaFault("media.failed", reason="its folder is gone")

    with patch.object(windowed_conversion, "make_windows", lose_and_fail):
        execute(str(job.public_id))
    job.refresh_from_db()
    episode.refresh_from_db()
    assert (job.state, episode.state) == ("running", "new")
    assert any(name.endswith("sound.mp4") for name in files(store / "work"))
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED)
    execute(str(job.public_id))
    episode.refresh_from_db()
    assert (episode.state, files(store / "work")) == ("ready", [])
