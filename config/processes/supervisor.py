"""Keeping a set of processes alive until somebody asks for the end."""

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
        children: in the order of their start; they are ended in the opposite order of dependence, the first last.
        tell: says a line to the person at the terminal.
    """

    def __init__(self, children: list[Child], tell: Callable[[str], None]) -> None:
        self.children = children
        self.tell = tell
        self.ending = threading.Event()

    def heed_signals(self) -> None:
        """Take SIGTERM, SIGINT and SIGHUP as the request to end."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self.ending.set())

    def start(self) -> None:
        """Start every child."""
        for child in self.children:
            child.start()

    def look_after(self, *, until: Callable[[], bool]) -> None:
        """Restart what dies, until the end is asked for or `until` says yes."""
        while not self.ending.is_set() and not until():
            for child in self.children:
                code = child.tend()
                if code is not None and not self.ending.is_set():
                    self.tell(f"{child.name} ended with {code}; starting it again. The end of {child.log}:")
                    self.tell(child.last_lines())
            self.ending.wait(LOOK_SECONDS)

    def stop(self) -> None:
        """End every child: the first one, which the others talk to, after the others."""
        first, *others = self.children
        for group in (others, [first]):
            for child in group:
                child.ask_to_end()
            deadline = time.monotonic() + END_SECONDS
            for child in group:
                child.stop(deadline)


def missing_parts(host: str, port: int) -> list[str] | None:
    """Ask the web server what is not up yet; None while it does not answer at all."""
    connection = HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        answer = json.loads(connection.getresponse().read())
    except (OSError, HTTPException, ValueError):
        return None
    finally:
        connection.close()
    return [f"{name}: {state}" for name, state in answer["checks"].items() if state != "ok"]
