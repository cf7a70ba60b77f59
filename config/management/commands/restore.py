"""Everything back from one file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from common.errors import Refused
from config.backup import restore

USAGE = {"backup.missing", "backup.not_empty"}


class Command(BaseCommand):
    help = "Put the backup FILE in the place of database and media; end Concord before."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--force", action="store_true", help="also replace an installation that is not empty")

    def handle(self, *_args: Any, file: Path, force: bool, **_options: Any) -> None:
        try:
            count = restore(file.absolute(), force=force)
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=2 if refusal.code in USAGE else 1) from None
        except (OSError, DatabaseError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{file}: {count} files restored.")
