"""A WSGI application for tests of the web server."""

import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

FILM = tempfile.NamedTemporaryFile()  # noqa: SIM115 -- for the life of the process
FILM.truncate(30_000_000)
SLEEPS: list[None] = []


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if path == "/echo":
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        content = f"{len(body)} {sum(body)}".encode()
    elif path == "/large":
        content = b"x" * 8_000_000
    elif path == "/sleep":
        time.sleep(0.4)
        SLEEPS.append(None)
        content = b"slept"
    elif path == "/slept":
        content = str(len(SLEEPS)).encode()
    else:
        content = environ["REMOTE_ADDR"].encode()
    headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(content)))]
    if path == "/file":
        headers[1] = ("Content-Length", "30000000")
        start_response("200 OK", headers)
        film = Path(FILM.name).open("rb")  # noqa: SIM115 -- the server closes it
        wrapped: Iterable[bytes] = environ["wsgi.file_wrapper"](film, 8192)
        return wrapped
    if path == "/stream":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return (b"y" * 100_000 for _ in range(100))
    start_response("200 OK", headers)
    return [content]
