"""Arguments that several commands have, and what they print."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from baseline.errors import UsageError
from baseline.registry import Registry

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    Commands = _SubParsersAction[argparse.ArgumentParser]

BAR = 30  # characters
ENCODERS = ("sentences", "minilm", "none")


def add_release(parser: argparse.ArgumentParser) -> None:
    """Add the path of the release."""
    parser.add_argument("release", type=Path, help="the folder or the downloaded zip file of the release")


def add_out(parser: argparse.ArgumentParser) -> None:
    """Add the folder of runs and reports."""
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder of the runs and the report (RELEASE-baseline)")


def add_features(parser: argparse.ArgumentParser) -> None:
    """Add the choice of features and the folder of their cache."""
    from baseline.features.registry import FEATURES

    parser.add_argument(
        "--features",
        nargs="+",
        metavar="NAME",
        help=f"{choices(FEATURES)}; or a .npz file or folder of .npy files with vectors by utterance id, also as "
        "MODALITY=PATH. Default: those of the text, with --encoder",
    )
    parser.add_argument(
        "--encoder",
        choices=ENCODERS,
        help="of the text in the default: sentences (16 languages), minilm (English) or none. Default: sentences, "
        "if it is installed",
    )
    parser.add_argument("--finetune", action="store_true", help="finetune the encoder beside the network; minilm only")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="folder of computed features (RELEASE-features)")


def chosen_features(options: argparse.Namespace) -> tuple[str, ...]:
    """Return the features that the options name, or the default ones.

    Raises:
        UsageError: an encoder is named beside --features, or is to be trained and cannot be.
    """
    from baseline.features.registry import default_names

    if options.finetune and options.encoder != "minilm":
        raise UsageError("--finetune trains the encoder minilm only. Give --encoder minilm with it.")
    if not options.features:
        return default_names(options.encoder, finetune=options.finetune)
    if options.encoder:
        raise UsageError("--encoder is part of the default features. Give it without --features, or name it there.")
    return tuple(options.features)


def choices(registry: Registry[Any]) -> str:
    """Return the entries of a registry for `--help`."""
    return "any of: " + "; ".join(f"{entry.name} ({entry.summary})" for entry in registry).replace("%", "%%")


def beside(release: Path, ending: str) -> Path:
    """Return the path of a folder beside a release: its name with an ending."""
    return release.resolve().with_name(f"{release.resolve().name.removesuffix('.zip')}-{ending}")


def log(line: str) -> None:
    """Print a line of progress."""
    print(line, file=sys.stderr, flush=True)


def progress_bar(what: str, done: int, of: int) -> None:
    """Draw a bar on a terminal, which the next one replaces; elsewhere print the end only."""
    if sys.stderr.isatty():
        filled = "#" * (BAR * done // max(of, 1))
        print(f"\r  {what} [{filled:<{BAR}}] {done}/{of}", end="\n" if done == of else "", file=sys.stderr, flush=True)
    elif done == of:
        log(f"  {what}: {of}")


def positive(text: str) -> int:
    """Parse an integer of at least 1."""
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number
