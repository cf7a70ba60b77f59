import json
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

from common.jobs.queue import execute
from common.models import Job
from corpus.domain.media.timeline_marks import order_marks
from corpus.models import Episode
from tests.corpus.media.conftest import H264, Make
from tests.factories import EpisodeFactory, MediaFileFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def episode(make: Make, settings: Any, tmp_path: Path) -> Any:
    """An episode with a shot change at 2 s and a silence from 0 to 1 s."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.WORK_DIR = tmp_path / "work"
    episode: Episode = EpisodeFactory()
    episode.peaks = MediaFileFactory(corpus=episode.series.corpus, kind="peaks")
    episode.save()
    parts = " ".join(f"-f lavfi -i color=c={colour}:s=320x180:r=25:d=2" for colour in ("red", "white"))
    film = make("two-shots.mp4", f"{parts} -filter_complex [0][1]concat=n=2 {H264}")
    assert episode.playable is not None
    for file in (episode.playable, episode.peaks):
        file.path.parent.mkdir(parents=True, exist_ok=True)
    copyfile(film, episode.playable.path)
    episode.peaks.path.write_bytes(bytes(200) + bytes([156, 100]) * 300)
    return episode


def test_marks_are_found_once_and_stored_beside_the_peaks(episode: Episode) -> None:
    job = order_marks(episode=episode)
    assert job is not None
    execute(str(job.public_id))
    episode.refresh_from_db()
    assert Job.objects.get().state == "done", Job.objects.get().error_params
    assert episode.marks is not None
    assert json.loads(episode.marks.path.read_text()) == {"silences": [[0, 1000]], "shots": [2000]}
    assert order_marks(episode=episode) is None
