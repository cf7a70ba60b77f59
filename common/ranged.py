"""Files in pieces: a browser seeks in a film only where the server answers ranges, which Django does not."""

import re
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

MOST_BYTES = 2**20  # per answer: a slow viewer holds a thread for one piece only; browsers ask for the next
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def ranged_file(request: HttpRequest, path: Path, content_type: str) -> HttpResponseBase:
    """Answer a request for a file that never changes: 206 with at most 1 MiB, 416, or the whole where none is asked.

    Behind nginx (`X_ACCEL_PREFIX`) the answer has no body but tells nginx which file to send.

    Args:
        request: whose `Range` header counts; several ranges at once are answered with the whole.
        path: below MEDIA_ROOT, where X_ACCEL_PREFIX is set.
        content_type: of the file.

    Raises:
        FileNotFoundError: it is not there.
    """
    stat = path.stat()
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=86400, immutable",
        "ETag": f'"{stat.st_size:x}-{stat.st_mtime_ns:x}"',
    }
    if settings.X_ACCEL_PREFIX:
        place = quote(path.relative_to(settings.MEDIA_ROOT).as_posix())
        headers["X-Accel-Redirect"] = f"{settings.X_ACCEL_PREFIX.rstrip('/')}/{place}"
        return HttpResponse(content_type=content_type, headers=headers)
    match = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if match is None or match[1] == match[2] == "":
        return FileResponse(path.open("rb"), content_type=content_type, headers=headers)
    first, last = _bounds(match[1], match[2], stat.st_size)
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{stat.st_size}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{stat.st_size}"
    with path.open("rb") as file:
        file.seek(first)
        return HttpResponse(file.read(last - first + 1), status=206, content_type=content_type, headers=headers)


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """Return the first and last byte to send; the first is behind the last where nothing of that is there."""
    if not first:
        start = max(0, size - int(last))
        return start, min(size - 1, start + MOST_BYTES - 1)
    start = int(first)
    return start, min(int(last) if last else size - 1, size - 1, start + MOST_BYTES - 1)
