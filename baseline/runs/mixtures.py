"""Mixtures: runs of networks again, each mixed with the linear model as far as dev shows that this is better."""

from __future__ import annotations

import hashlib
from dataclasses import fields

from baseline.data.dialogues import dialogue_ranges
from baseline.data.predictions import BySlug
from baseline.data.rows import HELD_OUT, Release
from baseline.data.targets import codes
from baseline.errors import UsageError
from baseline.models.base import Outcome
from baseline.models.registry import LINEAR, MODELS
from baseline.runs import store
from baseline.runs.execute import Plan
from baseline.runs.store import Run
from baseline.training.trust import chosen_trust
from baseline.version import version

SUFFIX = f" + {LINEAR}"
FORMAT = "mixture/1"


def write_mixtures(plan: Plan) -> None:
    """Write the mixture of each finished run of a plan's networks with the linear model of the same folder.

    Nothing is trained again. The row of the tables is the network's with `SUFFIX`.

    Raises:
        UsageError: the folder has no run of the linear model.
    """
    runs = store.read(plan.runs, plan.release.checksum, plan.release.questions)
    linear = next((run for run in runs if run.name == LINEAR), None)
    if linear is None:
        raise UsageError(f"{plan.runs} has no run of {LINEAR}. Train it first.")
    names = {plan.name or model for model in plan.models if MODELS.get(model).has_seed}
    for run in runs:
        if run.name in names and run.seed in plan.seeds:
            _write(plan, run, linear)


def _write(plan: Plan, run: Run, linear: Run) -> None:
    name = run.name + SUFFIX
    place = store.folder(plan.runs, name, run.seed)
    key = hashlib.sha256(f"{FORMAT} {run.key} {linear.key}".encode()).hexdigest()
    if store.is_finished(place, key):
        return
    place.mkdir(parents=True, exist_ok=True)
    kept = {each.name: getattr(run, each.name) for each in fields(run) if each.name not in {"predictions", "details"}}
    store.write(place, _mixed(plan.release, run, linear), {**kept, "version": version(), "name": name, "key": key})


def _mixed(release: Release, run: Run, linear: Run) -> Outcome:
    found: dict[str, BySlug] = {split: {} for split in HELD_OUT}
    chosen = {}
    dialogues = dialogue_ranges(release.rows["dev"])
    for question in release.questions:
        slug = question.slug
        if slug not in run.predictions["dev"]:
            continue
        trust = chosen_trust(
            codes(release.rows["train"], question),
            codes(release.rows["dev"], question),
            linear.predictions["dev"][slug],
            run.predictions["dev"][slug].probabilities,
            dialogues,
            question=question,
            name=run.options["criterion"],
        )
        chosen[slug] = {"share": trust.share, "gain": trust.gain, "error": trust.error}
        for split in HELD_OUT:
            network = run.predictions[split][slug].probabilities
            found[split][slug] = trust.predictions(linear.predictions[split][slug], network, question)
    return Outcome(found, {"mixture": chosen})
