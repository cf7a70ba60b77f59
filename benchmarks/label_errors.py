"""Planted label errors on EmotionLines: do the scores of `python -m baseline errors` find them?

    .venv/bin/python -m benchmarks.label_errors ../shared/data/emotionlines_friends [--out DIR] [--model linear]

Of the training labels that at least four of five annotators gave, 5 % are replaced. The wrong label is drawn from the
annotators' own confusion: what minorities answered where the majority gave the label. Utterances whose votes are split
are kept apart. The rival, in the same run, is cleanlab's normalized margin with adjusted probabilities: the distance
between the best other class and the label, both above the mean probability of their own labels.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from baseline.data import release as releases
from baseline.data.rows import Question, Release
from baseline.data.targets import Codes, Floats, codes, has_label, soft_labels
from baseline.features.registry import default_names
from baseline.label_errors.scores import cross_validated, label_scores
from baseline.models.registry import MODELS
from baseline.options import Options
from benchmarks.baseline import make_release

Bools = NDArray[np.bool_]
SHARE = 0.05
AGREEING = 0.8  # share of the votes for a label that counts as right


def main() -> None:
    """Plant errors with each seed, score all labels, and print precision and recall."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, help="folder of the published files")
    parser.add_argument("--out", type=Path, default=Path("var/baseline-benchmark"))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--model", default="linear", choices=[entry.name for entry in MODELS])
    options = parser.parse_args()
    out: Path = options.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    if not (out / "emotionlines" / "manifest.json").is_file():
        make_release("emotionlines", options.files.resolve(), out / "emotionlines", ())
    original = releases.read(out / "emotionlines")
    [question] = original.questions
    lines: dict[str, list[tuple[float, float]]] = {}
    for seed in range(options.seed, options.seed + options.seeds):
        began = time.process_time()
        release, planted = plant(original, question, seed)
        with tempfile.TemporaryDirectory() as workspace:
            predicted = cross_validated(
                release,
                MODELS.get(options.model),
                Options(features=default_names(), soft_labels=False),  # the votes would give errors away
                cache=out / "emotionlines-features",
                workspace=Path(workspace),
            )[question.slug]
        found = _rates_of(release, question, predicted, planted)
        labels = int(has_label(codes(release.rows["train"], question)).sum())
        print(f"seed {seed}: {len(planted)} planted among {labels} labels, {time.process_time() - began:.0f} CPU s")
        print(f"means of {seed - options.seed + 1} seeds:")
        for name, rates in found.items():
            lines.setdefault(name, []).append(rates)
            precision, recall = np.mean(lines[name], axis=0)
            print(f"  {name}: precision {precision:.3f}, recall {recall:.3f}", flush=True)


def _rates_of(
    release: Release, question: Question, predicted: Floats, planted: set[str]
) -> dict[str, tuple[float, float]]:
    """Return what is found -> precision and recall, among the labels without split votes."""
    rows = release.rows["train"]
    clear = [each for each in label_scores(rows, question, predicted) if not each.ambiguous]
    is_planted = np.array([each.id in planted for each in clear])
    place = {row.id: number for number, row in enumerate(rows)}
    numbers = np.array([place[each.id] for each in clear])
    rankings = {
        "scores": np.array([each.score for each in clear]),
        "adjusted margin": _margins(predicted[numbers], codes(rows, question)[numbers]),
    }
    found = {"all labels without split votes": _rates(np.ones(len(clear), bool), is_planted)}
    found["suspected labels"] = _rates(np.array([each.suspected for each in clear]), is_planted)
    for name, ranking in rankings.items():
        for times in (0.5, 1.0, 2.0):
            first = np.zeros(len(clear), bool)
            first[np.argsort(-ranking, kind="stable")[: round(times * len(planted))]] = True
            found[f"first {times} x planted by {name}"] = _rates(first, is_planted)
    return found


def _margins(probabilities: Floats, labels: Codes) -> NDArray[np.float64]:
    own = np.arange(len(labels))
    above = probabilities - [probabilities[labels == each, each].mean() for each in range(probabilities.shape[1])]
    others = above.copy()
    others[own, labels] = -np.inf
    return np.asarray(others.max(axis=1) - above[own, labels], np.float64)


def plant(release: Release, question: Question, seed: int) -> tuple[Release, set[str]]:
    """Return a release with wrong labels in train, and the ids of the utterances that have them."""
    rows, generator = release.rows["train"], np.random.default_rng(seed)
    shares, labels = soft_labels(rows, question).astype(float), codes(rows, question)
    known = has_label(labels) & ~np.isnan(shares).any(axis=1)
    confusion = np.zeros((len(question.classes), len(question.classes)))
    np.add.at(confusion, labels[known], shares[known])
    np.fill_diagonal(confusion, 0)
    right = np.flatnonzero(known & (shares[np.arange(len(rows)), np.maximum(labels, 0)] >= AGREEING))
    chosen = generator.choice(right, round(SHARE * known.sum()), replace=False)
    changed = list(rows)
    for number in chosen.tolist():
        wrong = confusion[labels[number]]
        drawn = int(generator.choice(len(wrong), p=wrong / wrong.sum()))
        changed[number] = replace(rows[number], labels={question.slug: question.classes[drawn]})
    planted = replace(release, rows={**release.rows, "train": changed}, checksum=f"{release.checksum} planted {seed}")
    return planted, {rows[number].id for number in chosen.tolist()}


def _rates(found: Bools, planted: Bools) -> tuple[float, float]:
    """Return precision and recall."""
    hits = float((found & planted).sum())
    return hits / max(float(found.sum()), 1), hits / float(planted.sum())


if __name__ == "__main__":
    main()
