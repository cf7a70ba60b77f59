"""`python -m baseline score`: the same measures for anyone's predictions."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from baseline.cli.arguments import Commands


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("score", help="score a file of predictions with the measures of the report")
    parser.add_argument("predictions", type=Path, nargs="+", help=".jsonl or .csv with a prediction per utterance id")
    parser.add_argument("--release", type=Path, required=True, help="the folder or zip file of the release")
    parser.add_argument("--split", choices=("dev", "test"), default="test", help="(%(default)s)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Print the figures of the files, beside those of the majority class."""
    import json

    from baseline.data import release
    from baseline.evaluation import scored, tables
    from baseline.evaluation.document import document

    opened = release.read(options.release)
    runs = [scored.read(opened, file, options.split) for file in options.predictions]
    found = document(opened, [scored.majority(opened), *runs])
    print(json.dumps(found, ensure_ascii=False, indent=1) if options.json else tables.text(found, (options.split,)))
