from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from corpus.models import MediaFile
from tests.factories import CorpusFactory, MediaFileFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(settings: Settings, tmp_path: Path) -> MediaFile:
    settings.MEDIA_ROOT = tmp_path
    made = MediaFileFactory(corpus=CorpusFactory())
    made.path.parent.mkdir(parents=True)
    made.path.write_bytes(bytes(range(256)))
    return made


def fetch(client: Client, file: MediaFile, **headers: str) -> tuple[int, bytes]:
    response = client.get(reverse("media", args=[file.public_id]), headers=headers)
    body = b"".join(response) if response.streaming else response.content
    return response.status_code, body


@pytest.mark.parametrize("role", ["manager", "adjudicator", "annotator"])
def test_members_get_the_range_they_ask_for(client: Client, file: MediaFile, role: str) -> None:
    client.force_login(MembershipFactory(corpus=file.corpus, role=role).user)
    assert fetch(client, file, Range="bytes=16-31") == (206, bytes(range(16, 32)))
    assert fetch(client, file) == (200, bytes(range(256)))


def test_the_answer_has_the_type_that_we_stored(client: Client, file: MediaFile) -> None:
    client.force_login(MembershipFactory(corpus=file.corpus).user)
    assert client.get(reverse("media", args=[file.public_id]))["Content-Type"] == "video/mp4"


def test_other_people_get_404(client: Client, file: MediaFile) -> None:
    client.force_login(MembershipFactory(role="manager").user)
    assert fetch(client, file, Range="bytes=0-1")[0] == 404
    client.force_login(MembershipFactory(corpus=file.corpus, role="manager", is_active=False).user)
    assert fetch(client, file, Range="bytes=0-1")[0] == 404


def test_a_file_lost_on_the_disk_is_not_found(client: Client, file: MediaFile) -> None:
    client.force_login(MembershipFactory(corpus=file.corpus).user)
    file.path.unlink()
    assert fetch(client, file)[0] == 404


@pytest.mark.parametrize(
    ("kind", "code"),
    [("playable", 200), ("peaks", 200), ("clip", 200), ("source", 404), ("subtitles", 404), ("release", 404)],
)
def test_only_files_that_pages_play_or_draw_are_served(client: Client, file: MediaFile, kind: str, code: int) -> None:
    MediaFile.objects.update(kind=kind)
    client.force_login(MembershipFactory(corpus=file.corpus, role="manager").user)
    assert fetch(client, file)[0] == code


def test_only_reading_is_possible(client: Client, file: MediaFile) -> None:
    client.force_login(MembershipFactory(corpus=file.corpus).user)
    assert client.head(reverse("media", args=[file.public_id]))["Content-Length"] == "256"
    assert client.post(reverse("media", args=[file.public_id])).status_code == 405


def test_asking_costs_few_queries(
    client: Client, file: MediaFile, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(MembershipFactory(corpus=file.corpus).user)
    with django_assert_num_queries(3):  # session with person, file, membership
        fetch(client, file)
