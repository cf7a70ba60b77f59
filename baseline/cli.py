"""Train a baseline on a release, or evaluate a trained model."""

from __future__ import annotations

import argparse
import importlib.util
import sys
from pathlib import Path
from typing import Any

from baseline.data import release
from baseline.errors import BaselineError, UsageError
from baseline.evaluation import report
from baseline.features.registry import FEATURES
from baseline.models.registry import MODELS
from baseline.options import Options
from baseline.registry import Registry
from baseline.version import version

DEFAULTS = Options()


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit code: 0, 1 for an unusable release or machine, 2 for wrong arguments."""
    try:
        options = _parser().parse_args(arguments)
        _require_torch()
        return _train(options) if options.command == "train" else _evaluate(options)
    except BaselineError as error:
        print(error, file=sys.stderr)
        return error.exit_code


def _require_torch() -> None:
    if importlib.util.find_spec("torch") is None:
        raise BaselineError("The baseline needs PyTorch, which is not installed. Run `make baseline` first.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m baseline", description=__doc__)
    parser.add_argument("--version", action="version", version=version(), help="print the version of Concord and exit")
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="train a model on a release and evaluate it on dev and test")
    _add_release(train)
    _add_choice(train, "--model", MODELS, DEFAULTS.model)
    _add_choice(train, "--features", FEATURES, DEFAULTS.features)
    train.add_argument(
        "--epochs", type=_positive, default=DEFAULTS.epochs, help="maximum passes over the training split (%(default)s)"
    )
    train.add_argument(
        "--seed", type=int, default=DEFAULTS.seed, help="the same release, options and seed give the same results"
    )
    train.add_argument(
        "--context", type=_natural, default=DEFAULTS.context, help="number of earlier utterances used (%(default)s)"
    )
    train.add_argument(
        "--out", type=Path, metavar="DIR", help="folder for the model and the results (RELEASE-baseline)"
    )
    evaluate = commands.add_parser("evaluate", help="evaluate a trained model on a release")
    _add_release(evaluate)
    evaluate.add_argument("--model", type=Path, metavar="DIR", help="folder of the trained model (RELEASE-baseline)")
    return parser


def _add_release(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("release", type=Path, help="the folder or the downloaded zip file of the release")


def _add_choice(parser: argparse.ArgumentParser, option: str, registry: Registry[Any], default: str) -> None:
    entries = "; ".join(f"{entry.name} ({entry.summary})" for entry in registry)
    parser.add_argument(
        option,
        metavar="NAME",
        choices=[entry.name for entry in registry],
        default=default,
        help=f"one of: {entries}. Default: {default}".replace("%", "%%"),
    )


def _train(options: argparse.Namespace) -> int:
    from baseline.evaluation.results import results
    from baseline.training import checkpoints
    from baseline.training.loop import train

    opened = release.read(options.release)
    folder = options.out or _default_folder(options.release)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file. Give a folder for --out.")
    model = train(
        opened,
        Options(
            epochs=options.epochs,
            seed=options.seed,
            context=options.context,
            features=options.features,
            model=options.model,
        ),
    )
    document = results(opened, model)
    folder.mkdir(parents=True, exist_ok=True)
    checkpoints.save(model, folder)
    report.write(document, folder)
    print(report.table(document))
    print(f"Model and results are in {folder}.", file=sys.stderr)
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from baseline.evaluation.results import results
    from baseline.training import checkpoints

    opened = release.read(options.release)
    model = checkpoints.load(options.model or _default_folder(options.release), opened)
    print(report.table(results(opened, model)))
    return 0


def _default_folder(path: Path) -> Path:
    return path.resolve().with_name(f"{path.resolve().name.removesuffix('.zip')}-baseline")


def _positive(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _natural(text: str) -> int:
    if (number := int(text)) < 0:
        raise argparse.ArgumentTypeError("must be at least 0")
    return number
