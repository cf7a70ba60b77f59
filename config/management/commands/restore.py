"""Command that restores a backup."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError

from common.errors import Refused
from common.management.base import ConcordCommand
from config.backup import finish, restore
from config.backup.report import gaps, remarks

USAGE = {"backup.missing", "backup.not_empty", "backup.nothing_to_finish"}


class Command(ConcordCommand):
    help = "Replace the database and the media by the backup FILE. Stop Concord first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--force", action="store_true", help="also replace an installation that is not empty")
        parser.add_argument("--finish", action="store_true", help="complete an interrupted restore")

    def handle(self, *_args: Any, **options: Any) -> None:
        file: Path | None = options["file"]
        if (file is None) != options["finish"]:
            raise CommandError("give either FILE or --finish", returncode=2)
        try:
            outcome = finish() if file is None else restore(file.absolute(), force=options["force"])
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=2 if refusal.code in USAGE else 1) from None
        except (OSError, DatabaseError) as error:
            raise CommandError(str(error).partition("\n")[0]) from error
        self.stdout.write(f"{outcome.files} files restored.")
        for line in remarks(outcome):
            self.stdout.write(line)
        if not outcome.media.complete:
            raise CommandError("\n".join([*gaps(outcome.media), "The backup was restored, but it is incomplete."]))
