"""Concord's web server in processes of its own, as `manage.py run` starts it, to be killed and started again."""

import os
import signal
import subprocess
import sys
import urllib.request
from contextlib import suppress

from django.conf import settings

from config.processes.services import WEB_OPTIONS
from tests.config.test_run import free_port, wait_for
from tests.conftest import ROOT

# a host name that is no "localhost": browsers then treat plain HTTP as what it is
LAN = "concord.lan"


class Server:
    """It reads and writes the tests' own database, a file in a temporary folder: a test looks into it from outside."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.lan_url = f"http://{LAN}:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{self.port}", *WEB_OPTIONS]
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": f"sqlite://{settings.DATABASES['default']['NAME']}",
            "CONCORD_ALLOWED_HOSTS": f"127.0.0.1,{LAN}",
        }
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_for(self.answers, "the web server")

    def answers(self) -> bool:
        """Tell whether it does."""
        with suppress(OSError), urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
        return False

    def kill(self) -> None:
        """End all its processes at once, wherever they are."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None
