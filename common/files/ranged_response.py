"""File responses with byte ranges, which browsers need for seeking in media.

Django's FileResponse does not support ranges. One range holds at most 1 MiB, which is read into memory; players request
the next one themselves. A whole file is sent by the web server, without a thread.
"""

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
    if settings.X_ACCEL_PREFIX and path.is_relative_to(settings.MEDIA_ROOT):
        location = quote(path.relative_to(settings.MEDIA_ROOT).as_posix())
        headers = {**HEADERS, "X-Accel-Redirect": settings.X_ACCEL_PREFIX + location}
        return HttpResponse(content_type=content_type, headers=headers)
    response = _answer(request, path, content_type)
    for name, value in HEADERS.items():
        response[name] = value
    return response


def _answer(request: HttpRequest, path: Path, content_type: str) -> HttpResponseBase:
    stat = path.stat()
    size, etag = stat.st_size, f'"{stat.st_size:x}-{stat.st_mtime_ns:x}"'
    requested = request.headers.get("Range", "")
    if etag in request.headers.get("If-None-Match", ""):
        response: HttpResponseBase = HttpResponse(status=304)
    elif request.method == "HEAD":  # ranges apply to GET only
        response = HttpResponse(content_type=content_type, headers={"Content-Length": str(size)})
    elif requested and request.headers.get("If-Range", etag) == etag:
        response = _part(path, size, requested, content_type)
    else:
        headers = {"Content-Length": str(size)}
        response = FileResponse(_LazyFile(path), content_type=content_type, headers=headers)
    response["ETag"] = etag
    return response


def _part(path: Path, size: int, requested: str, content_type: str) -> HttpResponse:
    span = _span(requested, size)
    if span is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    first, last = span
    with path.open("rb") as file:
        file.seek(first)
        content = file.read(last - first + 1)
    return HttpResponse(
        content, status=206, content_type=content_type, headers={"Content-Range": f"bytes {first}-{last}/{size}"}
    )


def _span(requested: str, size: int) -> tuple[int, int] | None:
    """Return the first and last byte to send; None for a range that can't be satisfied (RFC 9110, 14.1.2)."""
    match = re.fullmatch(r"bytes=(\d{0,15})-(\d{0,15})", requested.strip(), re.ASCII)
    if match is None or not (match[1] or match[2]):
        return None
    if match[1]:
        first, last = int(match[1]), int(match[2] or size - 1)
    else:  # the last n bytes
        first, last = max(0, size - int(match[2])), size - 1
    last = min(last, size - 1, first + MAX_RANGE_BYTES - 1)
    return (first, last) if first <= last else None


class _LazyFile:
    """A file that is opened when it is sent, and closed with its response."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None

    def fileno(self) -> int:
        """Return the descriptor, from which a web server sends the file."""
        return self._opened().fileno()

    def read(self, size: int) -> bytes:
        """Return the next bytes."""
        data = self._opened().read(max(size, CHUNK))
        if not data:
            self.close()
        return data

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()

    def _opened(self) -> IO[bytes]:
        if self._file is None:
            self._file = self._path.open("rb")
        return self._file
