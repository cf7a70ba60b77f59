"""Concord's web server in processes of its own, as `manage.py run` starts it, for tests that kill the server."""

import os
import signal
import subprocess
import sys
import tempfile
import urllib.request
from contextlib import suppress
from typing import IO

import pytest
from django.conf import settings

from config.processes.services import WEB_OPTIONS
from tests.config.test_run import wait_for
from tests.conftest import ROOT
from tests.free_port import free_port

# a host name other than "localhost": browsers then treat plain HTTP as insecure
LAN = "concord.lan"


ATTEMPTS = 5


class Server:
    """A web server on the tests' own database, a file in a temporary folder, which the tests read from outside."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.lan_url = f"http://{LAN}:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it responds.

        A server that ends at once is started again: between the search for a free port and its use, and between a
        kill and the next start, another process may hold the port for a moment.
        """
        output = ""
        for _ in range(ATTEMPTS):
            output = self._attempt()
            if self.process:
                return
        pytest.fail(f"the web server ended {ATTEMPTS} times:\n{output}")

    def _attempt(self) -> str:
        """Start it once; return its output if it ended before it responded."""
        with tempfile.TemporaryFile() as output:
            process = self._spawn(output)
            wait_for(lambda: process.poll() is not None or self.responds(), "the web server")
            if process.poll() is None:
                self.process = process
                return ""
            output.seek(0)
            return output.read().decode(errors="replace")

    def _spawn(self, output: IO[bytes]) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{self.port}", *WEB_OPTIONS]
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": f"sqlite://{settings.DATABASES['default']['NAME']}",
            "CONCORD_ALLOWED_HOSTS": f"127.0.0.1,{LAN}",
        }
        return subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
        )

    def responds(self) -> bool:
        """Return whether it responds to requests."""
        with suppress(OSError), urllib.request.urlopen(f"{self.url}/healthz", timeout=10) as response:
            return bool(response.status == 200)
        return False

    def kill(self) -> None:
        """Kill all its processes."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None
