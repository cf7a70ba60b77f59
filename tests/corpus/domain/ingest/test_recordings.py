"""Real recordings that are imported, declared ready and cut."""

from pathlib import Path

import pytest

from common.jobs.queue import execute
from common.models import Job
from corpus.domain.structure.draft_dialogues import declare_all_ready
from corpus.models import Clip, Corpus, Episode, Utterance
from tests.corpus.domain.conftest import stored
from tests.corpus.domain.ingest.test_episode_ingest import bring, written

# the lease of a long job is renewed from a thread, which must find the database free
pytestmark = [pytest.mark.django_db(transaction=True)]


def cut(episode: Episode) -> Job:
    declare_all_ready(episode=episode)
    job = Job.objects.get(kind="corpus.cut", args__episode=str(episode.public_id))
    execute(str(job.public_id))
    job.refresh_from_db()
    return job


@pytest.mark.parametrize(
    ("media", "subtitles", "utterances", "warnings"),
    [
        ("mdn_elf.mp4", "s1.srt", 7, {"cue.clipped"}),
        ("mdn_pig.mp4", "s1.srt", 7, {"cue.clipped"}),
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


def test_subtitles_of_another_film_with_one_sound_are_refused(corpus: Corpus, store: Path, shared: Path) -> None:
    text = written(store, (shared / "media/sintel-en.vtt").read_bytes(), "sintel-en.vtt")
    _episode, job = bring(corpus, shared / "media/mdn_pig.mp4", text)
    assert (job.state, job.error_code) == ("failed", "subtitles.all_past_end")
