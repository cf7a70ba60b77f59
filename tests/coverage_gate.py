"""The coverage gate: `python -m tests.coverage_gate REPORT`, with a JSON report of coverage.py.

The limits are in `pyproject.toml`, section `tool.concord.coverage`. Coverage is that of lines and branches together,
as coverage.py counts it.
"""

import json
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Limits:
    """The required coverage, in percent.

    Args:
        guarded: parts of the paths that need `guarded_minimum`.
        guarded_minimum: of each guarded package.
        total_minimum: of all files together.
    """

    guarded: frozenset[str]
    guarded_minimum: float
    total_minimum: float

    @classmethod
    def configured(cls) -> Self:
        """Return the limits of `pyproject.toml`."""
        document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        table = document["tool"]["concord"]["coverage"]
        return cls(frozenset(table["guarded"]), table["guarded_minimum"], table["total_minimum"])


def percent(summaries: Iterable[dict[str, Any]]) -> float:
    """Return the coverage of some files, lines and branches together; 100 if there is nothing to cover."""
    hit = total = 0
    for summary in summaries:
        hit += summary["covered_lines"] + summary.get("covered_branches", 0)
        total += summary["num_statements"] + summary.get("num_branches", 0)
    return 100.0 * hit / total if total else 100.0


def guarded_package(path: str, guarded: frozenset[str]) -> str | None:
    """Return the guarded package of a file: its folder, the file itself if only its name is guarded, else None."""
    folder = PurePosixPath(path).parent
    if any(part in f"/{folder}/" for part in guarded):
        return str(folder)
    return path if any(part in f"/{path}" for part in guarded) else None


def failures(report: dict[str, Any], limits: Limits) -> list[str]:
    """Return one sentence per limit that the report does not reach."""
    packages: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path, file in report["files"].items():
        if package := guarded_package(path, limits.guarded):
            packages[package].append(file["summary"])
    found = [
        f"{package}: {reached:.1f} % covered, {limits.guarded_minimum} % required"
        for package, summaries in sorted(packages.items())
        if (reached := percent(summaries)) < limits.guarded_minimum
    ]
    total = percent(file["summary"] for file in report["files"].values())
    if total < limits.total_minimum:
        found.append(f"total: {total:.1f} % covered, {limits.total_minimum} % required")
    return found


def main(arguments: list[str]) -> int:
    """Print the missed limits and return the exit code: 0, 1 below a limit, 2 without a report."""
    if len(arguments) != 1 or not (path := Path(arguments[0])).is_file():
        sys.stderr.write("usage: python -m tests.coverage_gate REPORT (JSON of coverage.py)\n")
        return 2
    report = json.loads(path.read_text(encoding="utf-8"))
    found = failures(report, Limits.configured())
    total = percent(file["summary"] for file in report["files"].values())
    sys.stdout.write("".join(f"{line}\n" for line in [*found, f"coverage: {total:.1f} % of lines and branches"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
