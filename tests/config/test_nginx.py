"""The media behind nginx itself, with the configuration that is shipped."""

import http.client
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from common.models import User
from corpus.models import MediaFile
from export.domain.sharing import share_release
from export.models import SharedDownload
from tests.conftest import missing
from tests.export.stored import CONTENT as RELEASED
from tests.export.stored import stored_release
from tests.factories import CorpusFactory, MediaFileFactory, MembershipFactory, UserFactory
from tests.free_port import free_port

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SHIPPED = Path(__file__).resolve().parents[2] / "deploy/nginx.conf"
CONTENT = bytes(range(256)) * 4096  # 1 MiB, the most that one response to a range holds without nginx
AROUND = """
{user}
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    default_type application/octet-stream;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/shipped.conf;
}}
"""


def program() -> str:
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if found is None:
        missing("nginx (Debian's nginx-light)")
    return str(found)


@pytest.fixture
def file(settings: Settings, tmp_path: Path) -> MediaFile:
    settings.MEDIA_ROOT, settings.X_ACCEL_PREFIX = tmp_path / "media", "/protected/"
    made = MediaFileFactory(corpus=CorpusFactory(), kind=MediaFile.Kind.CLIP)
    made.path.parent.mkdir(parents=True)
    made.path.write_bytes(CONTENT)
    (tmp_path / "secret").write_text("secret")  # beside the media folder
    return made


@pytest.fixture
def nginx(file: MediaFile, live_server: LiveServer, tmp_path: Path) -> Iterator[int]:
    """Run nginx with the shipped server, with the addresses and folders of this test; yield its port."""
    port, text = free_port(), SHIPPED.read_text(encoding="utf-8")
    own = {
        "server web:8000;": f"server {urlsplit(live_server.url).netloc};",
        "listen 8080;": f"listen 127.0.0.1:{port};",
        "alias /data/media/;": f"alias {tmp_path}/media/;",
        "access_log /var/log/nginx/access.log": f"access_log {tmp_path}/access.log",
    }
    for shipped, here in own.items():
        assert text.count(shipped) == 1
        text = text.replace(shipped, here)
    (tmp_path / "shipped.conf").write_text(text)
    user = "user root;" if os.geteuid() == 0 else ""
    (tmp_path / "nginx.conf").write_text(AROUND.format(folder=tmp_path, user=user))
    argv = [program(), "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        wait_until_open(port, process)
        yield port
    finally:
        process.terminate()
        process.communicate(timeout=10)


def wait_until_open(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    process.kill()
    pytest.fail(f"nginx did not start: {process.communicate()[1].decode()}")


class Visitor:
    """Asks nginx as one user, with paths as written: no client shortens them."""

    def __init__(self, port: int, user: User | None) -> None:
        self.port, self.cookie = port, ""
        if user:
            client = Client()
            client.force_login(user)
            self.cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, bytes, dict[str, str]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, headers={"Cookie": self.cookie, **headers})
            response = connection.getresponse()
            return response.status, response.read(), {name.lower(): text for name, text in response.getheaders()}
        finally:
            connection.close()


def test_nginx_sends_a_clip_to_members_only(file: MediaFile, nginx: int) -> None:
    member = Visitor(nginx, MembershipFactory(corpus=file.corpus).user)
    path = reverse("media", args=[file.public_id])

    status, body, headers = member.ask(path)
    assert (status, body) == (200, CONTENT)
    assert (headers["content-type"], headers["cache-control"]) == (
        file.content_type,
        "private, max-age=31536000, immutable",
    )
    assert headers["accept-ranges"] == "bytes"
    assert "x-accel-redirect" not in headers  # it tells where the file is

    for wanted, first, last in (("16-31", 16, 31), ("1048000-", 1048000, 1048575), ("-10", 1048566, 1048575)):
        status, body, headers = member.ask(path, Range=f"bytes={wanted}")
        assert (status, body) == (206, CONTENT[first : last + 1])
        assert headers["content-range"] == f"bytes {first}-{last}/{len(CONTENT)}"
    assert member.ask(path, Range="bytes=1048576-")[0] == 416
    status, body, headers = member.ask(path, "HEAD")
    assert (status, body, headers["content-length"]) == (200, b"", str(len(CONTENT)))

    assert Visitor(nginx, UserFactory()).ask(path)[0] == 404
    assert Visitor(nginx, UserFactory()).ask(path, Range="bytes=16-31")[0] == 404
    assert Visitor(nginx, None).ask(path)[0] in {302, 401, 403}


def test_the_internal_location_is_closed_from_outside(file: MediaFile, nginx: int) -> None:
    member = Visitor(nginx, MembershipFactory(corpus=file.corpus).user)
    name = file.name
    for path in (f"/protected/{name}", f"//protected//{name}", f"/static/../protected/{name}", f"/%70rotected/{name}"):
        assert member.ask(path)[0] == 404, path
    traversals = [
        "/protected/../secret",
        "/protected../secret",
        "/protected/%2e%2e/secret",
        "/protected/..%2fsecret",
        f"/protected/{name}/../../../../../secret",
    ]
    for path in traversals:
        status, body, _ = member.ask(path)
        assert status in {400, 404}, path
        assert b"secret" not in body.replace(b"/secret", b""), path
    # a client cannot send the header that only Concord may set
    status, body, _ = member.ask("/healthz", **{"X-Accel-Redirect": f"/protected/{name}"})
    assert body[:16] != CONTENT[:16]


def test_nginx_resumes_a_release_and_tells_the_file_by_its_etag(file: MediaFile, nginx: int) -> None:
    release = stored_release(file.corpus)
    manager = Visitor(nginx, MembershipFactory(corpus=file.corpus, role="manager").user)
    path = reverse("export:download", args=[file.corpus.slug, release.public_id])
    status, body, headers = manager.ask(path)
    assert (status, body) == (200, RELEASED)
    assert headers["content-disposition"] == f'attachment; filename="{release.file_name}"'
    etag = headers["etag"]
    assert not etag.startswith("W/")
    status, body, _ = manager.ask(path, **{"Range": "bytes=100-", "If-Range": etag})
    assert (status, body) == (206, RELEASED[100:])
    assert manager.ask(path, **{"Range": "bytes=100-", "If-Range": '"other"'})[0] == 200

    now = timezone.now()
    _, token = share_release(release=release, expires_at=now + timedelta(days=1), created_by=None, now=now)
    visitor = Visitor(nginx, None)
    status, body, headers = visitor.ask(reverse("shared_file", args=[token, release.file_name]), Range="bytes=2000-")
    assert (status, body) == (206, RELEASED[2000:])
    assert headers["x-robots-tag"] == "noindex, nofollow, noarchive"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["repr-digest"].startswith("sha-256=:")
    assert [each.bytes for each in SharedDownload.objects.all()] == [48]
