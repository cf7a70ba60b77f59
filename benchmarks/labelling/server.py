"""The web server as the Dockerfile starts it, and the CPU time of processes."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TICK = os.sysconf("SC_CLK_TCK")
UP_SECONDS = 60.0


def production_command(port: int) -> list[str]:
    """Return the command of the image, with this port."""
    line = next(line for line in (ROOT / "Dockerfile").read_text().splitlines() if line.startswith("CMD "))
    command: list[str] = json.loads(line[4:])
    command[command.index("--bind") + 1] = f"127.0.0.1:{port}"
    return [sys.executable, "-m", *command]


def free_port() -> int:
    """Return a free port."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """gunicorn in its own process group."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.environment, self.log, self.port = environment, log, free_port()
        self.command = production_command(self.port)
        self.process = self._started()

    def workers(self) -> list[int]:
        """Return the pids of the web processes, without their parent."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()] if children.exists() else []

    def kill(self, pid: int) -> None:
        """Kill one web process at once; gunicorn starts another."""
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    def kill_all(self) -> None:
        """Kill every process of the server at once, and start it again."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = self._started()

    def stop(self) -> None:
        """Stop the server."""
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _started(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + UP_SECONDS
        while time.monotonic() < deadline:
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return process
            time.sleep(0.05)
        raise RuntimeError(f"the server did not start: {self.log}")


class CpuMeter:
    """CPU time of processes since the first measurement, including later and ended ones."""

    def __init__(self, pids: list[int]) -> None:
        self._first = {pid: cpu_seconds(pid) for pid in pids}
        self._last = dict(self._first)

    def look(self, pids: list[int]) -> None:
        """Record the CPU time of the processes so far."""
        for pid in pids:
            self._last[pid] = max(cpu_seconds(pid), self._last.get(pid, 0.0))

    def seconds(self) -> float:
        """Return the CPU time between the first and the last measurement."""
        return sum(last - self._first.get(pid, 0.0) for pid, last in self._last.items())


def cpu_seconds(pid: int) -> float:
    """Return the user and system CPU time of a process; 0 if it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICK
