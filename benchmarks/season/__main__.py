"""Run the season twice, once undisturbed and once with a worker that is killed twice, and compare the clips.

    python -m benchmarks.season [--keep FOLDER]

Makes ten short episodes (one with damaged subtitles, one in two languages, one in HEVC, 11 minutes long) and a broken
file, imports the folder with `manage.py ingest`, declares everything ready, cuts the clips and labels all dialogues as
three annotators. The exit code is 1 if the runs differ, or if anything is missing. Takes some minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.season.material import make_season

ROOT = Path(__file__).resolve().parents[2]


def one_run(folder: Path, home: Path, *, kills: int) -> dict[str, Any]:
    """Run the season in a process and a home folder of its own."""
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CELERY_BROKER_URL"}}
    environment = kept | {"CONCORD_HOME": str(home), "DJANGO_SETTINGS_MODULE": "config.settings"}
    environment["CONCORD_LOG_LEVEL"] = "ERROR"
    argv = [sys.executable, "-m", "benchmarks.season.one_run", str(folder), str(kills)]
    done = subprocess.run(argv, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    outcome: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return outcome


def differing(kind: str, calm: dict[str, Any], disturbed: dict[str, Any]) -> list[str]:
    """Return the names whose checksums differ between the runs."""
    return sorted(key for key in calm[kind] | disturbed[kind] if calm[kind].get(key) != disturbed[kind].get(key))


def faults(spoken: dict[str, int], calm: dict[str, Any], disturbed: dict[str, Any]) -> list[str]:
    """Return what is wrong with the two runs."""
    found = []
    for name, one in (("undisturbed", calm), ("disturbed", disturbed)):
        lines = {title: count for title, count in one["lines"].items() if title in spoken}
        checks = {
            "not exactly the ten good episodes were imported": one["imported"] == sorted(spoken),
            "not exactly the broken file was refused": len(one["refused"]) == 1 and one["refused"][0].startswith("E11"),
            f"other utterances than lines spoken: {lines}": lines == spoken,
            "clips are missing": len(one["clips"]) == sum(spoken.values()),
            "answers are missing": one["answers"] == 3 * sum(spoken.values()),
            f"stray files: {one['stray files']}": not one["stray files"],
        }
        found += [f"{name}: {what}" for what, holds in checks.items() if not holds]
    if len(disturbed["killed"]) != 2 or len(disturbed["attempts"]) < 2:
        found.append(f"the worker was not killed twice at work: {disturbed['killed']} {disturbed['attempts']}")
    for kind in ("clips", "playable"):
        if other := differing(kind, calm, disturbed):
            found.append(f"{kind}: {len(other)} other checksums: {other[:3]}")
    return found


def main() -> int:
    """Print what happened in both runs; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=Path, help="folder for the files, which is kept")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="concord-season-") as temporary:
        folder = options.keep or Path(temporary)
        spoken = make_season(folder / SEASON)
        outcomes = []
        for name, kills in (("undisturbed", 0), ("disturbed", 2)):
            one = one_run(folder / SEASON, folder / name, kills=kills)
            outcomes.append(one)
            print(f"{name}: {one['seconds']} s; {len(one['imported'])} episodes imported, refused: {one['refused']}")
            print(f"  {len(one['clips'])} clips, {one['answers']} answers, dialogues: {one['dialogues labelled']}")
            for moment in one["killed"]:
                print(f"  SIGKILL of the worker while {moment}")
    wrong = faults(spoken, *outcomes)
    print(
        "\n".join(wrong) or f"The checksums of all {len(outcomes[0]['clips'])} clips and of the recordings are equal."
    )
    return 1 if wrong else 0


SEASON = "season"

if __name__ == "__main__":
    sys.exit(main())
