from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from common.jobs.queue import execute
from common.models import Job
from corpus.domain.imports.undo import request_undo
from corpus.domain.ingest.episodes import JOIN
from corpus.models import Clip, Corpus, Dialogue, Episode, Import, MediaFile, Utterance
from tests.corpus.importers.meld import folder
from tests.corpus.media import counted
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a folder of MELD with two clips of the episode S08E21, a damaged one, and none of S04E07."""
    place = folder.write(tmp_path)
    clips = place / "train_splits"
    clips.mkdir()
    counted.film(clips / "dia0_utt0.mp4", frames=50, rate=Fraction(25), gop=250)
    (clips / "dia0_utt1.mp4").write_bytes((clips / "dia0_utt0.mp4").read_bytes()[:2000])
    counted.film(clips / "dia1_utt0.mp4", frames=31, rate=Fraction(25), gop=250)
    return place


def imported(source: Path) -> Corpus:
    UserFactory(may_create_corpora=True)
    call_command("import_corpus", "meld", str(source), corpus="meld")
    return Corpus.objects.get(slug="meld")


def run(job: Job) -> Job:
    execute(str(job.public_id))
    job.refresh_from_db()
    return job


def test_the_clips_of_an_episode_become_its_film_and_its_utterances_play(
    source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = imported(source)
    assert "The clips of 2 episodes are joined in the background" in capsys.readouterr().out
    first, other = (
        Job.objects.get(kind=JOIN, args__episode=str(Episode.objects.get(title=title).public_id))
        for title in ("S08E21", "S04E07")
    )
    assert run(first).result == {"clips": 2, "missing": 1}
    assert (run(other).state, other.error_code) == ("failed", "import.no_clips")

    episode = Episode.objects.get(title="S08E21")
    assert (episode.state, episode.playable is not None, episode.peaks is not None) == ("ready", True, True)
    times = Utterance.objects.filter(dialogue__episode=episode).order_by("dialogue__order", "order")
    assert list(times.values_list("code", "start_ms", "end_ms")) == [
        ("train-0-0", 0, 2000),
        ("train-0-1", None, None),
        ("train-1-0", 2000, 3240),
    ]
    assert episode.warnings == [{"code": "episode.no_clip", "params": {"utterance": "train-0-1"}}]
    run(Job.objects.get(kind="corpus.cut", scope=str(corpus.public_id)))
    assert sorted(Clip.objects.values_list("utterance__code", flat=True)) == ["train-0-0", "train-1-0"]
    clip = Clip.objects.get(utterance__code="train-1-0")
    assert counted.numbers(clip.file.path) == list(range(31))


def test_a_repeated_job_changes_nothing_and_an_undone_import_leaves_no_file(
    source: Path, django_capture_on_commit_callbacks: Any
) -> None:
    corpus = imported(source)
    episode = Episode.objects.get(title="S08E21")
    job = Job.objects.get(kind=JOIN, args__episode=str(episode.public_id))
    run(job)
    film = Episode.objects.get(pk=episode.pk).playable
    assert film is not None
    Job.objects.filter(pk=job.pk).update(state="queued", ended_at=None)
    assert run(job).result == {"clips": 2, "missing": 1}
    assert Episode.objects.get(pk=episode.pk).playable == film
    run(Job.objects.filter(kind="corpus.cut").latest("pk"))

    with django_capture_on_commit_callbacks(execute=True):
        run(request_undo(imported=Import.objects.get(corpus=corpus), here=True))
    assert not Dialogue.objects.filter(corpus=corpus).exists()
    assert not MediaFile.objects.exists()
    assert not film.path.exists()


def test_a_folder_without_clips_queues_nothing(tmp_path: Path) -> None:
    imported(folder.write(tmp_path))
    assert not Job.objects.filter(kind=JOIN).exists()
