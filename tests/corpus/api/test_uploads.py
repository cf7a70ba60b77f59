import base64
import fcntl
import hashlib
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common.models import Job, User
from corpus.domain.ingest import resumable_uploads
from corpus.models import Corpus, Episode, Membership
from tests.factories import CorpusFactory, MembershipFactory

pytestmark = pytest.mark.django_db

FILM = bytes(range(256)) * 40
SRT = "1\n00:00:01,000 --> 00:00:02,000\n你好\n".encode()
TUS = {"tus-resumable": "1.0.0"}


@pytest.fixture
def corpus() -> Any:
    return CorpusFactory()


@pytest.fixture
def person(corpus: Corpus) -> Any:
    return MembershipFactory(corpus=corpus, role=Membership.Role.MANAGER).user


@pytest.fixture
def manager(client: Client, person: User) -> Client:
    client.force_login(person)
    return client


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT, settings.WORK_DIR = tmp_path / "media", tmp_path / "work"
    return tmp_path / "work" / "uploads"


def create(client: Client, corpus: Corpus, length: int = len(FILM), **about: str) -> Any:
    pairs = [f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in about.items()]
    headers = {**TUS, "upload-length": str(length), "upload-metadata": ",".join(pairs)}
    return client.post(f"/api/v1/corpora/{corpus.slug}/uploads/", headers=headers)


def patch(client: Client, where: str, part: bytes, offset: int, **headers: str) -> Any:
    sent = {**TUS, "upload-offset": str(offset), **{name.replace("_", "-"): value for name, value in headers.items()}}
    return client.patch(where, part, content_type="application/offset+octet-stream", headers=sent)


def offset_of(client: Client, where: str) -> int:
    return int(client.head(where, headers=TUS)["Upload-Offset"])


def complete(client: Client, corpus: Corpus, data: bytes, name: str) -> str:
    where = create(client, corpus, len(data), filename=name)["Location"]
    assert patch(client, where, data, 0).status_code == 204
    return str(where.rstrip("/").rpartition("/")[2])


def test_parts_become_an_episode(manager: Client, corpus: Corpus, folder: Path) -> None:
    created = create(manager, corpus, filename="第一集.mp4")
    assert created.status_code == 201
    assert created["Upload-Expires"].endswith("GMT")
    where = created["Location"]
    for at in range(0, len(FILM), 1000):
        response = patch(manager, where, FILM[at : at + 1000], at)
        assert (response.status_code, response["Upload-Offset"]) == (204, str(min(at + 1000, len(FILM))))
    subtitles = complete(manager, corpus, SRT, "a.srt")
    response = manager.post(
        f"/api/v1/corpora/{corpus.slug}/episodes/",
        {"media": where.rstrip("/").rpartition("/")[2], "subtitles": subtitles, "series": "家", "licence": "CC0"},
        content_type="application/json",
    )
    episode, job = Episode.objects.get(), Job.objects.get()
    assert response.status_code == 202
    assert response.json()["page"] == f"/c/{corpus.slug}/episodes/#episode-{episode.public_id}"
    assert (response.json()["job"], job.kind) == (str(job.public_id), "corpus.ingest")
    assert (episode.title, episode.series.name, episode.licence) == ("第一集", "家", "CC0")
    waiting = {path.suffix: path.read_bytes() for path in (folder.parent / "incoming").iterdir()}
    assert waiting == {".media": FILM, ".subtitles": SRT}
    assert list(folder.iterdir()) == []


def test_an_upload_continues_after_the_process_was_killed_within_a_part(
    manager: Client, corpus: Corpus, folder: Path
) -> None:
    where = create(manager, corpus)["Location"]
    patch(manager, where, FILM[:4000], 0)
    (file,) = folder.glob("*.part")
    with file.open("ab") as opened:
        opened.write(FILM[4000:4321])  # written, not acknowledged
    assert offset_of(manager, where) == 4321
    assert patch(manager, where, FILM[4321:], 4321).status_code == 204
    assert file.read_bytes() == FILM


def test_a_part_at_another_offset_changes_nothing(manager: Client, corpus: Corpus) -> None:
    where = create(manager, corpus)["Location"]
    patch(manager, where, FILM[:1000], 0)
    for offset in (0, 999, 1001):
        refused = patch(manager, where, b"x", offset)
        assert (refused.status_code, refused.json()["code"]) == (409, "upload.other_offset")
    assert patch(manager, where, FILM, 1000).json()["code"] == "upload.past_end"
    assert offset_of(manager, where) == 1000


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_part_that_was_damaged_on_the_way_is_not_kept(manager: Client, corpus: Corpus, algorithm: str) -> None:
    where = create(manager, corpus)["Location"]
    total = f"{algorithm} {base64.b64encode(hashlib.new(algorithm, FILM[:1000]).digest()).decode()}"
    refused = patch(manager, where, FILM[1:1001], 0, upload_checksum=total)
    assert (refused.status_code, refused.json()["code"]) == (460, "upload.damaged")
    assert offset_of(manager, where) == 0
    assert patch(manager, where, FILM[:1000], 0, upload_checksum=total).status_code == 204
    refused = patch(manager, where, b"x", 1000, upload_checksum="md5 x")
    assert (refused.status_code, refused.json()["code"]) == (400, "upload.algorithm")


def test_a_file_with_another_checksum_than_stated_is_removed(manager: Client, corpus: Corpus, folder: Path) -> None:
    where = create(manager, corpus, sha256=hashlib.sha256(FILM).hexdigest())["Location"]
    assert patch(manager, where, FILM[::-1], 0).status_code == 460
    assert list(folder.iterdir()) == []
    where = create(manager, corpus, sha256=hashlib.sha256(FILM).hexdigest())["Location"]
    assert patch(manager, where, FILM, 0).status_code == 204


def test_two_parts_are_not_written_at_once(manager: Client, corpus: Corpus, folder: Path) -> None:
    where = create(manager, corpus)["Location"]
    (file,) = folder.glob("*.part")
    with file.open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        refused = patch(manager, where, FILM, 0)
        assert (refused.status_code, refused.json()["code"]) == (423, "upload.busy")
    assert patch(manager, where, FILM, 0).status_code == 204


def test_an_incomplete_upload_becomes_no_episode(manager: Client, corpus: Corpus) -> None:
    where = create(manager, corpus, filename="a.mp4")["Location"]
    asked = {"media": where.rstrip("/").rpartition("/")[2], "series": "家"}
    address = f"/api/v1/corpora/{corpus.slug}/episodes/"
    refused = manager.post(address, asked, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "upload.incomplete")
    manager.delete(where, headers=TUS)
    refused = manager.post(address, asked, content_type="application/json")
    assert refused.json()["code"] == "upload.unknown"
    assert not Episode.objects.exists()


def test_an_upload_belongs_to_one_person_and_one_corpus(manager: Client, corpus: Corpus, person: User) -> None:
    where = create(manager, corpus)["Location"]
    other = Client()
    other.force_login(MembershipFactory(corpus=corpus, role=Membership.Role.MANAGER).user)
    elsewhere = CorpusFactory()
    MembershipFactory(corpus=elsewhere, user=person, role=Membership.Role.MANAGER)
    moved = where.replace(f"/{corpus.slug}/", f"/{elsewhere.slug}/")
    for client, address in ((other, where), (manager, moved)):
        assert client.head(address, headers=TUS).status_code == 404
        assert patch(client, address, FILM, 0).status_code == 404
        assert client.delete(address, headers=TUS).status_code == 404
    assert offset_of(manager, where) == 0


def test_a_file_is_refused_before_it_is_sent(manager: Client, corpus: Corpus, settings: Any) -> None:
    settings.MAX_EPISODE_BYTES = 5000
    refused = create(manager, corpus)
    assert (refused.status_code, refused.json()["code"]) == (413, "episode.too_large")
    settings.MAX_EPISODE_BYTES = 10**15
    refused = create(manager, corpus, 10**14)
    assert (refused.status_code, refused.json()["code"]) == (507, "disk.full")


def test_a_person_has_a_limited_number_of_unfinished_uploads(
    manager: Client, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resumable_uploads, "MOST_OPEN", 1)
    where = create(manager, corpus)["Location"]
    assert create(manager, corpus).json()["code"] == "upload.too_many"
    manager.delete(where, headers=TUS)
    assert create(manager, corpus).status_code == 201


def test_space_is_kept_for_what_is_still_to_arrive(
    manager: Client, corpus: Corpus, settings: Any, folder: Path
) -> None:
    free = os.statvfs(folder.parent.parent)
    half = free.f_bavail * free.f_frsize * 6 // 10
    settings.MAX_EPISODE_BYTES = 10**15
    assert create(manager, corpus, half).status_code == 201
    assert create(manager, corpus, half).json()["code"] == "disk.full"


def test_an_upload_expires_a_week_after_its_last_part(manager: Client, corpus: Corpus, folder: Path) -> None:
    where = create(manager, corpus)["Location"]
    (file,) = folder.glob("*.part")
    patch(manager, where, FILM[:10], 0)
    assert resumable_uploads.remove_expired() == 0
    long_ago = time.time() - resumable_uploads.KEPT_SECONDS - 1
    os.utime(file, (long_ago, long_ago))
    assert resumable_uploads.remove_expired() == 1
    assert list(folder.iterdir()) == []
    assert manager.head(where, headers=TUS).status_code == 404


def test_the_abilities_are_stated_and_the_version_is_required(manager: Client, corpus: Corpus) -> None:
    address = f"/api/v1/corpora/{corpus.slug}/uploads/"
    told = manager.options(address)
    assert (told.status_code, told["Tus-Extension"]) == (204, "creation,expiration,checksum,termination")
    assert told["Tus-Checksum-Algorithm"] == "sha1,sha256"
    assert manager.post(address, headers={"upload-length": "1"}).status_code == 412
    assert manager.post(address, headers=TUS).status_code == 400
    where = create(manager, corpus)["Location"]
    assert (
        manager.patch(where, b"x", content_type="text/plain", headers={**TUS, "upload-offset": "0"}).status_code == 415
    )


def test_other_sites_cannot_upload(corpus: Corpus, person: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person)
    assert create(strict, corpus).status_code == 403


@pytest.mark.parametrize("role", [Membership.Role.ANNOTATOR, Membership.Role.ADJUDICATOR])
def test_only_managers_upload(client: Client, corpus: Corpus, role: str) -> None:
    client.force_login(MembershipFactory(corpus=corpus, role=role).user)
    assert create(client, corpus).status_code == 403


def test_names_are_paired_for_the_page(manager: Client, corpus: Corpus) -> None:
    address = reverse("corpus:pair_files", args=[corpus.slug])
    names = ["s/e2.mkv", "s/e1.mp4", "s/e1.zh.srt", "notes.docx"]
    found = manager.post(address, json.dumps({"names": names}), content_type="application/json").json()
    assert found["pairs"] == [
        {"media": "s/e1.mp4", "subtitles": "s/e1.zh.srt"},
        {"media": "s/e2.mkv", "subtitles": None},
    ]
    assert (found["texts"], found["ignored"]) == (["s/e1.zh.srt"], ["notes.docx"])
    assert manager.post(address, "{}", content_type="application/json").status_code == 422
