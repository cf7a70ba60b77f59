"""Supervision of a set of child processes."""

import json
import signal
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException

from config.processes.child_process import Child

LOOK_SECONDS = 0.2
END_SECONDS = 8.0


class Supervisor:
    """Starts children, restarts those that die, and ends all of them on SIGTERM or Ctrl-C.

    Args:
        children: in the order of their start; the first one, on which the others depend, is stopped last.
        report: prints a line to the terminal.
    """

    def __init__(self, children: list[Child], report: Callable[[str], None]) -> None:
        self.children = children
        self.report = report
        self.ending = threading.Event()

    def install_signal_handlers(self) -> None:
        """Stop on SIGTERM, SIGINT and SIGHUP."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self.ending.set())

    def start(self) -> None:
        """Start every child."""
        for child in self.children:
            child.start()

    def supervise(self, *, until: Callable[[], bool]) -> None:
        """Restart children that end, until a stop is requested or `until` returns true."""
        while not self.ending.is_set() and not until():
            for child in self.children:
                code = child.restart_if_ended()
                if code is not None and not self.ending.is_set():
                    self.report(f"{child.name} ended with {code} and is restarted. Last lines of {child.log}:")
                    self.report(child.last_lines())
            self.ending.wait(LOOK_SECONDS)

    def stop(self) -> None:
        """Stop every child; the first one, on which the others depend, last."""
        first, *others = self.children
        for group in (others, [first]):
            for child in group:
                child.terminate()
            deadline = time.monotonic() + END_SECONDS
            for child in group:
                child.stop(deadline)


def missing_parts(host: str, port: int) -> list[str] | None:
    """Return the dependencies that `/readyz` reports as not ready; None if the web server does not respond."""
    connection = HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        answer = json.loads(connection.getresponse().read())
    except (OSError, HTTPException, ValueError):
        return None
    finally:
        connection.close()
    return [f"{name}: {state}" for name, state in answer["checks"].items() if state != "ok"]
