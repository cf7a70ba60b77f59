"""`python -m baseline report`: figures and comparisons of finished runs."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from baseline.cli import arguments
from baseline.errors import UsageError
from baseline.measures.registry import MEASURES

if TYPE_CHECKING:
    from baseline.cli.arguments import Commands


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("report", help="write and print the tables and pictures of finished runs")
    arguments.add_release(parser)
    arguments.add_out(parser)
    parser.add_argument(
        "--compare",
        nargs="+",
        metavar="A:B",
        help="the family of comparisons, A minus B each; default: every model with linear",
    )
    parser.add_argument(
        "--measure", choices=[entry.name for entry in MEASURES], default="macro-f1", help="(%(default)s)"
    )
    parser.add_argument("--questions", nargs="+", metavar="SLUG", help="questions of the comparisons; default: all")
    parser.add_argument("--split", choices=("dev", "test"), default="test", help="of the printed tables (%(default)s)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Write the report and print its tables."""
    from baseline.data import release
    from baseline.evaluation import report, tables
    from baseline.evaluation.comparison import Comparison, default_comparison
    from baseline.runs import store

    opened = release.read(options.release)
    folder = options.out or arguments.beside(options.release, "baseline")
    runs = store.read(folder / "runs", opened.checksum, opened.questions)
    names = sorted({run.name for run in runs})
    usual = default_comparison(opened, runs)
    pairs = [_pair(each, names) for each in options.compare] if options.compare else usual.pairs
    slugs = [question.slug for question in opened.questions]
    if unknown := sorted(set(options.questions or []) - set(slugs)):
        raise UsageError(f"Unknown question {unknown[0]!r}. Choose some of: {', '.join(slugs)}.")
    comparison = Comparison(pairs, options.measure, options.questions or slugs, options.split)
    print(tables.text(report.write(opened, folder, comparison), (options.split,)))


def _pair(text: str, names: list[str]) -> tuple[str, str]:
    first, _, second = text.partition(":")
    for name in (first, second):
        if name not in names:
            raise UsageError(f"There is no finished run of {name!r}. Compare two of: {', '.join(names)}, as A:B.")
    return first, second
