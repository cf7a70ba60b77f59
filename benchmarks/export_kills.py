"""Exports killed at random moments: `python -m benchmarks.export_kills CORPUS [--times 20]`.

Each export runs in a process of its own, with every format that is quick, and is killed by SIGKILL after a random part
of the time that an undisturbed one takes. Afterwards the folder must not exist, or be a complete release whose files
have the checksums of its manifest. At the end one more export must leave nothing but the release.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MANAGE = str(Path(__file__).resolve().parent.parent / "manage.py")


def is_complete(folder: Path) -> bool:
    """Return whether a folder has all files of its manifest with their checksums."""
    files = json.loads((folder / "manifest.json").read_bytes())["files"]
    return all(
        hashlib.sha256((folder / name).read_bytes()).hexdigest() == each["sha256"] for name, each in files.items()
    )


def main() -> None:
    """Kill exports and count partial releases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus")
    parser.add_argument("--times", type=int, default=20)
    arguments = parser.parse_args()
    rng = random.Random(1)
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary) / "release"
        command = [sys.executable, MANAGE, "export_corpus", arguments.corpus, "--out", str(out), "--force"]
        command += ["--formats", "csv", "parquet"]
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        whole = time.perf_counter() - began
        partial = finished = 0
        for _ in range(arguments.times):
            if rng.random() < 0.5 and out.exists():
                subprocess.run(["rm", "-r", str(out)], check=True)
            with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                time.sleep(rng.uniform(0.3, 1.05) * whole)
                finished += process.poll() is not None
                process.kill()
            partial += out.exists() and not is_complete(out)
        subprocess.run(command, check=True, capture_output=True)
        left = [path.name for path in out.parent.iterdir() if path != out]
        print(f"{arguments.times} kills ({finished} after the end): {partial} partial releases, left behind: {left}")


if __name__ == "__main__":
    main()
