"""Check that no byte of the stored releases, or of a release folder, has changed."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from common.management.base import ConcordCommand
from corpus.domain.structure.short_names import corpus_named
from export.domain.release_check import changes_of_folder, changes_of_release
from export.models import Release


class Command(ConcordCommand):
    help = "Check that no byte of releases has changed since they were made. Exit code 1 if one has."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("corpus", nargs="?", help="short name of a corpus; all by default")
        parser.add_argument("--folder", type=Path, help="an unpacked release instead of the stored ones")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["folder"]:
            found, count = changes_of_folder(options["folder"]), 1
        else:
            stored = Release.objects.filter(file__isnull=False).select_related("file").order_by("corpus_id", "number")
            if options["corpus"]:
                corpus = corpus_named(options["corpus"])
                if corpus is None:
                    raise CommandError(f"no corpus with the short name {options['corpus']}")
                stored = stored.filter(corpus=corpus)
            releases = list(stored)
            found, count = [line for release in releases for line in changes_of_release(release)], len(releases)
        for line in found:
            self.stderr.write(line)
        if found:
            raise CommandError(f"{len(found)} differences. Restore the files from a backup; a release never changes.")
        self.stdout.write(f"{count} releases checked, none has changed")
