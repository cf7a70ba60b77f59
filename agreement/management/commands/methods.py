"""Write the methods appendix of a paper about a corpus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from agreement.presentation.paper.blocks import as_latex, as_markdown
from agreement.presentation.paper.methods import methods_appendix
from common.errors import Refused
from common.management.base import ConcordCommand
from corpus.domain.structure.short_names import corpus_named

USAGE, FAILURE = 2, 1


class Command(ConcordCommand):
    help = (
        "Write the methods appendix of a paper about a corpus: selection, phases, exclusions, who labelled what, "
        "agreement of the first answers with intervals, findings. Writes methods.md and methods.tex."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("corpus", metavar="CORPUS", help="short name of the corpus")
        parser.add_argument("--out", type=Path, default=Path(), metavar="FOLDER", help="default: here")
        parser.add_argument("--raters", default="", metavar="A,B,...", help="slugs of raters; default: the members")

    def handle(self, *_args: Any, **options: Any) -> None:
        corpus = corpus_named(options["corpus"])
        if corpus is None:
            raise CommandError(f"no corpus with the short name {options['corpus']}", returncode=USAGE)
        raters = [slug.strip() for slug in options["raters"].split(",") if slug.strip()]
        try:
            blocks = methods_appendix(corpus, raters=raters)
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=FAILURE) from None
        folder: Path = options["out"]
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in (("methods.md", as_markdown(blocks)), ("methods.tex", as_latex(blocks))):
            (folder / name).write_text(text, encoding="utf-8")
            self.stdout.write(str(folder / name))
