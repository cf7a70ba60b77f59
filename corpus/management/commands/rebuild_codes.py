"""Rebuild the answer codes of annotations."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from common.errors import Refused
from common.management.base import ConcordCommand
from corpus.domain.annotations.answer_codes import rebuild_codes
from corpus.models import Corpus


class Command(ConcordCommand):
    """Compare the codes of every annotation with its answers and correct those that differ."""

    help = "Rebuild the answer codes that statistics and exports read, after changes outside of Concord."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the short names of corpora."""
        parser.add_argument("corpora", nargs="*", metavar="CORPUS", help="short names; all corpora by default")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Rebuild and report the number of corrected annotations per corpus."""
        corpora = list(Corpus.objects.order_by("slug"))
        if options["corpora"]:
            unknown = set(options["corpora"]) - {corpus.slug for corpus in corpora}
            if unknown:
                raise CommandError(f"No corpus with the short name {', '.join(sorted(unknown))}.")
            corpora = [corpus for corpus in corpora if corpus.slug in options["corpora"]]
        archived = [corpus.slug for corpus in corpora if corpus.archived_at]
        if archived and options["corpora"]:
            raise CommandError(f"{', '.join(archived)}: {Refused('corpus.archived')}")
        for corpus in corpora:
            if corpus.archived_at:
                self.stdout.write(f"{corpus.slug}: left out, archived")
                continue
            wrong = rebuild_codes(corpus=corpus)
            self.stdout.write(f"{corpus.slug}: {wrong} annotations corrected")
