"""Command that creates a backup."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from common.errors import Refused
from common.management.base import ConcordCommand
from config.backup import back_up
from config.backup.report import gaps, remarks

USAGE = {"backup.exists"}


class Command(ConcordCommand):
    help = "Write the database and the media into FILE, with checksums. Concord may be running."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, file: Path, **_options: Any) -> None:
        try:
            outcome = back_up(file.absolute())
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=2 if refusal.code in USAGE else 1) from None
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{file}: {outcome.files} files, {file.stat().st_size // 2**20} MB.")
        for line in remarks(outcome):
            self.stdout.write(line)
        if not outcome.media.complete:
            raise CommandError("\n".join([*gaps(outcome.media), "The backup was written, but it is incomplete."]))
        self.stdout.write("Store it safely: it contains all data.")
