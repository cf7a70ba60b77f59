"""Running models with several seeds, each run once."""

from __future__ import annotations

import hashlib
import json
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import torch

from baseline.data.rows import Release
from baseline.data.shares import with_share_of_train
from baseline.features.base import Prepared, Progress, Setting, no_progress
from baseline.features.registry import named
from baseline.models.base import Job
from baseline.models.registry import MODELS
from baseline.options import Options
from baseline.runs import store
from baseline.version import RESULTS, version

BLOCK = 2**20  # bytes


@dataclass(frozen=True)
class Plan:
    """A plan of runs.

    Attributes:
        release: the release.
        models: names of models in their registry.
        seeds: the seeds; a model without randomness runs with the first only.
        options: the options of each run.
        runs: folder of the runs.
        cache: folder of computed features.
        name: row of the tables, for a single model; its name by default.
    """

    release: Release
    models: Sequence[str]
    seeds: Sequence[int]
    options: Options
    runs: Path
    cache: Path
    name: str = ""

    def runs_planned(self) -> list[tuple[str, int]]:
        """Return the models and seeds to run, in their order; a share of train is drawn by the seed as well."""
        is_drawn = self.options.train_share < 1
        seeds = {name: self.seeds if is_drawn or MODELS.get(name).has_seed else self.seeds[:1] for name in self.models}
        return [(name, seed) for name in self.models for seed in seeds[name]]


def execute(
    plan: Plan, log: Callable[[str], None], progress: Progress = no_progress, began: Callable[[], None] = lambda: None
) -> None:
    """Run everything that is planned and not finished yet.

    Args:
        plan: what to run.
        log: is told one line for each step.
        progress: is told how far a long step is.
        began: is called before each run, also one that was finished before.

    Raises:
        UsageError: a name is not registered.
        BaselineError: a model cannot be trained on this release.
    """

    def learned_from(seed: int) -> Release:
        return with_share_of_train(plan.release, plan.options.train_share, seed)

    @lru_cache(maxsize=1)
    def prepared(drawn_by: int) -> list[tuple[str, dict[str, Prepared]]]:
        setting = Setting(learned_from(drawn_by), plan.cache, progress)
        return [(each.modality, each.prepare(setting)) for each in map(named, plan.options.features)]

    torch.set_num_threads(plan.options.threads)  # of features too: several threads that wait for a core are very slow
    for model_name, seed in plan.runs_planned():
        began()
        model = MODELS.get(model_name)
        name = plan.name or model_name
        place = store.folder(plan.runs, name, seed)
        key = _key(plan, model_name, seed)
        if store.is_finished(place, key):
            log(f"{name}, seed {seed}: finished before")
            continue
        place.mkdir(parents=True, exist_ok=True)
        log(f"{name}, seed {seed}")
        drawn_by = seed if plan.options.train_share < 1 else 0  # seeds share the features of the whole of train
        prepare = partial(prepared, drawn_by)
        if model.has_seed:
            prepare()  # so that its time counts to no run
        before = time.process_time(), time.perf_counter()
        job = Job(learned_from(seed), plan.options, seed, place, prepare, key, lambda line: log(f"  {line}"), progress)
        outcome = model.run(job)
        cost = {
            "cpu_s": round(time.process_time() - before[0], 2),
            "wall_s": round(time.perf_counter() - before[1], 2),
            "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        }
        store.write(place, outcome, _description(plan, name, model_name, seed, key) | {"cost": cost})


def _description(plan: Plan, name: str, model: str, seed: int, key: str) -> dict[str, Any]:
    return {
        "version": version(),
        "name": name,
        "model": model,
        "seed": seed,
        "key": key,
        "release_sha256": plan.release.checksum,
        "options": asdict(plan.options),
    }


def _key(plan: Plan, model: str, seed: int) -> str:
    files = {name: _digest(Path(name.rpartition("=")[2])) for name in plan.options.features}
    parts = [version(), RESULTS, torch.__version__, plan.release.checksum, model, seed, asdict(plan.options), files]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _digest(path: Path) -> str:
    """Return a digest of a file of vectors, or of the names and sizes in a folder; empty if there is none."""
    digest = hashlib.sha256()
    if path.is_dir():
        for file in sorted(path.glob("*.npy")):
            digest.update(f"{file.name} {file.stat().st_size} {file.stat().st_mtime_ns}".encode())
        return digest.hexdigest()
    if not path.is_file():
        return ""
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
