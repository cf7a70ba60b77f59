"""Bring labels that a model suspects into the adjudication queue."""

from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import translation

from common.errors import Refused
from common.management.base import ConcordCommand
from corpus.domain.structure.short_names import corpus_named
from export.domain.label_scores import import_score_file


class Command(ConcordCommand):
    help = (
        "Bring labels that `python -m baseline errors` suspects into the adjudication queue (order “score”), among as "
        "many labels drawn at random. The training split alone; adjudicators see no prediction."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("corpus", metavar="CORPUS", help="short name of the corpus")
        parser.add_argument(
            "file", metavar="FILE", type=Path, help="scores, as `python -m baseline errors` writes them"
        )
        parser.add_argument(
            "--release", required=True, help="release that the scores are of: name of a stored one, or a folder"
        )
        parser.add_argument("--most", type=_positive, metavar="N", help="suspected labels to bring in; default: all")

    def handle(self, *_args: Any, **options: Any) -> None:
        corpus = corpus_named(options["corpus"])
        if corpus is None:
            raise CommandError(f"no corpus with the short name {options['corpus']}")
        with translation.override("en"):
            try:
                found = import_score_file(
                    corpus=corpus, file=options["file"], release=options["release"], most=options["most"]
                )
            except Refused as refusal:
                raise CommandError(str(refusal)) from None
        self.stdout.write(f"{found.suspected} suspected labels and {found.controls} controls are in the order “score”")
        for count, reason in (
            (found.left_out, "decided or accepted already, or not in the corpus any more"),
            (found.without_control, "no label is left that could be their control"),
            (found.beyond, f"beyond --most {options['most']}"),
        ):
            if count:
                self.stdout.write(f"{count} suspected labels left out: {reason}")


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise ArgumentTypeError("must be at least 1")
    return int(text)
