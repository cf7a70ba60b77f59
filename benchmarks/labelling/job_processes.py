"""Broker, worker and sweep next to the web server, for a run that also kills the worker."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from benchmarks.labelling.server import ROOT
from config.processes.broker import broker_command, prepare_socket_folder, socket_path

# the job of a dead worker is retried within seconds, so that the run can wait for it
HASTE = {"CONCORD_JOB_LEASE_SECONDS": "5", "CONCORD_SWEEP_SECONDS": "1"}


class JobProcesses:
    """The processes that run jobs, each in its own process group.

    Args:
        environment: of the server.
        folder: home of the installation.
        hastes: whether jobs of dead workers are retried sooner than by default.
        concurrency: processes of the worker; the default of an installation is 2.
    """

    def __init__(self, environment: dict[str, str], folder: Path, *, hastes: bool = True, concurrency: int = 1) -> None:
        self.concurrency = concurrency
        self.environment, self.log = environment | (HASTE if hastes else {}), folder / "crew.log"
        socket = socket_path(folder)
        prepare_socket_folder(socket)
        self.broker = self._started(*broker_command(socket))
        self.sweep = self._started(sys.executable, "manage.py", "sweep")
        self.worker = self._started(*self._worker())

    def replace_worker(self) -> None:
        """Start another worker; the rest of the previous one is killed."""
        _kill(self.worker)
        self.worker = self._started(*self._worker())

    def stop(self) -> None:
        """Stop all processes."""
        for process in (self.worker, self.sweep, self.broker):
            _kill(process)

    def _worker(self) -> list[str]:
        options = [
            "--concurrency",
            str(self.concurrency),
            "--loglevel",
            "WARNING",
            "--without-gossip",
            "--without-mingle",
        ]
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
