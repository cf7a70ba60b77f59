"""Every part of the networks on generated media: each part finds the label that lies in its place, and costs little.

    .venv/bin/python -m benchmarks.generated_media [--out DIR] [--seeds 3] [--episodes 8] [--dialogues 20]
        [--script-seed 1]

Films with a synthetic voice and a drawn face are imported, cut and exported by Concord; the features come from the
clips of the release. `script.py` says in which place each label is. Two tables are printed: the accuracy of each
question with one part left out, and two tasks that help, hinder or ignore each other under each way of sharing.
Finished runs are not repeated.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
from pathlib import Path

from baseline.data.release import read
from baseline.data.rows import Question, Release
from baseline.data.targets import codes, has_label
from baseline.runs import store
from benchmarks.generated_media.rows import PARTS, RELEASES, SHARING, Variant, run_row
from benchmarks.generated_media.work import in_processes


def main() -> None:
    """Make the release, run everything, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("var/generated-media"))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--episodes", type=int, default=8)
    parser.add_argument("--dialogues", type=int, default=20, help="per episode, of six utterances")
    parser.add_argument("--script-seed", type=int, default=1, help="of the films; the options were chosen with 0")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--rows", nargs="+", help="only these rows")
    options = parser.parse_args()
    out: Path = options.out.resolve()
    if not (out / "release" / "manifest.json").is_file():
        _make(out, options.episodes, options.dialogues, options.script_seed, options.processes)
    release = read(out / "release")
    print({split: len(rows) for split, rows in release.rows.items()}, flush=True)
    chosen = [each for each in (*PARTS, *SHARING) if not options.rows or each.name in options.rows]
    in_processes(options.processes, run_row, [out] * len(chosen), chosen, [options.seeds] * len(chosen))
    for table in (PARTS, SHARING):
        _print(release, out, [each for each in table if each in chosen])


def _make(out: Path, episodes: int, dialogues: int, seed: int, processes: int) -> None:
    shutil.rmtree(out / "home", ignore_errors=True)  # of a run that was interrupted
    (out / "home").mkdir(parents=True)
    os.environ.update(CONCORD_HOME=str(out / "home"), DJANGO_SETTINGS_MODULE="config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from benchmarks.generated_media.corpus import make_release

    call_command("migrate", verbosity=0)
    make_release(out, episodes=episodes, dialogues=dialogues, seed=seed, processes=processes)


def _print(release: Release, out: Path, table: list[Variant]) -> None:
    """Print the mean accuracy in percent of each row, with the lowest and highest seed."""
    for variant in table:
        changed = RELEASES[variant.release](release)
        runs = [
            run for run in store.read(out / "runs", changed.checksum, changed.questions) if run.name == variant.name
        ]
        cells = []
        for question in changed.questions:
            found = [_accuracy(changed, run, question) for run in runs if question.slug in run.predictions["test"]]
            if found:
                mean = f"{statistics.fmean(found):.1f}"
                cells.append(f"{question.slug} {mean} [{min(found):.1f}, {max(found):.1f}]")
        cost = statistics.fmean(run.cost["cpu_s"] for run in runs) if runs else 0
        print(f"{variant.name} | {' | '.join(cells)} | {cost:.0f} CPU s", flush=True)


def _accuracy(release: Release, run: store.Run, question: Question) -> float:
    labels = codes(release.rows["test"], question)
    known = has_label(labels)
    return 100 * float((run.predictions["test"][question.slug].choices == labels)[known].mean())


if __name__ == "__main__":
    main()
