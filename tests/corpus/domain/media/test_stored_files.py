import errno
import os
import threading
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.utils import timezone

from common.errors import Refused
from common.models import Job
from corpus.domain.media.stored_files import incoming, move, scratch, shelf, sweep_leftovers
from corpus.models import Corpus, Episode, MediaFile
from tests.corpus.domain.conftest import files
from tests.factories import EpisodeFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT, settings.WORK_DIR = tmp_path / "media", tmp_path / "work"
    return tmp_path


def file(path: Path, text: str = "x", *, age_hours: float = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (time.time() - 3600 * age_hours,) * 2)
    return path


def test_leftovers_are_swept_after_a_day_and_awaited_files_stay(folder: Path) -> None:
    waiting = EpisodeFactory(state=Episode.State.NEW)
    failed = EpisodeFactory(state=Episode.State.FAILED)
    file(incoming(f"{waiting.public_id}.media"), age_hours=48)
    file(incoming(f"{failed.public_id}.media"), age_hours=25)
    file(incoming("gone.media"), age_hours=25)
    file(incoming("fresh.media"), age_hours=23)
    file(folder / "work" / "tmpabc.upload.mp4", age_hours=25)
    file(folder / "work" / "tmpdef.upload.mp4", age_hours=1)
    assert sweep_leftovers() == 3
    kept = [f"incoming/{waiting.public_id}.media", "incoming/fresh.media", "tmpdef.upload.mp4"]
    assert files(folder / "work") == sorted(kept)


def test_the_same_content_is_stored_once(corpus: Corpus, folder: Path) -> None:
    with shelf(corpus, folder) as store:
        one = store.put(file(folder / "a"), kind="clip", content_type="video/mp4", suffix=".mp4")
        two = store.put(file(folder / "b"), kind="clip", content_type="video/mp4", suffix=".mp4")
    assert (one, files(folder / "media"), (folder / "b").exists()) == (two, [one.name], False)


def test_a_lost_file_is_restored_with_its_content(corpus: Corpus, folder: Path) -> None:
    for _ in range(2):
        with shelf(corpus, folder) as store:
            row = store.put(file(folder / "a"), kind="clip", content_type="video/mp4", suffix=".mp4")
        assert row.path.read_text() == "x"
        row.path.unlink()
    assert MediaFile.objects.count() == 1


def test_a_move_to_another_disk_is_atomic(folder: Path) -> None:
    real = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if self.suffix != ".part":
            raise OSError(errno.EXDEV, "other disk")
        return real(self, target)

    with patch.object(Path, "replace", replace):
        move(file(folder / "a", "whole"), folder / "there" / "b")
    assert files(folder) == ["there/b"]
    full = patch("shutil.copyfile", side_effect=OSError(errno.ENOSPC, "full"))
    with patch.object(Path, "replace", replace), full, pytest.raises(OSError, match="full"):
        move(file(folder / "a"), folder / "there" / "c")
    assert files(folder) == ["a", "there/b"]


def test_scratch_folders_of_finished_and_killed_runs_are_removed(folder: Path) -> None:
    file(folder / "work" / "ingest-1.1" / "half")
    file(folder / "work" / "ingest-12.1" / "of another")

    def work() -> None:
        with scratch("ingest-1.2") as here:
            assert not (folder / "work" / "ingest-1.1").exists()
            file(here / "half")
            raise Refused("disk.full", needed_mb=1, free_mb=0)

    with refused("disk.full"):
        work()
    assert files(folder / "work") == ["ingest-12.1/of another"]


def test_files_of_a_killed_run_without_a_row_are_removed_with_its_scratch_folder(corpus: Corpus, folder: Path) -> None:
    killed = folder / "work" / "cut-1.1"
    killed.mkdir(parents=True)
    with shelf(corpus, killed) as store:
        kept, lost = (
            store.put(file(folder / name, name), kind="clip", content_type="video/mp4", suffix=".mp4") for name in "ab"
        )
    lost.delete()  # as if the kill had come before the commit
    with scratch("cut-1.2"):
        assert files(folder / "media") == [kept.name]
    assert files(folder / "work") == []


def test_scratch_folders_of_work_that_was_given_up_are_swept(folder: Path) -> None:
    job = Job.objects.create(kind="x", args={"release": "r1"}, state="running", lease_until=timezone.now())
    Job.objects.create(kind="x", args={"release": "r2"}, state="failed")
    for name in ("release-r1.1", "release-r2.5", f"cut-{job.public_id}.1"):
        file(folder / "work" / name / "half")
        os.utime(folder / "work" / name, (time.time() - 25 * 3600,) * 2)
    file(folder / "work" / "cut-fresh.1" / "half")
    assert sweep_leftovers() == 1
    assert files(folder / "work") == sorted([f"cut-{job.public_id}.1/half", "cut-fresh.1/half", "release-r1.1/half"])


def test_a_note_that_was_cut_by_a_kill_removes_nothing_else(corpus: Corpus, folder: Path) -> None:
    killed = folder / "work" / "cut-1.1"
    outside = file(folder / "outside")
    inside = file(folder / "media" / "other")
    name = f"{corpus.public_id}/clip/ab/{'ab' * 32}.mp4"
    lost = file(folder / "media" / name)
    file(killed / "placed.txt", f"../outside\nother\n{name}\n{name[:20]}")
    with scratch("cut-1.2"):
        assert (outside.exists(), inside.exists(), lost.exists()) == (True, True, False)


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_two_jobs_that_store_the_same_content_at_once_share_one_file(corpus: Corpus, folder: Path) -> None:
    together, rows = threading.Barrier(2), []

    def put(number: int) -> None:
        try:
            together.wait()
            place = folder / "work" / f"cut-{number}.1"
            place.mkdir(parents=True)
            with shelf(corpus, place) as store, transaction.atomic():
                rows.append(store.put(file(place / "a"), kind="clip", content_type="video/mp4", suffix=".mp4"))
                time.sleep(0.2)
        finally:
            connection.close()

    threads = [threading.Thread(target=put, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [row.pk for row in rows] == [MediaFile.objects.get().pk] * 2
    assert files(folder / "media") == [MediaFile.objects.get().name]


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_a_failed_job_does_not_remove_the_file_that_another_job_is_storing(corpus: Corpus, folder: Path) -> None:
    stored, failed = threading.Event(), threading.Event()

    def put() -> None:
        try:
            (folder / "work" / "cut-2.1").mkdir(parents=True)
            failed.wait(5)
            with shelf(corpus, folder / "work" / "cut-2.1") as store, transaction.atomic():
                store.put(file(folder / "b"), kind="clip", content_type="video/mp4", suffix=".mp4")
                stored.set()
                time.sleep(0.3)  # the other job cleans up meanwhile
        finally:
            connection.close()

    thread = threading.Thread(target=put)
    thread.start()
    place = folder / "work" / "cut-1.1"
    place.mkdir(parents=True)

    def fail() -> None:
        with shelf(corpus, place) as store:
            with transaction.atomic():
                store.put(file(folder / "a"), kind="clip", content_type="video/mp4", suffix=".mp4")
                transaction.set_rollback(True)
            failed.set()
            assert stored.wait(5)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    thread.join()
    assert MediaFile.objects.get().path.read_text() == "x"
