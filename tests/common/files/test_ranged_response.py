import hashlib
from pathlib import Path

import pytest
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from pytest_django import Settings

from common.files.ranged_response import MAX_RANGE_BYTES, download, ranged_file, requested_bytes

SIZE = 3 * 2**20 + 5


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(bytes(at * 31 % 251 for at in range(SIZE)))
    return path


def ask(path: Path, method: str = "get", **headers: str) -> HttpResponseBase:
    request = getattr(RequestFactory(), method)("/", headers=headers)
    return ranged_file(request, path, "video/mp4")


def body(response: HttpResponseBase) -> bytes:
    if isinstance(response, StreamingHttpResponse):
        return b"".join(response)
    assert isinstance(response, HttpResponse)
    return response.content


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-", 0, MAX_RANGE_BYTES - 1),
        ("bytes=0-0", 0, 0),
        ("bytes=100-199", 100, 199),
        ("bytes=2000000-", 2_000_000, 2_000_000 + MAX_RANGE_BYTES - 1),
        (f"bytes={SIZE - 10}-{SIZE + 900}", SIZE - 10, SIZE - 1),
        ("bytes=-7", SIZE - 7, SIZE - 1),
        (f"bytes=-{SIZE * 2}", 0, MAX_RANGE_BYTES - 1),
        ("bytes=0-999999999999", 0, MAX_RANGE_BYTES - 1),
    ],
)
def test_a_range_gets_its_bytes_and_at_most_a_mebibyte(film: Path, wanted: str, first: int, last: int) -> None:
    response = ask(film, Range=wanted)
    assert (response.status_code, response["Content-Range"]) == (206, f"bytes {first}-{last}/{SIZE}")
    assert body(response) == film.read_bytes()[first : last + 1]


@pytest.mark.parametrize(
    "wanted",
    [
        *("bytes=0-1,5-6", "bytes=5-1", f"bytes={SIZE}-", "bytes=-", "bytes=-0", "bytes=a-b", "bytes 0-1", "lines=1-2"),
        *("bytes=٣-٤", "bytes=--5", "bytes=" + "9" * 40 + "-", "bytes=0-1\n,2-3"),
    ],
)
def test_a_range_that_makes_no_sense_is_refused(film: Path, wanted: str) -> None:
    response = ask(film, Range=wanted)
    assert (response.status_code, response["Content-Range"], body(response)) == (416, f"bytes */{SIZE}", b"")


def test_without_a_range_the_file_is_sent_in_pieces(film: Path) -> None:
    response = ask(film)
    assert isinstance(response, StreamingHttpResponse)
    assert (response.status_code, response["Content-Length"]) == (200, str(SIZE))
    pieces: list[bytes] = list(response)
    assert b"".join(pieces) == film.read_bytes()
    assert max(map(len, pieces)) <= 2**16


def test_head_returns_the_size_without_content(film: Path) -> None:
    for headers in ({}, {"Range": "bytes=0-5"}):
        response = ask(film, "head", **headers)
        assert (response.status_code, response["Content-Length"], response["Accept-Ranges"]) == (
            200,
            str(SIZE),
            "bytes",
        )
        assert body(response) == b""


def test_a_client_with_the_current_version_gets_304(film: Path) -> None:
    etag = ask(film)["ETag"]
    assert ask(film, **{"If-None-Match": etag}).status_code == 304
    assert ask(film, **{"If-None-Match": '"other"'}).status_code == 200


def test_a_range_of_another_version_returns_the_whole_file(film: Path) -> None:
    etag = ask(film)["ETag"]
    assert ask(film, **{"Range": "bytes=0-1", "If-Range": etag}).status_code == 206
    assert ask(film, **{"Range": "bytes=0-1", "If-Range": '"other"'}).status_code == 200
    film.write_bytes(b"changed")
    assert ask(film, **{"Range": "bytes=0-1", "If-Range": etag}).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-1"}, {"Range": "bytes=x"}])
def test_answers_are_private_and_never_sniffed(film: Path, headers: dict[str, str]) -> None:
    response = ask(film, **headers)
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"
    assert (response["X-Content-Type-Options"], response["Content-Disposition"]) == ("nosniff", "inline")


def test_an_empty_file_is_empty_but_has_no_ranges(tmp_path: Path) -> None:
    (tmp_path / "silent.peaks").touch()
    assert body(ask(tmp_path / "silent.peaks")) == b""
    assert ask(tmp_path / "silent.peaks", Range="bytes=0-").status_code == 416


def test_a_deleted_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(Http404):
        ask(tmp_path / "nothing")


def test_behind_nginx_the_file_is_left_to_it(film: Path, settings: Settings, tmp_path: Path) -> None:
    settings.X_ACCEL_PREFIX, settings.MEDIA_ROOT = "/protected/", tmp_path
    named = tmp_path / "clips" / "中 文%.mp4"
    named.parent.mkdir()
    film.rename(named)
    response = ask(named, Range="bytes=0-1")
    assert (response.status_code, body(response)) == (200, b"")
    assert response["X-Accel-Redirect"] == "/protected/clips/%E4%B8%AD%20%E6%96%87%25.mp4"
    assert response["Content-Type"] == "video/mp4"


def test_a_file_outside_the_media_folder_is_never_left_to_nginx(film: Path, settings: Settings, tmp_path: Path) -> None:
    settings.X_ACCEL_PREFIX, settings.MEDIA_ROOT = "/protected/", tmp_path / "media"
    assert body(ask(film, Range="bytes=0-1")) == film.read_bytes()[:2]


# --- downloads ---------------------------------------------------------------------------------------------


def fetch(path: Path, method: str = "get", **headers: str) -> HttpResponseBase:
    request = getattr(RequestFactory(), method)("/", headers=headers)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return download(request, path, "application/zip", filename="v1.zip", sha256=sha256)


@pytest.mark.parametrize("first", [0, 1, 2_000_000, SIZE - 1])
def test_a_download_is_resumed_to_its_end_in_one_response(film: Path, first: int) -> None:
    response = fetch(film, Range=f"bytes={first}-")
    assert (response.status_code, response["Content-Range"]) == (206, f"bytes {first}-{SIZE - 1}/{SIZE}")
    assert response["Content-Length"] == str(SIZE - first)
    assert isinstance(response, StreamingHttpResponse)
    pieces: list[bytes] = list(response)
    assert b"".join(pieces) == film.read_bytes()[first:]
    assert max(map(len, pieces)) <= 2**16


def test_a_part_in_the_middle_of_a_download_ends_where_it_was_asked_to(film: Path) -> None:
    assert body(fetch(film, Range="bytes=100-2000099")) == film.read_bytes()[100:2_000_100]
    assert fetch(film, Range=f"bytes={SIZE}-").status_code == 416


def test_the_etag_of_a_download_is_its_checksum_so_that_a_restored_file_can_be_resumed(film: Path) -> None:
    whole = fetch(film)
    sha256 = hashlib.sha256(film.read_bytes()).hexdigest()
    assert whole["ETag"] == f'"{sha256}"'
    assert whole["Repr-Digest"].startswith("sha-256=:")
    assert whole["Content-Disposition"] == 'attachment; filename="v1.zip"'
    assert whole["Cache-Control"] == "private, no-cache"
    content = film.read_bytes()
    film.unlink()
    film.write_bytes(content)
    assert fetch(film, **{"Range": "bytes=5-", "If-Range": whole["ETag"]}).status_code == 206
    assert fetch(film, **{"Range": "bytes=5-", "If-Range": '"other"'}).status_code == 200
    assert fetch(film, **{"If-None-Match": whole["ETag"]}).status_code == 304


def test_a_download_behind_nginx_is_left_to_it(film: Path, settings: Settings) -> None:
    settings.X_ACCEL_PREFIX, settings.MEDIA_ROOT = "/protected/", film.parent
    response = fetch(film, Range="bytes=5-")
    assert response["X-Accel-Redirect"] == "/protected/film.mp4"
    assert response["Content-Disposition"] == 'attachment; filename="v1.zip"'
    film.unlink()
    with pytest.raises(Http404):
        download(RequestFactory().get("/"), film, "application/zip", filename="v1.zip", sha256="00" * 32)


@pytest.mark.parametrize(
    ("method", "headers", "count"),
    [
        ("get", {}, 1000),
        ("head", {}, 0),
        ("get", {"Range": "bytes=100-"}, 900),
        ("get", {"Range": "bytes=100-199"}, 100),
        ("get", {"Range": "bytes=2000-"}, 0),
        ("get", {"Range": "bytes=100-", "If-Range": '"other"'}, 1000),
        ("get", {"Range": "bytes=100-", "If-Range": '"aa"'}, 900),
    ],
)
def test_the_bytes_that_a_request_asks_for_are_known(method: str, headers: dict[str, str], count: int) -> None:
    assert requested_bytes(getattr(RequestFactory(), method)("/", headers=headers), 1000, "aa") == count
