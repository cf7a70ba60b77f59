"""Train baselines on a release, compare them, score anyone's predictions, and find label errors."""

from __future__ import annotations

import argparse
import importlib.util
import sys

from baseline.cli import errors, features, report, score, train
from baseline.errors import BaselineError
from baseline.version import version

COMMANDS = (features, train, report, score, errors)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit code: 0, 1 for an unusable release or machine, 2 for wrong arguments."""
    try:
        options = _parser().parse_args(arguments)
        _require_torch()
        options.run(options)
    except BaselineError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def _require_torch() -> None:
    if importlib.util.find_spec("torch") is None:
        raise BaselineError("The baseline needs PyTorch, which is not installed. Run `make baseline` first.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m baseline", description=__doc__)
    parser.add_argument("--version", action="version", version=version(), help="print the version of Concord and exit")
    commands = parser.add_subparsers(dest="command", required=True)
    for command in COMMANDS:
        command.add_to(commands)
    return parser
