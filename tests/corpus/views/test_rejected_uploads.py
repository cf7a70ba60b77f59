"""Messages about faulty media and subtitles, at the upload and after the job of the worker."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from common.jobs.queue import execute
from common.models import Job
from corpus.models import Corpus, Dialogue, Episode, MediaFile
from tests.corpus.domain.conftest import files
from tests.corpus.domain.ingest.test_episode_ingest import srt
from tests.corpus.media.conftest import H264, PICTURE, Make, film
from tests.factories import CorpusFactory, MembershipFactory

pytestmark = pytest.mark.django_db

LATE, CLIPPED, LAST = (50_000, 51_000, "late"), (7500, 9000, "half"), (8500, 9500, "outside")
IN_TIME = (0, 900, "你好")


@pytest.fixture
def corpus() -> Any:
    return CorpusFactory()


@pytest.fixture
def manager(client: Client, corpus: Corpus) -> Client:
    client.force_login(MembershipFactory(corpus=corpus, role="manager").user)
    return client


@pytest.fixture
def eight(make: Make) -> bytes:
    return make("eight.mp4", film(8)).read_bytes()


def upload(client: Client, corpus: Corpus, media: bytes, subtitles: bytes) -> Any:
    data = {
        "film": SimpleUploadedFile("第一集.mp4", media),
        "subtitles": SimpleUploadedFile("lines.srt", subtitles),
        "series": "家",
    }
    return client.post(reverse("corpus:episodes", args=[corpus.slug]), data, follow=True)


def page_after_the_job(client: Client, corpus: Corpus) -> str:
    job = Job.objects.get(kind="corpus.ingest")
    execute(str(job.public_id))
    return str(client.get(reverse("corpus:episodes", args=[corpus.slug])).content.decode())


@pytest.mark.parametrize(
    ("media", "lines", "configured", "sentence"),
    [
        (b"text, not pictures", [IN_TIME], {}, "This is not a supported video or audio file"),
        (
            None,
            [LATE],
            {},
            "All subtitles start after the end of the video (8 s), the first of them in line 2. They seem to belong to",
        ),
        (None, [IN_TIME], {"FFMPEG_BIN": "/no/such/ffmpeg"}, "/no/such/ffmpeg"),
        (None, [IN_TIME], {"MIN_FREE_BYTES": 2**60}, "Not enough disk space:"),
    ],
)
def test_faults_found_by_the_worker_are_shown_next_to_the_episode(
    manager: Client,
    corpus: Corpus,
    eight: bytes,
    store: Path,
    settings: Any,
    media: bytes | None,
    lines: Any,
    configured: dict[str, Any],
    sentence: str,
) -> None:
    upload(manager, corpus, eight if media is None else media, srt(*lines))
    for name, value in configured.items():
        setattr(settings, name, value)
    page = page_after_the_job(manager, corpus)
    assert sentence in page
    assert (Dialogue.objects.count(), MediaFile.objects.count(), files(store / "media")) == (0, 0, [])
    remove = reverse("corpus:remove_episode", args=[corpus.slug, Episode.objects.get().public_id])
    assert remove in page
    manager.post(remove)
    assert files(store) == []


def test_an_unknown_encoding_is_refused_at_once(manager: Client, corpus: Corpus, eight: bytes, store: Path) -> None:
    polish = "1\n00:00:01,000 --> 00:00:02,000\nZażółć gęślą jaźń\n".encode("cp1250")
    response = upload(manager, corpus, eight, polish)
    assert response.status_code == 422
    assert "The encoding of lines.srt was not recognized" in response.content.decode()
    assert (Episode.objects.count(), Job.objects.count(), files(store)) == (0, 0, [])


def test_a_full_disk_is_reported_before_the_upload_is_accepted(
    manager: Client, corpus: Corpus, eight: bytes, store: Path, settings: Any
) -> None:
    settings.MIN_FREE_BYTES = 2**60
    response = upload(manager, corpus, eight, srt(IN_TIME))
    assert response.status_code == 422
    assert "Not enough disk space:" in response.content.decode()
    assert (Episode.objects.count(), files(store)) == (0, [])


def test_no_sound_and_late_subtitles_are_remarks_on_the_episodes_page(
    manager: Client, corpus: Corpus, make: Make, store: Path
) -> None:
    silent = make("silent.mp4", f"{PICTURE.format(8)} {H264}").read_bytes()
    upload(manager, corpus, silent, srt(CLIPPED, LAST))
    page_after_the_job(manager, corpus)
    where = reverse("corpus:episode", args=[corpus.slug, Episode.objects.get(state="ready").public_id])
    page = manager.get(where).content.decode()
    for remark in (
        "The video has no audio.",
        "Subtitle 1 exceeds the end of the video and was shortened: half",
        "Subtitle 2 starts after the end of the video; it was left out: outside",
    ):
        assert remark in page
