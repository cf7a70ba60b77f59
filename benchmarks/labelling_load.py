"""Load test of labelling: `python -m benchmarks.labelling_load --help`; docs/benchmarks.md has the figures.

Creates a database, fills it, starts the web server as the image does (four processes), runs annotators that label
without a pause over HTTP, each in a session of their own, and drops the database. An annotation is one committed
utterance; its cost includes the claim and the end of each dialogue of seven utterances.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles
from typing import Any

from benchmarks.labelling.database import Postgres, Sqlite
from benchmarks.labelling.environment import create_tables, django_task, production
from benchmarks.labelling.job_processes import JobProcesses
from benchmarks.labelling.server import ROOT, CpuMeter, Server

Json = dict[str, Any]
PASSWORD = "benchmarks are not secret"  # noqa: S105
CLIENTS = 2  # processes that run the annotators
WARM_SECONDS = 6.0  # each connection plans each statement once
MOST_PER_SECOND = 400  # annotations, an upper bound that determines the amount of work
STOCK = 40  # dialogues that are ready from the beginning, with --fresh
PAUSES = (1.0, 4.0)  # seconds between two kills, so that a process can start in between


class Run:
    """One run: a database, a server and its annotators."""

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self.options, self.folder = options, folder
        self.database = Sqlite(folder) if options.sqlite else Postgres(options.server)
        wanted = (options.seconds + WARM_SECONDS) * MOST_PER_SECOND / options.utterances
        self.task: Json = {
            "corpus": "load",
            "password": PASSWORD,
            "names": [f"annotator-{number}" for number in range(options.annotators)],
            "utterances": options.utterances,
            "k": min(options.annotators, max(3, math.ceil(wanted))),
            "chaos": options.chaos,
            "authentication": options.authentication,
            "waits": options.fresh,
        }
        if options.fresh:
            self.task["ready"] = STOCK
        self.environment = production(folder, self.database)

    def prepare(self) -> None:
        """Create and fill the tables."""
        create_tables(self.environment)
        began = time.monotonic()
        made = self.django_task("fill", self.task)
        self.task["tokens"] = made["tokens"]
        self.database.settle()
        print(f"{made['utterances']:,} utterances in {made['dialogues']:,} dialogues, k = {self.task['k']}", end=" ")
        print(f"(filled in {time.monotonic() - began:.0f} s)")
        counted = self.django_task("queries", self.task)
        print("queries: " + ", ".join(f"{kind} {count}" for kind, count in counted.items()))

    def django_task(self, name: str, task: Json) -> Json:
        """Run a function of `django_tasks` in a process of its own."""
        return django_task(self.environment, name, task)

    def load(self) -> list[Json]:
        """Run the annotators, and print the cost."""
        server = Server(self.environment, self.folder / "web.log")
        clients = [self.client(server.port, self.task["names"][n::CLIENTS]) for n in range(CLIENTS)]
        try:
            for client in clients:
                assert client.stdout
                assert client.stdout.readline() == "ready\n"
            start = time.monotonic() + 0.5
            end = start + WARM_SECONDS + self.options.seconds
            for client in clients:
                assert client.stdin
                client.stdin.write(json.dumps({"start": start, "end": end}) + "\n")
                client.stdin.flush()
            time.sleep(0.5 + WARM_SECONDS / 2)
            self.database.settle()  # as autovacuum does within a minute: plans for empty tables are replaced
            time.sleep(max(0.0, start + WARM_SECONDS - time.monotonic()))
            if self.options.chaos:
                self.kill_until(server, end)
            elif self.options.fresh:
                ready_at = self.make_ready(end)
            else:
                meters = self.measure(server, end, [client.pid for client in clients])
            records = [record for client in clients for record in json.loads(client.communicate()[0])]
        finally:
            server.stop()
            for client in clients:
                client.kill()
        if self.options.fresh:
            print_first_claims(records, ready_at)
        elif not self.options.chaos:
            self.print_figures(records, meters, start + WARM_SECONDS, end)
        return records

    def client(self, port: int, names: list[str]) -> subprocess.Popen[str]:
        """Start a process of annotators that sign in at once."""
        client = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.labelling.annotators"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert client.stdin
        client.stdin.write(json.dumps(self.task | {"port": port, "names": names}) + "\n")
        client.stdin.flush()
        return client

    def measure(self, server: Server, end: float, clients: list[int]) -> dict[str, CpuMeter]:
        """Measure the CPU time of all processes from now until the end."""
        process_ids: dict[str, Callable[[], list[int]]] = {
            "web": server.workers,
            "database": self.database.pids,
            "database, for all": self.database.shared_pids,
            "clients": lambda: clients,
        }
        meters = {name: CpuMeter(pids()) for name, pids in process_ids.items()}
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(1.0, left))
            for name, pids in process_ids.items():
                meters[name].look(pids())
        return meters

    def kill_until(self, server: Server, end: float) -> None:
        """Kill web processes until shortly before the end, and every third time the worker at a report.

        Every fifth time all processes of the server are killed together.
        """
        killed, chance = Counter[str](), random.Random(1)
        jobs = JobProcesses(self.environment, self.folder)
        try:
            while time.monotonic() < end - 2:
                time.sleep(chance.uniform(*PAUSES))
                victims = server.workers()
                if killed.total() % 5 == 4:
                    server.kill_all()
                    killed["whole web servers"] += 1
                elif killed.total() % 3 == 2:
                    self.django_task("kill", self.task | {"worker": jobs.worker.pid})
                    jobs.replace_worker()
                    killed["workers"] += 1
                elif victims:
                    server.kill(chance.choice(victims))
                    killed["web processes"] += 1
            print("kill -9: " + ", ".join(f"{count} {what}" for what, count in killed.items()))
            reports = self.django_task("jobs", self.task)
            print("reports: " + ", ".join(f"{count} {what}" for what, count in reports.items()))
        finally:
            jobs.stop()

    def make_ready(self, end: float) -> float:
        """Declare the drafts ready while the annotators wait for work, with worker and sweep; return the time."""
        jobs = None if self.options.without_worker else JobProcesses(self.environment, self.folder)
        try:
            made = self.django_task("ready", self.task)
            print(f"{made['dialogues']:,} dialogues became ready", end=" ")
            print("without a worker" if jobs is None else "with a worker and the sweep")
            time.sleep(max(0.0, end - time.monotonic()))
        finally:
            if jobs:
                jobs.stop()
        return float(made["at"])

    def print_figures(self, records: list[Json], meters: dict[str, CpuMeter], start: float, end: float) -> None:
        """Print throughput, CPU time and waiting times between `start` and `end`."""
        requests = [each for record in records for each in record["requests"] if start <= each[1] <= end]
        commits = sum(kind == "commit" for kind, _, _ in requests)
        print(f"{commits / (end - start):7.1f} annotations per second, {len(requests) / (end - start):.1f} requests")
        for name, meter in meters.items():
            print(f"{1000 * meter.seconds() / max(commits, 1):7.2f} ms CPU per annotation: {name}")
        for kind in ("claim", "commit", "finish"):
            waited = [1000 * seconds for name, _, seconds in requests if name == kind]
            if len(waited) > 1:
                cuts = quantiles(waited, n=20)
                print(f"{kind:>7}: p50 {cuts[9]:6.1f} ms, p95 {cuts[18]:6.1f} ms, {len(waited)} times")

    def check(self, records: list[Json]) -> bool:
        """Compare the records with the database, print the result, and return whether everything is correct."""
        problems = self.django_task("check", self.task | {"records": records})
        print("; ".join(f"{what}: {count}" for what, count in problems.items()), end="; ")
        sent, acknowledged = (sum(len(record[part]) for record in records) for part in ("sent", "acknowledged"))
        failures = sum(each["failures"] for each in records)
        print(f"of {sent} operations {acknowledged} were acknowledged, {failures} tries failed")
        strange = [each for record in records for each in record["strange"]]
        print("\n".join(strange[:5]), end="\n" if strange else "")
        return not strange and not any(problems.values())


def print_first_claims(records: list[Json], ready_at: float) -> None:
    """Print the waiting times of claims that gave work after the dialogues became ready."""
    for seconds in (2.0, 5.0, math.inf):
        waited = [
            1000 * took
            for record in records
            for kind, ended, took in record["requests"]
            if kind == "claim" and ready_at <= ended <= ready_at + seconds
        ]
        if len(waited) > 1:
            cuts = quantiles(waited, n=100)
            print(
                f"claims of the first {seconds:g} s: p50 {cuts[49]:6.1f} ms, p95 {cuts[94]:6.1f} ms, "
                f"p99 {cuts[98]:6.1f} ms, longest {max(waited):6.1f} ms, {len(waited)} claims"
            )


def arguments() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--utterances", type=int, default=50_000)
    parser.add_argument("--annotators", type=int, default=32)
    parser.add_argument("--authentication", choices=["session", "token"], default="session", help="of the annotators")
    parser.add_argument("--seconds", type=float, default=20.0, help="of load, after 6 s that are not counted")
    parser.add_argument("--server", default="postgres://root@127.0.0.1:5432", help="address without a database")
    parser.add_argument("--sqlite", action="store_true", help="an SQLite file in place of PostgreSQL")
    parser.add_argument("--fresh", action="store_true", help="time the claims after most dialogues became ready")
    parser.add_argument("--without-worker", action="store_true", help="with --fresh: neither worker nor sweep")
    parser.add_argument("--chaos", action="store_true", help="kill -9 web processes under load; counts, no times")
    return parser.parse_args()


def main() -> int:
    """Return 0 if nothing was lost, duplicated or over-assigned."""
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as folder:
        run = Run(options, Path(folder))
        try:
            run.prepare()
            return 0 if run.check(run.load()) else 1
        finally:
            run.database.drop()


if __name__ == "__main__":
    sys.exit(main())
