"""CPU time and memory of an export in a separate process; `python -m benchmarks.export CORPUS`.

The cost of a process that only starts Django is printed for comparison.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MANAGE = str(Path(__file__).resolve().parent.parent / "manage.py")


def measured(*arguments: str) -> tuple[float, float, float]:
    """Run a management command in a child process.

    Returns:
        Elapsed seconds, CPU seconds, and the peak of resident memory in MB (of the largest child so far).
    """
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, MANAGE, *arguments], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - began, cpu, after.ru_maxrss / 1024


def main() -> None:
    """Print one line for Django alone and one for the export."""
    with tempfile.TemporaryDirectory() as folder:
        for name, arguments in (
            ("start only", ["check"]),
            ("export", ["export_corpus", sys.argv[1], "--out", f"{folder}/release"]),
        ):
            clock, cpu, peak = measured(*arguments)
            print(f"{name:12} {clock:7.1f} s {cpu:7.1f} CPU s {peak:7.0f} MB at most")


if __name__ == "__main__":
    main()
