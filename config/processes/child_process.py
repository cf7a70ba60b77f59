"""Child processes of the supervisor, restarted with growing pauses."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from common.parent_process import die_with_parent

PROJECT = Path(__file__).resolve().parents[2]
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
KEPT_LOG_BYTES = 10 * 2**20


@dataclass
class Child:
    """One process and its log.

    Args:
        name: shown to users.
        command: program and arguments.
        log: file for its output; a large log is renamed to `*.log.1` at the start.
        environment: its complete environment.
        inherited: file descriptors to inherit, such as the lock of the home folder.
        end_signal: signal to send when the supervisor is killed.
    """

    name: str
    command: list[str]
    log: Path
    environment: dict[str, str]
    inherited: tuple[int, ...] = ()
    end_signal: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    _pause: float = FIRST_PAUSE
    _started_at: float = 0.0
    _restart_at: float | None = field(default=None)

    def start(self) -> None:
        """Start the process, in a session of its own so that Ctrl-C reaches only the supervisor."""
        if self.log.exists() and self.log.stat().st_size > KEPT_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # `stop` waits for it
                self.command,
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.environment,
                pass_fds=self.inherited,
                start_new_session=True,
                preexec_fn=_end_with(os.getpid(), self.end_signal),  # noqa: PLW1509 -- the supervisor has one thread
            )
        self._started_at, self._restart_at = time.monotonic(), None

    def restart_if_ended(self) -> int | None:
        """Restart the process after a pause if it has ended; return its exit code the first time this is noticed."""
        assert self.process is not None  # noqa: S101 -- called only after `start`
        now = time.monotonic()
        if self._restart_at is not None:
            if now >= self._restart_at:
                self.start()
            return None
        code = self.process.poll()
        if code is not None:
            self._pause = FIRST_PAUSE if now - self._started_at > STEADY_SECONDS else self._pause
            self._restart_at = now + self._pause
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
        return code

    def terminate(self) -> None:
        """Send SIGTERM, on which all services shut down cleanly."""
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def stop(self, deadline: float) -> None:
        """Wait for its end until `deadline` (monotonic seconds), then kill the rest of its process group."""
        if self.process is None:
            return
        try:
            self.process.wait(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            pass
        finally:
            _kill_group(self.process.pid)
            self.process.wait()

    def has_ended(self) -> bool:
        """Return whether the process has ended."""
        return self.process is not None and self.process.poll() is not None

    def exit_code(self) -> int | None:
        """Return the exit code; None while the process runs."""
        return self.process.poll() if self.process else None

    def last_lines(self, count: int = 5) -> str:
        """Return the last lines of the log."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])


def _end_with(parent: int, number: signal.Signals) -> Callable[[], None]:
    return lambda: die_with_parent(parent, number)


def _kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return
