from pathlib import Path

import pytest
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from pytest_django import Settings

from common.ranged import MOST_BYTES, ranged_file

CONTENT = bytes(range(256)) * (MOST_BYTES // 128)  # 2 MiB


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film 1.mp4"
    path.write_bytes(CONTENT)
    return path


def ask(film: Path, ranges: str | None = None) -> HttpResponseBase:
    request: HttpRequest = RequestFactory().get("/", headers={"Range": ranges} if ranges else {})
    return ranged_file(request, film, "video/mp4")


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-", 0, MOST_BYTES - 1),
        ("bytes=100-199", 100, 199),
        ("bytes=7-7", 7, 7),
        (f"bytes={len(CONTENT) - 10}-", len(CONTENT) - 10, len(CONTENT) - 1),
        (f"bytes={len(CONTENT) - 10}-{len(CONTENT) + 10}", len(CONTENT) - 10, len(CONTENT) - 1),
        ("bytes=-10", len(CONTENT) - 10, len(CONTENT) - 1),
        (f"bytes=-{len(CONTENT) * 2}", 0, MOST_BYTES - 1),
    ],
)
def test_a_piece_is_sent_as_asked_but_for_its_length(film: Path, asked: str, first: int, last: int) -> None:
    response = ask(film, asked)
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/{len(CONTENT)}"
    assert getattr(response, "content", None) == CONTENT[first : last + 1]


@pytest.mark.parametrize("asked", [f"bytes={len(CONTENT)}-", "bytes=5-4", "bytes=-0"])
def test_what_is_not_there_is_416(film: Path, asked: str) -> None:
    response = ask(film, asked)
    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{len(CONTENT)}")


@pytest.mark.django_db  # the end of an answer looks after connections
@pytest.mark.parametrize("asked", [None, "bytes=0-1,5-6", "bytes=-", "lines=1-2", "bytes=a-b"])
def test_without_one_clear_range_the_whole_is_sent(film: Path, asked: str | None) -> None:
    response = ask(film, asked)
    assert response.status_code == 200
    assert b"".join(getattr(response, "streaming_content", [])) == CONTENT
    response.close()


def test_pieces_of_one_file_fit_together(film: Path) -> None:
    assert ask(film, "bytes=0-1")["ETag"] == ask(film, "bytes=2-3")["ETag"] != ""


def test_behind_nginx_only_the_place_is_told(film: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT, settings.X_ACCEL_PREFIX = film.parent, "/protected/"
    response = ask(film, "bytes=0-")
    assert response["X-Accel-Redirect"] == "/protected/film%201.mp4"
    assert getattr(response, "content", None) == b""
