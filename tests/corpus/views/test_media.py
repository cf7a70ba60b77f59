from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from corpus.models import MediaFile
from tests.factories import MediaFileFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path, settings: Settings) -> MediaFile:
    settings.MEDIA_ROOT = tmp_path
    made: MediaFile = MediaFileFactory()
    made.path.parent.mkdir()
    made.path.write_bytes(b"film")
    return made


def status(file: MediaFile, client: Client) -> int:
    response = client.get(f"/media/{file.public_id}/", headers={"Range": "bytes=1-2"})
    return response.status_code


@pytest.mark.parametrize("role", ["manager", "adjudicator", "annotator"])
def test_members_get_it_in_pieces(client: Client, file: MediaFile, role: str) -> None:
    client.force_login(MembershipFactory(corpus=file.corpus, role=role).user)
    response = client.get(f"/media/{file.public_id}/", headers={"Range": "bytes=1-2"})
    assert (response.status_code, response.content) == (206, b"il")


def test_to_others_it_is_not_there(client: Client, file: MediaFile) -> None:
    assert status(file, client) == 302
    client.force_login(MembershipFactory().user)
    assert status(file, client) == 404
    client.force_login(MembershipFactory(corpus=file.corpus, is_active=False).user)
    assert status(file, client) == 404


@pytest.mark.parametrize("kind", ["source", "subtitles", "release"])
def test_only_what_pages_play_is_sent(client: Client, file: MediaFile, kind: str) -> None:
    MediaFile.objects.update(kind=kind)
    client.force_login(MembershipFactory(corpus=file.corpus).user)
    assert status(file, client) == 404


def test_a_file_that_is_gone_is_not_there(client: Client, file: MediaFile) -> None:
    file.path.unlink()
    client.force_login(MembershipFactory(corpus=file.corpus).user)
    assert status(file, client) == 404
