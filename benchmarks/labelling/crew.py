"""Broker, worker and sweep beside the web server, for a run in which the worker is killed, too."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from benchmarks.labelling.server import ROOT
from config.processes.broker import broker_command, prepare_socket_folder, socket_path

# a dead worker's job is taken up again within seconds, so that the end of the run can be waited for
HASTE = {"CONCORD_JOB_LEASE_SECONDS": "5", "CONCORD_SWEEP_SECONDS": "1"}


class Crew:
    """The processes that do jobs, each in a process group of its own."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.environment, self.log = environment | HASTE, folder / "crew.log"
        socket = socket_path(folder)
        prepare_socket_folder(socket)
        self.broker = self._started(*broker_command(socket))
        self.sweep = self._started(sys.executable, "manage.py", "sweep")
        self.worker = self._started(*self._worker())

    def replace_worker(self) -> None:
        """Start another worker; what may be left of the one before is killed."""
        _kill(self.worker)
        self.worker = self._started(*self._worker())

    def stop(self) -> None:
        """End them all."""
        for process in (self.worker, self.sweep, self.broker):
            _kill(process)

    def _worker(self) -> list[str]:
        options = ["--concurrency", "1", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
        return [sys.executable, "-m", "celery", "-A", "config", "worker", *options]

    def _started(self, *command: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
