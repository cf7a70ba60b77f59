"""kill -9 of the worker during a job: the next attempt leaves the same files and rows as an uninterrupted one."""

from pathlib import Path

import pytest
from django.conf import settings

from common.models import Job
from corpus.domain.ingest.episodes import SubmittedFile, submit_episode
from corpus.domain.structure.draft_dialogues import declare_all_ready
from corpus.models import Clip, Corpus, Cue, Dialogue, Episode, MediaFile, Utterance
from tests.corpus.domain.conftest import files
from tests.corpus.domain.ingest.test_episode_ingest import LINES, srt, written
from tests.corpus.media.conftest import Make, film
from tests.stack import Stack, done, wait_for

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


def handed_in(corpus: Corpus, make: Make, tmp_path: Path) -> tuple[Episode, Job]:
    media = make("eight.mp4", film(8))
    return submit_episode(
        corpus=corpus, series="Test", media=SubmittedFile(media, "eight.mp4"), subtitles=written(tmp_path, srt(*LINES))
    )


def kept() -> None:
    """Assert that each file has a row and each row a file, and that no other files exist."""
    assert files(Path(settings.MEDIA_ROOT)) == sorted(MediaFile.objects.values_list("name", flat=True))
    assert files(Path(settings.WORK_DIR)) == []


@pytest.mark.parametrize(
    ("where", "call"),
    [
        ("corpus.domain.ingest.episode_ingest:make_playable", 1),
        ("corpus.domain.media.stored_files:Shelf.put", 3),  # three files are in their place, no row is committed
        ("corpus.domain.ingest.episode_ingest:drop_incoming", 1),  # the rows are committed, the job does not know yet
    ],
)
def test_an_ingest_that_was_killed_is_done_once(
    serving: Stack,
    corpus: Corpus,
    make: Make,
    tmp_path: Path,
    where: str,
    call: int,
) -> None:
    serving.hang(where, call)
    episode, job = handed_in(corpus, make, tmp_path)
    serving.kill_worker_when_it_hangs()
    wait_for(lambda: done(job), "the second attempt")
    assert (job.attempt, job.result) == (2, {"dialogues": 2, "utterances": 3, "cues": 4})
    assert (Dialogue.objects.count(), Utterance.objects.count(), Cue.objects.count()) == (2, 3, 4)
    assert Episode.objects.get(pk=episode.pk).state == "ready"
    assert sorted(MediaFile.objects.values_list("kind", flat=True)) == ["peaks", "playable", "source", "subtitles"]
    kept()


@pytest.mark.parametrize(("call", "left"), [(1, 3), (3, 1)])
def test_a_cut_that_was_killed_cuts_the_rest(
    serving: Stack,
    corpus: Corpus,
    make: Make,
    tmp_path: Path,
    call: int,
    left: int,
) -> None:
    # two clips are written down at a time: killed after the first or the third, it keeps none or two
    episode, job = handed_in(corpus, make, tmp_path)
    wait_for(lambda: done(job), "the ingest")
    serving.hang("corpus.domain.media.clip_cutting:_keep", call)
    declare_all_ready(episode=Episode.objects.get(pk=episode.pk))
    serving.kill_worker_when_it_hangs()
    cut = Job.objects.get(kind="corpus.cut")
    wait_for(lambda: done(cut), "the second attempt")
    assert (cut.attempt, cut.result) == (2, {"cut": left, "before": 3 - left})
    assert Clip.objects.count() == len({clip.utterance_id for clip in Clip.objects.all()}) == 3
    kept()
