"""Time from a hand-in to the new live figure on the page: `python -m benchmarks.live_figures`; docs/benchmarks.md.

Fills a corpus as large as CMMA (21,795 utterances in dialogues of seven, three annotations each), starts the web server
as the image does, a worker and the sweep with their default settings, and hands in one dialogue after the other through
the API. The page of the manager is asked once a second, as a browser with this page does, beginning at a random moment.
A time ends when the card has figures computed after the hand-in was sent.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.labelling.connection import Connection
from benchmarks.labelling.database import Postgres, Sqlite
from benchmarks.labelling.environment import create_tables, django_task, production
from benchmarks.labelling.job_processes import JobProcesses
from benchmarks.labelling.server import Server, cpu_seconds

Json = dict[str, Any]
PASSWORD = "benchmarks are not secret"  # noqa: S105
POLL = 1.0  # seconds, see templates/agreement/live.html
PAUSE = 5.0  # seconds between a new figure and the next hand-in
LONGEST = 120.0
VERSION = re.compile(r"agreement/live/\?seen=([^\"]+)")


class Page:
    """The open page of a manager with the card of live figures."""

    def __init__(self, connection: Connection, corpus: str) -> None:
        self.connection, self.corpus = connection, corpus
        status, page = connection.get(f"/c/{corpus}/agreement/")
        assert status == 200, status
        self.version = _version(page)

    @property
    def computed(self) -> float:
        """Time at which the shown figures were computed, in seconds since 1970; 0 if there are none."""
        return 0.0 if self.version == "none" else float(self.version.partition("-")[0])

    def ask(self) -> None:
        """Ask for another card, as the page does."""
        status, card = self.connection.get(f"/c/{self.corpus}/agreement/live/?seen={self.version}", "HX-Request: true")
        assert status in {200, 204}, status
        if card:
            self.version = _version(card)

    def wait(self, since: float) -> None:
        """Ask until the figures are newer than `since`."""
        deadline = time.time() + LONGEST
        while self.computed <= since:
            assert time.time() < deadline, "no new figures"
            time.sleep(POLL)
            self.ask()


def _version(page: str) -> str:
    found = VERSION.search(page)
    assert found, "the page has no live figures"
    return found[1]


def measure(options: argparse.Namespace, folder: Path, database: Postgres | Sqlite) -> list[float]:
    """Return the seconds of each hand-in."""
    environment = production(folder, database)
    create_tables(environment)
    task = {"utterances": options.utterances, "hand_ins": options.runs + 1, "password": PASSWORD}
    made = django_task(environment, "fill", task, module="live_tasks")
    database.settle()
    server, jobs = (
        Server(environment, folder / "web.log"),
        JobProcesses(environment, folder, hastes=False, concurrency=2),
    )
    try:
        annotator, manager = (Connection("127.0.0.1", server.port) for _ in range(2))
        annotator.sign_in("/accounts/login/", made["annotator"], PASSWORD)
        manager.sign_in("/accounts/login/", made["manager"], PASSWORD)
        page = Page(manager, made["corpus"])
        page.wait(0)
        chance, seconds, used = random.Random(1), [], []
        for number, assignment in enumerate(made["assignments"]):
            time.sleep(PAUSE + chance.random() * POLL)
            cpu, began = _cpu(jobs), time.time()
            status, answer = annotator.post(f"/api/v1/assignments/{assignment}/finish/", {"token": made["token"]})
            assert status < 300, answer
            time.sleep(chance.random() * POLL)  # the page asks at any moment
            page.ask()
            page.wait(began)
            if number:  # the first one starts the processes of the worker
                seconds.append(time.time() - began)
                used.append(_cpu(jobs) - cpu)
            print(f"{time.time() - began:6.2f} s, load {os.getloadavg()[0]:.1f}", flush=True)
        print(f"CPU time of worker and sweep per hand-in: median {median(used):.2f} s")
        return seconds
    finally:
        jobs.stop()
        server.stop()


def _cpu(jobs: JobProcesses) -> float:
    """Return the CPU time of the sweep, and of the worker with its children."""
    children = Path(f"/proc/{jobs.worker.pid}/task/{jobs.worker.pid}/children").read_text().split()
    return sum(cpu_seconds(pid) for pid in (jobs.sweep.pid, jobs.worker.pid, *map(int, children)))


def main() -> None:
    """Print the times."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--utterances", type=int, default=21_795)
    parser.add_argument("--runs", type=int, default=10, help="hand-ins, and one before that is not counted")
    parser.add_argument("--server", default="", help="address of PostgreSQL without a database; else SQLite")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as folder:
        database = Postgres(options.server) if options.server else Sqlite(Path(folder))
        try:
            seconds = measure(options, Path(folder), database)
        finally:
            database.drop()
    print(f"hand-in to new figure: median {median(seconds):.2f} s, {min(seconds):.2f} to {max(seconds):.2f}")


if __name__ == "__main__":
    main()
