"""Train a baseline on a release, or measure one again: `python -m baseline train DIR`."""

from __future__ import annotations

import argparse
import importlib.util
import sys
from pathlib import Path

from baseline import release
from baseline.faults import BadUsage, Fault


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns 0, 2 for a wrong call, 1 for a release or a machine that will not do."""
    options = _parser().parse_args(arguments)
    try:
        _require_torch()
        return _train(options) if options.command == "train" else _evaluate(options)
    except Fault as fault:
        print(fault, file=sys.stderr)
        return fault.exit_code


def _require_torch() -> None:
    if importlib.util.find_spec("torch") is None:
        raise Fault("The baseline needs PyTorch, which is not installed here: run `make baseline` first.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m baseline", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="train a model on a release and measure it on dev and test")
    train.add_argument("release", type=Path, help="the release: its folder or the downloaded zip")
    train.add_argument("--epochs", type=_positive, default=30, help="most passes over the training split")
    train.add_argument("--seed", type=int, default=0, help="same release, options and seed: the same figures")
    train.add_argument("--context", type=_natural, default=5, help="earlier utterances each utterance sees")
    train.add_argument("--out", type=Path, help="where model and figures go; default: RELEASE-baseline beside it")
    evaluate = commands.add_parser("evaluate", help="measure a trained model on a release")
    evaluate.add_argument("release", type=Path, help="the release: its folder or the downloaded zip")
    evaluate.add_argument("--model", type=Path, help="what --out was; default: RELEASE-baseline beside it")
    return parser


def _train(options: argparse.Namespace) -> int:
    from baseline import report, store, train

    found = release.read(options.release)
    folder = options.out or _beside(options.release)
    if folder.exists() and not folder.is_dir():
        raise BadUsage(f"{folder} is a file; --out names a folder.")
    chosen = train.Options(epochs=options.epochs, seed=options.seed, context=options.context)
    trained = train.train(found, chosen)
    document = report.results(found, trained, chosen)
    folder.mkdir(parents=True, exist_ok=True)
    store.save(trained, found, chosen, folder)
    report.write(document, folder)
    print(report.table(document))
    print(f"model and figures are in {folder}", file=sys.stderr)
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from baseline import report, store

    found = release.read(options.release)
    trained, chosen = store.load(options.model or _beside(options.release), found)
    print(report.table(report.results(found, trained, chosen)))
    return 0


def _beside(path: Path) -> Path:
    return path.resolve().with_name(f"{path.resolve().name.removesuffix('.zip')}-baseline")


def _positive(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _natural(text: str) -> int:
    if (number := int(text)) < 0:
        raise argparse.ArgumentTypeError("at least 0")
    return number


if __name__ == "__main__":
    sys.exit(main())
