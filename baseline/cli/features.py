"""`python -m baseline features`: compute features once, before any training."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from baseline.cli import arguments

if TYPE_CHECKING:
    from baseline.cli.arguments import Commands


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("features", help="compute the features of a release; an interrupted command goes on")
    arguments.add_release(parser)
    arguments.add_features(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Compute the features, and print their widths and the shares of utterances without them."""
    import torch

    from baseline.data import release
    from baseline.features.base import Bags, Setting, Tokens, Vectors
    from baseline.features.registry import named

    torch.set_num_threads(1)
    opened = release.read(options.release)
    folder = options.cache or arguments.beside(options.release, "features")
    setting = Setting(opened, folder, arguments.progress_bar)
    for name in arguments.chosen_features(options):
        features = named(name)
        for split, prepared in features.prepare(setting).items():
            if isinstance(prepared, Bags):
                size = f"{prepared.size} n-grams"
            elif isinstance(prepared, Tokens):
                size = f"{len(prepared.numbers)} tokens"
            else:
                of = prepared.values.shape[1] if isinstance(prepared, Vectors) else int(prepared.starts[-1])
                missing = 1 - prepared.present.mean()
                kind = "numbers" if isinstance(prepared, Vectors) else "frames"
                size = f"{of} {kind}, missing in {missing:.1%} of the utterances"
            print(f"{features.name} ({features.modality}), {split}: {len(opened.rows[split])} utterances, {size}")
