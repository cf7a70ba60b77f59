"""Recordings from real sources, from the file to its clips."""

from pathlib import Path

import av
import pytest

from corpus.domain.structure.draft_dialogues import declare_all_ready
from corpus.media.probe.media_probe import probe
from corpus.models import Clip, Corpus
from tests.corpus.domain.ingest.test_episode_ingest import bring, rows, srt, written
from tests.corpus.domain.media.test_clip_cutting import cut_all

pytestmark = [pytest.mark.django_db]

# the texts are invented; the tests depend on times and speakers only
TEARS = [
    (1000, 3500, "THOM: Look, Celia,"),
    (3600, 5000, "we have to follow our passions."),
    (5200, 7000, "- You have your robotics.\n- CELIA: Why don't you just admit it?"),
    (20_000, 23_000, "CELIA：你被我的机器手吓坏了。"),
    (69_000, 72_000, "THOM: I'm not freaked out."),
]


def held(clip: Clip) -> tuple[str, int, int]:
    """Decode a clip; return the size of its picture, its frames and the ms of its audio."""
    with av.open(str(clip.file.path)) as opened:
        video, audio = opened.streams.video[0], opened.streams.audio[0]
        frames = sum(1 for _ in opened.decode(video))
        opened.seek(0)
        samples = sum(frame.samples for frame in opened.decode(audio))
        return f"{video.width}x{video.height}", frames, samples * 1000 // audio.rate


def clips() -> list[Clip]:
    return list(Clip.objects.select_related("file", "utterance").order_by("requested_start_ms"))


@pytest.mark.slow
def test_live_actors_in_webm_with_separate_subtitles(corpus: Corpus, shared: Path, store: Path, tmp_path: Path) -> None:
    film = shared / "media/tears-of-steel-battle-clip-medium.webm"
    episode, job = bring(corpus, film, written(tmp_path, srt(*TEARS)))
    assert (job.state, job.error_code, episode.fps, episode.duration_ms) == ("done", "", 24.0, 70_545)
    assert rows() == [
        ("E1_D001_U001", "THOM", "Look, Celia, we have to follow our passions.", 1000, 5000),
        ("E1_D001_U002", None, "You have your robotics.", 5200, 6011),
        ("E1_D001_U003", "CELIA", "Why don't you just admit it?", 6011, 7000),
        ("E1_D002_U001", "CELIA", "你被我的机器手吓坏了。", 20_000, 23_000),
        ("E1_D003_U001", "THOM", "I'm not freaked out.", 69_000, 70_545),
    ]
    assert [warning["code"] for warning in episode.warnings] == ["cue.clipped"]
    assert episode.playable is not None
    playable = probe(episode.playable.path)
    assert playable.video is not None
    assert (playable.video.codec, playable.audio[0].codec) == ("h264", "aac")
    assert abs(playable.duration_ms - probe(film).duration_ms) <= 50

    pictures_end = playable.video.start_ms + playable.video.duration_ms  # somewhat before that of the sound
    declare_all_ready(episode=episode)
    assert [one.result for one in cut_all()] == [{"cut": 5, "before": 0}]
    for clip, (*_, start, end) in zip(clips(), rows(), strict=True):
        assert (clip.requested_start_ms, clip.requested_end_ms) == (start, end)
        assert clip.true_start_ms <= clip.requested_start_ms
        assert clip.requested_end_ms <= clip.true_end_ms
        size, frames, sound = held(clip)
        assert size == "798x332"
        assert frames == pytest.approx((min(clip.true_end_ms, pictures_end) - clip.true_start_ms) * 24 / 1000, abs=0.1)
        assert sound == pytest.approx(clip.true_end_ms - clip.true_start_ms, abs=45)


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
