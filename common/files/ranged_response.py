"""Sending a file in ranges, which is what lets a browser seek in a film.

Django's own FileResponse knows no ranges: a seek to half an hour would land at 0. One answer holds at most 1 MiB, so a
slow viewer does not hold a thread for long; players ask for the next piece themselves.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

AT_MOST = 2**20
CHUNK = 2**16
HEADERS = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, max-age=31536000, immutable",  # files are named by their content
    "Content-Disposition": "inline",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def ranged_file(request: HttpRequest, path: Path, content_type: str) -> HttpResponseBase:
    """Answer a GET or HEAD for a file that never changes; whoever calls has checked who asks.

    Behind nginx (`X_ACCEL_PREFIX`) a file under MEDIA_ROOT is left to it.

    Args:
        path: absolute path.
        content_type: as we know it, never as an uploader said.

    Returns:
        206 with at most 1 MiB of the range asked for; 416 for a range that is malformed, multiple or past the end;
        304 to who has it; 200 without a Range header, or with an If-Range that names another file.

    Raises:
        Http404: there is no such file.
    """
    if not path.is_file():
        raise Http404
    if settings.X_ACCEL_PREFIX and path.is_relative_to(settings.MEDIA_ROOT):
        place = quote(path.relative_to(settings.MEDIA_ROOT).as_posix())
        headers = {**HEADERS, "X-Accel-Redirect": settings.X_ACCEL_PREFIX + place}
        return HttpResponse(content_type=content_type, headers=headers)
    response = _answer(request, path, content_type)
    for name, value in HEADERS.items():
        response[name] = value
    return response


def _answer(request: HttpRequest, path: Path, content_type: str) -> HttpResponseBase:
    stat = path.stat()
    size, etag = stat.st_size, f'"{stat.st_size:x}-{stat.st_mtime_ns:x}"'
    wanted = request.headers.get("Range", "")
    if etag in request.headers.get("If-None-Match", ""):
        response: HttpResponseBase = HttpResponse(status=304)
    elif request.method == "HEAD":  # ranges are for GET alone
        response = HttpResponse(content_type=content_type, headers={"Content-Length": str(size)})
    elif wanted and request.headers.get("If-Range", etag) == etag:
        response = _part(path, size, wanted, content_type)
    else:
        headers = {"Content-Length": str(size)}
        response = StreamingHttpResponse(_chunks(path), content_type=content_type, headers=headers)
    response["ETag"] = etag
    return response


def _part(path: Path, size: int, wanted: str, content_type: str) -> HttpResponse:
    span = _span(wanted, size)
    if span is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    first, last = span
    with path.open("rb") as file:
        file.seek(first)
        content = file.read(last - first + 1)
    return HttpResponse(
        content, status=206, content_type=content_type, headers={"Content-Range": f"bytes {first}-{last}/{size}"}
    )


def _span(wanted: str, size: int) -> tuple[int, int] | None:
    """Return the first and the last byte to send, or None for a range that can't be answered (RFC 9110, 14.1.2)."""
    asked = re.fullmatch(r"bytes=(\d{0,15})-(\d{0,15})", wanted.strip(), re.ASCII)
    if asked is None or not (asked[1] or asked[2]):
        return None
    if asked[1]:
        first, last = int(asked[1]), int(asked[2] or size - 1)
    else:  # the last so many bytes
        first, last = max(0, size - int(asked[2])), size - 1
    last = min(last, size - 1, first + AT_MOST - 1)
    return (first, last) if first <= last else None


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
