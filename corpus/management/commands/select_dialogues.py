"""Select dialogues of a corpus: screen them in or out, draw a sample, undo a step, or show the selection."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from common.errors import Refused
from common.management.base import ConcordCommand
from corpus.domain.selection.candidates import SCREENED, Criteria
from corpus.domain.selection.steps import draw_dialogues, screen_dialogues, undo_step
from corpus.domain.selection.summary import selection_summary
from corpus.domain.structure.short_names import corpus_named
from corpus.models import Corpus, SelectionStep


class Command(ConcordCommand):
    """Perform one step of the selection and print its result as JSON."""

    help = "Screen candidate dialogues in or out with a reason, draw a random sample, or show the selection."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the corpus, the step and its parameters."""
        parser.add_argument("corpus", metavar="CORPUS", help="short name")
        steps = parser.add_subparsers(dest="step", required=True, metavar="show|in|out|draw|undo")
        steps.add_parser("show", help="print the selection as it is in the manifest of a release")
        for name, text in (("in", "screen dialogues in"), ("out", "screen dialogues out"), ("draw", "draw a sample")):
            step = steps.add_parser(name, help=text)
            step.add_argument("--screened", choices=SCREENED, default="undecided", help="decision on them so far")
            step.add_argument("--series", default="", help="name of the series")
            step.add_argument("--episode", default="", help="title of the episode")
            step.add_argument("--text", default="", help="part of the text of an utterance")
            step.add_argument("--shortest", type=int, default=0, metavar="N", help="utterances, at least")
            step.add_argument("--codes", metavar="FILE", help="codes of dialogues, one per line")
            if name == "draw":
                step.add_argument("--number", type=int, required=True, metavar="N", help="dialogues to draw")
                step.add_argument("--per", choices=SelectionStep.Per.values, default="corpus")
                step.add_argument("--seed", type=int, help="random by default, and printed")
                step.add_argument("--rule", default="", help="the sampling rule in your words")
            else:
                step.add_argument("--reason", required=True)
        undo = steps.add_parser("undo", help="undo the newest step that holds")
        undo.add_argument("--id", default="", help="of another step, as printed when it was made")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Perform the step."""
        corpus = corpus_named(options["corpus"])
        if corpus is None:
            raise CommandError(f"No corpus with the short name {options['corpus']}.")
        try:
            result = self.perform(corpus, options)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(json.dumps(result, indent=1, ensure_ascii=False))

    def perform(self, corpus: Corpus, options: dict[str, Any]) -> dict[str, Any]:
        """Return the selection, or the id and the counts of the step that was made or undone."""
        if options["step"] == "show":
            return selection_summary(corpus)
        if options["step"] == "undo":
            steps = corpus.selection_steps.filter(undone_at__isnull=True)
            step = steps.filter(public_id=options["id"]).first() if options["id"] else steps.first()
            if step is None:
                raise CommandError("There is no such step that holds.")
            return described(undo_step(step=step, undone_by=None))
        criteria = self.criteria(options)
        if options["step"] == "draw":
            seed = secrets.randbelow(2**31) if options["seed"] is None else options["seed"]
            step = draw_dialogues(
                corpus=corpus,
                criteria=criteria,
                number=options["number"],
                per=options["per"],
                seed=seed,
                rule=options["rule"],
                decided_by=None,
            )
        else:
            step = screen_dialogues(
                corpus=corpus,
                criteria=criteria,
                is_in=options["step"] == "in",
                reason=options["reason"],
                decided_by=None,
            )
        return described(step)

    def criteria(self, options: dict[str, Any]) -> Criteria:
        """Return the criteria of the options."""
        codes: tuple[str, ...] = ()
        if options["codes"]:
            try:
                lines = Path(options["codes"]).read_text(encoding="utf-8-sig").splitlines()
            except (OSError, UnicodeDecodeError) as error:
                raise CommandError(f"{options['codes']}: {error}") from error
            codes = tuple(filter(None, (line.strip() for line in lines))) or ("",)
        return Criteria(
            screened=options["screened"],
            series=options["series"],
            episode=options["episode"],
            text=options["text"],
            shortest=options["shortest"],
            codes=codes,
        )


def described(step: SelectionStep) -> dict[str, Any]:
    """Return a step for people and scripts."""
    known = {"id": str(step.public_id), "dialogues": step.population, "in": step.taken, "seed": step.seed}
    return {name: value for name, value in known.items() if value is not None}
