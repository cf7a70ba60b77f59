"""Compare the sums of the work on large corpora with a count."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from annotator.domain.figures.keeping_sums import difference, forget_sums
from common.management.base import ConcordCommand
from corpus.models import Corpus


class Command(ConcordCommand):
    """Compare the sums of each corpus with a count of all its dialogues; let a job count again those that differ."""

    help = "Check the sums of work that the pages of large corpora show, after changes outside of Concord."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the short names of corpora."""
        parser.add_argument("corpora", nargs="*", metavar="CORPUS", help="short names; all corpora by default")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Check, and report the number of wrong sums per corpus."""
        corpora = Corpus.objects.select_related("codebook").order_by("slug")
        if options["corpora"]:
            corpora = corpora.filter(slug__in=options["corpora"])
            if unknown := set(options["corpora"]) - {corpus.slug for corpus in corpora}:
                raise CommandError(f"No corpus with the short name {', '.join(sorted(unknown))}.")
        for corpus in corpora:
            wrong = difference(corpus)
            if wrong is None:
                self.stdout.write(f"{corpus.slug}: no sums, its pages count")
                continue
            if wrong:
                forget_sums(corpus)
            self.stdout.write(f"{corpus.slug}: {len(wrong)} sums wrong" + (", counted again soon" if wrong else ""))
