"""Results: the figures of a model on the held-out splits, as one JSON document."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from baseline.data.release import HELD_OUT, Release
from baseline.evaluation.majority import predict_majority
from baseline.evaluation.measure import measure
from baseline.evaluation.predict import predict
from baseline.models.model import Model
from baseline.version import version

FORMAT = "concord-baseline/1"


def results(release: Release, model: Model) -> dict[str, Any]:
    """Measure a model and the majority class on dev and test.

    The document contains no times or paths, so that equal runs give equal bytes.
    """
    document: dict[str, Any] = {
        "format": FORMAT,
        "version": version(),
        "corpus": release.corpus,
        "release_sha256": release.checksum,
        "options": asdict(model.options),
        "best_epoch": model.best_epoch,
        "rows": {split: len(rows) for split, rows in release.rows.items()},
        "known_defects": release.known_defects,
    }
    for split in HELD_OUT:
        rows = release.rows[split]
        by_model = measure(rows, predict(model, rows), release.questions)
        majority = predict_majority(release.rows["train"], rows, release.questions)
        by_majority = measure(rows, majority, release.questions)
        document[split] = {
            slug: {"model": figures.as_document(), "majority": by_majority[slug].as_document()}
            for slug, figures in by_model.items()
        }
    return document
