"""Hidden gold by its response times: `python -m benchmarks.gold_timing --help`; docs/benchmarks.md has the figures.

Creates a database, starts the web server as the image does, a worker and the sweep, and lets one annotator after the
other label gold and normal dialogues over HTTP, in the order that the server draws. For claim, operations and finish it
prints the chance that a gold dialogue takes longer than a normal one (AUC; 0.5: they cannot be told apart), and
compares sizes and headers of the responses.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Any, cast

from benchmarks.labelling.annotators import Annotator
from benchmarks.labelling.database import Postgres, Sqlite
from benchmarks.labelling.environment import create_tables, django_task, production
from benchmarks.labelling.job_processes import JobProcesses
from benchmarks.labelling.server import Server

Json = dict[str, Any]
PASSWORD = "benchmarks are not secret"  # noqa: S105
WARM = 20  # dialogues of each annotator that are not counted
KINDS = ("claim", "operations", "finish")
SHUFFLES = 400


class Timed(Annotator):
    """An annotator that labels a number of dialogues of each kind, and keeps times and responses of each."""

    def __init__(self, task: Json, name: str) -> None:
        super().__init__(task, name)
        self.dialogues: dict[str, dict[str, list[tuple[float, int, str]]]] = {}
        self._current: list[tuple[str, float, int, str]] = []

    def ask(self, kind: str, path: str, body: Json) -> Json:
        """Send a request and keep its time, the size of the response, and the names of its headers."""
        began = time.perf_counter()
        status, answer = self.connection.post(f"/api/v1/{path}", body)
        seconds = time.perf_counter() - began
        assert 200 <= status < 300, f"{kind}: {status} {answer}"
        kind = "operations" if kind == "commit" else kind
        self._current.append((kind, seconds, self.connection.size, self.connection.headers))
        return answer or {}

    def time_is_left(self) -> bool:
        """Always."""
        return True

    def work(self, dialogues: int) -> None:
        """Label this many dialogues."""
        for _ in range(dialogues):
            self._current = []
            work = self.ask("claim", f"corpora/{self.task['corpus']}/claim/", {})
            assert work, "the corpus is too small"
            self.label(work)
            found = self.dialogues[work["id"]] = defaultdict(list)
            for kind, *rest in self._current:
                seconds, size, head = cast("tuple[float, int, str]", tuple(rest))
                found[kind].append((seconds, size, head))


def auc(gold: list[float], normal: list[float]) -> float:
    """Return the probability that a gold dialogue took longer than a normal one; ties count half."""
    pairs = sum((one > other) + 0.5 * (one == other) for one in gold for other in normal)
    return pairs / (len(gold) * len(normal))


def noise(gold: list[float], normal: list[float], chance: random.Random) -> float:
    """Return the 95 % quantile of max(AUC, 1 - AUC) when the dialogues are called gold at random."""
    together, found = gold + normal, []
    for _ in range(SHUFFLES):
        chance.shuffle(together)
        each = auc(together[: len(gold)], together[len(gold) :])
        found.append(max(each, 1 - each))
    return sorted(found)[int(0.95 * SHUFFLES)]


def print_run(annotator: Timed, purposes: dict[str, str], count: int) -> float:
    """Print the figures of one annotator; return the worst max(AUC, 1 - AUC)."""
    rows = list(annotator.dialogues.items())[WARM:]
    gold, normal = ([found for key, found in rows if purposes[key] == purpose][:count] for purpose in ("gold", "main"))
    worst = 0.0
    for kind in KINDS:
        times = [[1000 * median(seconds for seconds, _, _ in each[kind]) for each in some] for some in (gold, normal)]
        value = auc(times[0], times[1])
        worst = max(worst, value, 1 - value)
        level = noise(times[0], times[1], random.Random(1))
        print(
            f"{kind:>11}: gold {median(times[0]):6.2f} ms, normal {median(times[1]):6.2f} ms, "
            f"AUC {value:.3f} (by chance up to {max(level, 1 - level):.3f}), {len(gold)} and {len(normal)} dialogues"
        )
        sizes, heads = (
            [{part[place] for each in some for part in each[kind]} for some in (gold, normal)] for place in (1, 2)
        )
        print(
            f"             sizes {_range(sizes[0])} and {_range(sizes[1])} bytes, headers equal: {heads[0] == heads[1]}"
        )
    return worst


def _range(sizes: set[Any]) -> str:
    return f"{min(sizes)} to {max(sizes)}"


def measure(options: argparse.Namespace, folder: Path, database: Postgres | Sqlite) -> float:
    """Run the annotators, and return the worst figure."""
    names = [f"annotator-{number}" for number in range(options.runs)]
    dialogues = int(2.4 * options.count) + WARM
    task: Json = {"corpus": "gold", "password": PASSWORD, "names": names, "k": options.runs + 1, "chaos": False}
    task |= {"utterances": 7 * 2 * dialogues, "policy": {"order": options.order}}
    environment = production(folder, database)
    create_tables(environment)
    made = django_task(environment, "fill", task, module="gold_tasks")
    database.settle()
    print(f"{database.url.split(':')[0]}: {made['dialogues']} dialogues, {made['gold']} of them gold, {options.order}")
    server, jobs = Server(environment, folder / "web.log"), JobProcesses(environment, folder)
    try:
        worst = []
        for name in names:
            annotator = Timed(task | {"port": server.port}, name)
            annotator.work(dialogues)
            found = django_task(environment, "purposes", task, module="gold_tasks")
            worst.append(print_run(annotator, found["purposes"], options.count))
            print(f"             all in order so far: {found['in order']}; scored by the job so far: {found['scored']}")
    finally:
        jobs.stop()
        server.stop()
    print(f"max(AUC, 1 - AUC), the worst of three per run: {', '.join(f'{each:.3f}' for each in worst)}")
    return max(worst)


def arguments() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100, help="dialogues of each kind and run")
    parser.add_argument("--runs", type=int, default=5, help="annotators, one after the other")
    parser.add_argument("--order", choices=["sequential", "shuffled-blocks"], default="sequential")
    parser.add_argument("--server", default="postgres://root@127.0.0.1:5432", help="address without a database")
    parser.add_argument("--sqlite", action="store_true", help="an SQLite file in place of PostgreSQL")
    return parser.parse_args()


def main() -> int:
    """Return 0 if no run tells gold from normal dialogues with a figure of 0.6 or more."""
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as folder:
        database = Sqlite(Path(folder)) if options.sqlite else Postgres(options.server)
        try:
            return 0 if measure(options, Path(folder), database) < 0.6 else 1
        finally:
            database.drop()


if __name__ == "__main__":
    sys.exit(main())
