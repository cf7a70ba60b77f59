"""File responses with byte ranges, which browsers need for seeking in media.

Django's FileResponse does not support ranges. A range of media holds at most 1 MiB, which is read into memory; players
request the next one themselves. Clients that resume a download do not: they take the end of the range for the end of
the file, so a download is sent to its end. A whole file, and the rest of a download, are sent by the web server,
without a thread.
"""

import base64
import re
from pathlib import Path
from typing import IO
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

MAX_RANGE_BYTES = 2**20
CHUNK = 2**16
HEADERS = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, max-age=31536000, immutable",  # files are named by their content
    "Content-Disposition": "inline",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def ranged_file(request: HttpRequest, path: Path, content_type: str) -> HttpResponseBase:
    """Return the response to a GET or HEAD for an immutable file. The caller checks permissions.

    Behind nginx (`X_ACCEL_PREFIX`), nginx sends files under MEDIA_ROOT.

    Args:
        path: absolute path.
        content_type: as detected by the server, not as declared by the uploader.

    Returns:
        206 with at most 1 MiB of the requested range; 416 for a range that is malformed, multiple or past the end;
        304 if the client has the file; 200 without a Range header, or with the If-Range of another file.

    Raises:
        Http404: the file does not exist.
    """
    if not path.is_file():
        raise Http404
    if is_left_to_nginx(path):
        return _accelerated(path, content_type, HEADERS)
    response = _answer(request, path, content_type)
    for name, value in HEADERS.items():
        response[name] = value
    return response


def download(request: HttpRequest, path: Path, content_type: str, *, filename: str, sha256: str) -> HttpResponseBase:
    """Return the response to a GET or HEAD for a file that is saved under a name. The caller checks permissions.

    Args:
        path: absolute path.
        content_type: as detected by the server.
        filename: ASCII letters, digits, dots, hyphens and underscores.
        sha256: of the whole file; the ETag, so that a download can be resumed after the file was restored elsewhere,
            and the header `Repr-Digest` (RFC 9530).

    Returns:
        As `ranged_file`, except that a range is sent to its end, and that caches ask before they use their copy.

    Raises:
        Http404: the file does not exist.
    """
    if not path.is_file():
        raise Http404
    own = {
        "Cache-Control": "private, no-cache",  # whoever lost access gets nothing from a cache
        "Content-Disposition": f'attachment; filename="{filename}"',
        "Repr-Digest": f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode()}:",
    }
    if is_left_to_nginx(path):
        return _accelerated(path, content_type, {**HEADERS, **own})
    response = _answer(request, path, content_type, etag=f'"{sha256}"', is_download=True)
    for name, value in {**HEADERS, **own}.items():
        response[name] = value
    return response


def requested_bytes(request: HttpRequest, size: int, sha256: str) -> int:
    """Return how many bytes of a download a request asks for: 0 for HEAD and for a range that cannot be sent.

    Args:
        request: for the download.
        size: of the file.
        sha256: of the file.
    """
    if request.method == "HEAD":
        return 0
    requested, etag = request.headers.get("Range", ""), f'"{sha256}"'
    if not requested or (not settings.X_ACCEL_PREFIX and request.headers.get("If-Range", etag) != etag):
        return size
    span = _span(requested, size)
    return span[1] - span[0] + 1 if span else 0


def is_left_to_nginx(path: Path) -> bool:
    """Return whether nginx sends this file."""
    return bool(settings.X_ACCEL_PREFIX) and path.is_relative_to(settings.MEDIA_ROOT)


def _accelerated(path: Path, content_type: str, headers: dict[str, str]) -> HttpResponse:
    location = quote(path.relative_to(settings.MEDIA_ROOT).as_posix())
    headers = {**headers, "X-Accel-Redirect": settings.X_ACCEL_PREFIX + location}
    return HttpResponse(content_type=content_type, headers=headers)


def _answer(
    request: HttpRequest, path: Path, content_type: str, *, etag: str = "", is_download: bool = False
) -> HttpResponseBase:
    stat = path.stat()
    size, etag = stat.st_size, etag or f'"{stat.st_size:x}-{stat.st_mtime_ns:x}"'
    requested = request.headers.get("Range", "")
    if etag in request.headers.get("If-None-Match", ""):
        response: HttpResponseBase = HttpResponse(status=304)
    elif request.method == "HEAD":  # ranges apply to GET only
        response = HttpResponse(content_type=content_type, headers={"Content-Length": str(size)})
    elif requested and request.headers.get("If-Range", etag) == etag:
        response = _part(path, size, requested, content_type, is_download=is_download)
    else:
        headers = {"Content-Length": str(size)}
        response = FileResponse(_LazyFile(path), content_type=content_type, headers=headers)
    response["ETag"] = etag
    return response


def _part(path: Path, size: int, requested: str, content_type: str, *, is_download: bool) -> HttpResponseBase:
    span = _span(requested, size)
    if span is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    first, last = span
    if not is_download:
        last = min(last, first + MAX_RANGE_BYTES - 1)
    headers = {"Content-Range": f"bytes {first}-{last}/{size}", "Content-Length": str(last - first + 1)}
    if is_download:
        file = _LazyFile(path, first, last - first + 1)
        return FileResponse(file, status=206, content_type=content_type, headers=headers)
    with path.open("rb") as opened:
        opened.seek(first)
        content = opened.read(last - first + 1)
    return HttpResponse(content, status=206, content_type=content_type, headers=headers)


def _span(requested: str, size: int) -> tuple[int, int] | None:
    """Return the first and last byte of a range; None for one that can't be satisfied (RFC 9110, 14.1.2)."""
    match = re.fullmatch(r"bytes=(\d{0,15})-(\d{0,15})", requested.strip(), re.ASCII)
    if match is None or not (match[1] or match[2]):
        return None
    if match[1]:
        first, last = int(match[1]), int(match[2] or size - 1)
    else:  # the last n bytes
        first, last = max(0, size - int(match[2])), size - 1
    last = min(last, size - 1)
    return (first, last) if first <= last else None


class _LazyFile:
    """A file, or a part of it, that is opened when it is sent, and closed with its response.

    Args:
        path: of the file.
        first: the byte to begin with.
        count: number of bytes; to the end, if it is None.
    """

    def __init__(self, path: Path, first: int = 0, count: int | None = None) -> None:
        self._path, self._first, self._left = path, first, count
        self._file: IO[bytes] | None = None

    def fileno(self) -> int:
        """Return the descriptor at its first byte, from where a web server sends as much as Content-Length says."""
        return self._opened().fileno()

    def read(self, size: int) -> bytes:
        """Return the next bytes."""
        size = max(size, CHUNK)
        data = self._opened().read(size if self._left is None else min(size, self._left))
        if self._left is not None:
            self._left -= len(data)
        if not data:
            self.close()
        return data

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()

    def _opened(self) -> IO[bytes]:
        if self._file is None:
            self._file = self._path.open("rb", buffering=0)  # the descriptor is where reading is
            self._file.seek(self._first)
        return self._file
