"""Memory and time of training, by the number of utterances: one seed of a network beside the linear model.

    .venv/bin/python -m benchmarks.baseline_memory [--out DIR] [--sizes N...] [--models NAME...]

The releases are generated: dialogues of seven, two questions, a vector of 512 numbers for each utterance. Each model
runs in a process of its own; peak memory is that of the process, with Python and torch. A network passes once
over train.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

PROJECT = Path(__file__).resolve().parent.parent
LENGTH, WIDTH, WORDS = 7, 512, 20_000
SHARES = {"train": 0.8, "dev": 0.1, "test": 0.1}
CLASSES = {"sentiment": ["negative", "neutral", "positive"], "emotion": ["neutral", "joy", "anger", "fear"]}


def main() -> None:
    """Make the releases and print a line per model and size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("var/baseline-memory"))
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 30_000, 100_000])
    parser.add_argument("--models", nargs="+", default=["linear", "hard-sharing"])
    parser.add_argument("--one", nargs=2, metavar=("MODEL", "RELEASE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        _measure(options.one[0], Path(options.one[1]))
        return
    out: Path = options.out.resolve()
    for size in options.sizes:
        release = out / str(size)
        if not (release / "manifest.json").is_file():
            make_release(release, size)
    for model in ("reading", *options.models):
        for size in options.sizes:
            command = [sys.executable, "-m", "benchmarks.baseline_memory", "--one", model, str(out / str(size))]
            print(
                subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True).stdout,
                end="",
                flush=True,
            )


def make_release(release: Path, size: int) -> None:
    """Write a release of `size` utterances, and `vectors.npz` beside its files."""
    release.mkdir(parents=True)
    random = np.random.default_rng(size)
    files, names, number = {}, [], 0
    for split, share in SHARES.items():
        lines = []
        for dialogue in range(number, number + int(size * share) // LENGTH):
            for order in range(LENGTH):
                names.append(f"u{dialogue}-{order}")
                words = (WORDS * random.random(10) ** 3).astype(int).tolist()
                labels = {
                    slug: {"label": classes[words[0] % len(classes)], "source": "single", "votes": []}
                    for slug, classes in CLASSES.items()
                }
                row = {"id": names[-1], "dialogue": f"d{dialogue}", "order": order, "speaker": f"s{order % 2}"}
                lines.append(json.dumps(row | {"text": " ".join(f"w{word}" for word in words), "labels": labels}))
        number += int(size * share) // LENGTH
        data = "".join(f"{line}\n" for line in lines).encode()
        (release / f"{split}.jsonl").write_bytes(data)
        files[f"{split}.jsonl"] = {"sha256": hashlib.sha256(data).hexdigest(), "rows": len(lines)}
    vectors = random.standard_normal((len(names), WIDTH), np.float32)
    np.savez(release / "vectors.npz", ids=np.array(names), vectors=vectors)
    questions = [
        {"slug": slug, "kind": "task", "scale": "nominal", "classes": classes, "many": False}
        for slug, classes in CLASSES.items()
    ]
    manifest = {"format": "concord-release/2", "corpus": "generated", "questions": questions, "files": files}
    (release / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def _measure(model: str, path: Path) -> None:
    """Run one model and print its cost; `reading` only reads the release."""
    from baseline.data.release import read
    from baseline.options import Options
    from baseline.runs.execute import Plan, execute

    began = time.process_time()
    release = read(path)
    if model != "reading":
        features = () if model == "linear" else (f"text={path / 'vectors.npz'}",)
        plan = Plan(release, [model], [0], Options(features=features, epochs=1), path / "runs", path / "features")
        execute(plan, lambda _: None)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{model}, {path.name} utterances: {time.process_time() - began:.0f} CPU s, peak {peak:.0f} MiB")


if __name__ == "__main__":
    main()
