"""Command that compares the media folder with the database."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.urls import reverse

from common.management.base import ConcordCommand
from config.backup.manifest import PREFIX
from config.backup.report import UNKNOWN, gaps
from corpus.domain.ingest.clip_reconciliation import reconcile
from corpus.domain.media.completeness import check_media
from corpus.models import Corpus


class Command(ConcordCommand):
    help = "Name the media files that are missing or differ from the database. Concord may be running."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--checksums", action="store_true", help="read all files and compare their content")

    def handle(self, *_args: Any, checksums: bool, **_options: Any) -> None:
        try:
            media = check_media(ignored=lambda name: name.startswith(PREFIX), checksums=checksums)
        except OSError as error:
            raise CommandError(str(error)) from error
        if media.unknown:
            self.stdout.write(UNKNOWN.format(media.unknown))
        for corpus in Corpus.objects.order_by("slug"):
            self.say_clips(corpus)
        if not media.complete:
            raise CommandError("\n".join(gaps(media, shown=None)))
        compared = "size and content" if checksums else "size"
        self.stdout.write(f"All {media.expected} media files exist with the {compared} that the database states.")

    def say_clips(self, corpus: Corpus) -> None:
        """Print how many utterances and clips of a corpus do not match, and the page that lists them."""
        found = reconcile(corpus=corpus)
        if found.lacking or found.left_over:
            page = reverse("corpus:clips", args=[corpus.slug])
            self.stdout.write(
                f"{corpus.slug}: {len(found.lacking)} utterances without a clip, {len(found.left_over)} clips without "
                f"an utterance. Managers see and repair them at {page}"
            )
