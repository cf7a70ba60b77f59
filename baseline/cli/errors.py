"""`python -m baseline errors`: how likely each label of train is wrong."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from baseline.cli import arguments
from baseline.models.registry import MODELS

if TYPE_CHECKING:
    from baseline.cli.arguments import Commands


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("errors", help="score how likely each label of train is wrong")
    arguments.add_release(parser)
    names = [entry.name for entry in MODELS]
    parser.add_argument("--model", choices=names, default="linear", help="whose predictions judge (%(default)s)")
    arguments.add_features(parser)
    parser.add_argument("--folds", type=arguments.positive, default=5, help="of the training split (%(default)s)")
    parser.add_argument("--threads", type=arguments.positive, default=1, help="threads of torch (%(default)s)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="file of the scores (RELEASE-label-scores.jsonl)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Predict train in folds, write the scores, and print how many labels are suspected."""
    import tempfile

    import torch

    from baseline.data import release
    from baseline.label_errors import scores
    from baseline.options import Options

    opened = release.read(options.release)
    file = options.out or arguments.beside(options.release, "label-scores.jsonl")
    cache = options.cache or arguments.beside(options.release, "features")
    torch.set_num_threads(options.threads)
    chosen = Options(features=arguments.chosen_features(options), threads=options.threads)
    with tempfile.TemporaryDirectory() as workspace:
        predicted = scores.cross_validated(
            opened,
            MODELS.get(options.model),
            chosen,
            cache=cache,
            workspace=Path(workspace),
            count=max(options.folds, 2),
            log=arguments.log,
        )
    found = [
        each
        for question in opened.questions
        if question.slug in predicted
        for each in scores.label_scores(opened.rows["train"], question, predicted[question.slug])
    ]
    head = {"corpus": opened.corpus, "release_sha256": opened.checksum, "model": options.model, "group": opened.group}
    scores.write(file, found, head)
    for question in opened.questions:
        own = [each for each in found if each.question == question.slug]
        suspected, ambiguous = sum(each.suspected for each in own), sum(each.ambiguous for each in own)
        print(f"{question.slug}: {len(own)} labels, {suspected} suspected, {ambiguous} with split votes kept apart")
    arguments.log(f"Scores are in {file}. Bring them into the queue with manage.py import_scores.")
