"""Recordings that nobody made for us, from the file to its clips."""

from pathlib import Path

import av
import pytest

from corpus.domain.dialogues import declare_all_ready
from corpus.models import Clip, Corpus
from tests.corpus.domain.test_clips import cut_all
from tests.corpus.domain.test_ingest import bring, srt, written

pytestmark = [pytest.mark.django_db]

# texts of our own: what counts here are their times
TEARS = [(1500, 4000, "A: Hold the line!"), (4300, 7900, "B: For how long?"), (30_000, 31_500, "A: Until dinner.")]


def held(clip: Clip) -> tuple[str, int, int]:
    """Decode a clip; return the size of its picture, its frames and the ms of its sound."""
    with av.open(str(clip.file.path)) as opened:
        video, audio = opened.streams.video[0], opened.streams.audio[0]
        frames = sum(1 for _ in opened.decode(video))
        opened.seek(0)
        samples = sum(frame.samples for frame in opened.decode(audio))
        return f"{video.width}x{video.height}", frames, samples * 1000 // audio.rate


def clips() -> list[Clip]:
    return list(Clip.objects.select_related("file", "utterance").order_by("requested_start_ms"))


def test_live_actors_in_webm_with_subtitles_beside_them(
    corpus: Corpus, shared: Path, store: Path, tmp_path: Path
) -> None:
    episode, job = bring(
        corpus, shared / "media/tears-of-steel-battle-clip-medium.webm", written(tmp_path, srt(*TEARS))
    )
    assert (job.state, job.error_code, episode.fps, episode.duration_ms) == ("done", "", 24.0, 70_545)
    declare_all_ready(episode=episode)
    assert [one.result for one in cut_all()] == [{"cut": 3, "before": 0}]
    for clip, (start, end, _) in zip(clips(), TEARS, strict=True):
        assert (clip.requested_start_ms, clip.requested_end_ms) == (start, end)
        size, frames, sound = held(clip)
        length = clip.true_end_ms - clip.true_start_ms
        assert size == "798x332"
        assert frames == pytest.approx(length * 24 / 1000, abs=0.1)
        assert sound == pytest.approx(length, abs=45)


def test_two_films_in_one_file_with_subtitles_inside(corpus: Corpus, shared: Path, store: Path) -> None:
    episode, job = bring(corpus, shared / "media/nasa_13013.mp4")
    assert (job.state, episode.fps, episode.duration_ms) == ("done", 25.0, 13_056)
    declare_all_ready(episode=episode)
    assert [one.state for one in cut_all()] == ["done"]
    for clip in clips():
        size, frames, sound = held(clip)
        assert size == "320x180"
        assert frames == pytest.approx((min(clip.true_end_ms, 13_000) - clip.true_start_ms) / 40, abs=0.1)
        assert sound == pytest.approx(clip.true_end_ms - clip.true_start_ms, abs=45)
    assert len(clips()) == 2
