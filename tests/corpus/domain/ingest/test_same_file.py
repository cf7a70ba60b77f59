"""The same file uploaded twice at once; the first upload ends while the second one is being prepared."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from common.jobs.queue import execute
from common.models import Job
from corpus.domain.ingest import episode_ingest
from corpus.domain.ingest.episodes import SubmittedFile, submit_episode
from corpus.models import Corpus, Episode, MediaFile
from tests.corpus.domain.conftest import files
from tests.corpus.domain.ingest.test_episode_ingest import LINES, srt, written
from tests.corpus.media.conftest import Make, film

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("converted_once")]


@pytest.fixture
def jobs(corpus: Corpus, make: Make, store: Path, tmp_path: Path) -> list[Job]:
    media, subtitles = make("eight.mp4", film(8)), written(tmp_path, srt(*LINES))
    return [
        submit_episode(
            corpus=corpus,
            series="Test",
            title=title,
            media=SubmittedFile(media, media.name),
            subtitles=subtitles,
            here=True,
        )[1]
        for title in ("first", "second")
    ]


def run_between(monkeypatch: pytest.MonkeyPatch, jobs: list[Job]) -> None:
    """Run the second job, and the first one after the second was prepared."""
    prepare: Callable[..., Any] = episode_ingest._prepare

    def prepared(run: Any, *arguments: Any, **names: Any) -> Any:
        found = prepare(run, *arguments, **names)
        if run.job.pk == jobs[1].pk:
            execute(str(jobs[0].public_id))
        return found

    monkeypatch.setattr(episode_ingest, "_prepare", prepared)
    execute(str(jobs[1].public_id))
    for job in jobs:
        job.refresh_from_db()


def test_the_second_of_two_equal_uploads_is_rejected_and_leaves_no_file(
    jobs: list[Job], store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_between(monkeypatch, jobs)
    assert [(job.state, job.error_code) for job in jobs] == [("done", ""), ("failed", "episode.same_file")]
    assert jobs[1].error_params == {"title": "first"}
    assert sorted(Episode.objects.values_list("title", "state")) == [("first", "ready"), ("second", "failed")]
    assert files(store / "work") == []
    assert sorted(files(store / "media")) == sorted(MediaFile.objects.values_list("name", flat=True))
