"""Real recordings, brought in, declared ready and cut."""

from pathlib import Path

import pytest

from common.jobs import execute
from common.models import Job
from corpus.domain.dialogues import declare_all_ready
from corpus.media.probe import probe
from corpus.models import Clip, Corpus, Episode, Utterance
from tests.corpus.domain.conftest import stored
from tests.corpus.domain.test_ingest import bring, rows, srt, written

# the lease of a long job is renewed from a thread, which must find the database free
pytestmark = [pytest.mark.django_db(transaction=True)]

TEARS_OF_STEEL = [
    (1000, 3500, "THOM: Look, Celia,"),
    (3600, 5000, "we have to follow our passions."),
    (5200, 7000, "- You have your robotics.\n- CELIA: Why don't you just admit it?"),
    (20_000, 23_000, "CELIA：你被我的机器手吓坏了。"),
    (69_000, 72_000, "THOM: I'm not freaked out."),
]


def cut(episode: Episode) -> Job:
    declare_all_ready(episode=episode)
    job = Job.objects.get(kind="corpus.cut", args__episode=str(episode.public_id))
    execute(str(job.public_id))
    job.refresh_from_db()
    return job


def test_tears_of_steel(corpus: Corpus, store: Path, shared: Path, tmp_path: Path) -> None:
    clip = shared / "media/tears-of-steel-battle-clip-medium.webm"
    episode, _job = bring(corpus, clip, written(tmp_path, srt(*TEARS_OF_STEEL)), title="Tears of Steel")
    assert episode.duration_ms is not None
    assert rows() == [
        ("E1_D001_U001", "THOM", "Look, Celia, we have to follow our passions.", 1000, 5000),
        ("E1_D001_U002", None, "You have your robotics.", 5200, 6011),
        ("E1_D001_U003", "CELIA", "Why don't you just admit it?", 6011, 7000),
        ("E1_D002_U001", "CELIA", "你被我的机器手吓坏了。", 20_000, 23_000),
        ("E1_D003_U001", "THOM", "I'm not freaked out.", 69_000, episode.duration_ms),
    ]
    assert [warning["code"] for warning in episode.warnings] == ["cue.clipped"]
    assert episode.playable is not None
    playable = probe(episode.playable.path)
    assert playable.video is not None
    assert (playable.video.codec, playable.audio[0].codec) == ("h264", "aac")
    assert abs(playable.duration_ms - probe(clip).duration_ms) <= 50
    assert cut(episode).result == {"cut": 5, "before": 0}
    for made in Clip.objects.select_related("file"):
        found = probe(made.file.path)
        assert abs(found.duration_ms - (made.true_end_ms - made.true_start_ms)) <= 50
        assert found.video is not None
        assert made.true_start_ms <= made.requested_start_ms
        assert made.requested_end_ms <= made.true_end_ms


@pytest.mark.parametrize(
    ("media", "subtitles", "utterances", "warnings"),
    [
        ("mdn_elf.mp4", "s1.srt", 7, {"cue.clipped"}),
        ("mdn_pig.mp4", "sintel-en.vtt", 1, {"cue.clipped", "cue.past_end"}),
        ("f5tts_basic_ref_zh.wav", "s2.vtt", 5, {"episode.no_picture"}),
        ("h265_10bits.mp4", "s2.vtt", None, None),
        ("av1_video.mkv", "s2.vtt", None, None),
    ],
)
def test_recordings_and_subtitles_as_found(
    corpus: Corpus,
    store: Path,
    shared: Path,
    media: str,
    subtitles: str,
    utterances: int | None,
    warnings: set[str] | None,
) -> None:
    text = written(store, (shared / "media" / subtitles).read_bytes(), subtitles)
    episode, job = bring(corpus, shared / "media" / media, text)
    assert (job.state, job.error_code) == ("done", "")
    if utterances is not None:
        assert Utterance.objects.count() == utterances
        assert {warning["code"] for warning in episode.warnings} == warnings
    assert cut(episode).state == "done"
    assert Clip.objects.count() == Utterance.objects.count() > 0
    assert "clip" in stored(corpus)
