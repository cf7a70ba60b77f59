"""kill -9 of the worker during a release or a report: the next attempt builds it, once."""

import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from agreement.domain.reports import request_report
from corpus.models import Corpus, MediaFile
from export.domain.options import Options
from export.domain.releases import request_release
from export.models import Release
from tests.corpus.domain.conftest import files
from tests.export.material import NAMED, contents, export, released_corpus
from tests.stack import Stack, done, wait_for

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


def whole_corpus() -> Corpus:
    """Return a released corpus; the worker, which deals slots of new dialogues, sees it with all its answers."""
    with transaction.atomic():
        return released_corpus()


@pytest.mark.parametrize(
    "where",
    [
        "export.domain.release_build:read_corpus",
        "corpus.domain.media.stored_files:Shelf.put",  # the zip is in its place, its row is not committed
        "export.domain.releases:_result",  # the release is committed, the job does not know yet
    ],
)
def test_a_release_whose_worker_was_killed_is_built_once(serving: Stack, where: str, tmp_path: Path) -> None:
    corpus = whole_corpus()
    serving.hang(where)
    release = request_release(corpus=corpus, name="v1", options=Options())
    serving.kill_worker_when_it_hangs()
    assert release.job is not None
    job = release.job
    wait_for(lambda: done(job), "the second attempt")
    assert (job.attempt, job.result) == (2, {"rows": 12})
    made = Release.objects.select_related("file").get()
    assert made.file is not None
    with zipfile.ZipFile(made.file.path) as archive:
        held = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
    undisturbed = contents(export(corpus, tmp_path / "out"))
    assert held.keys() == undisturbed.keys()
    # the other one continues the split of v1, and says so
    assert {name for name, content in held.items() if content != undisturbed[name]} == NAMED | {"DATASHEET.md"}
    assert files(Path(settings.MEDIA_ROOT)) == [MediaFile.objects.get().name]
    assert files(Path(settings.WORK_DIR)) == []


def test_a_report_whose_worker_was_killed_is_computed_once(serving: Stack) -> None:
    corpus = whole_corpus()
    serving.hang("agreement.domain.reports:figures")
    report = request_report(corpus=corpus)
    serving.kill_worker_when_it_hangs()
    assert report.job is not None
    job = report.job
    wait_for(lambda: done(job), "the second attempt")
    report.refresh_from_db()
    assert (job.attempt, job.result, report.selection["annotations"]) == (2, {"annotations": 36}, 36)
    assert corpus.reports.get().figures == report.figures
