"""Command that creates the first account of a team set-up."""

from typing import Any

from django.core.management.base import CommandError

from common.management.base import ConcordCommand
from config.setup.first_run import ensure_accounts, passwords_path


class Command(ConcordCommand):
    help = "Create the account `manager` if there are no accounts, and print its password once."

    def handle(self, *_args: Any, **_options: Any) -> None:
        passwords = ensure_accounts(annotators=False)
        if not passwords:
            raise CommandError("there are accounts already; managers can invite users on the page of a corpus")
        for name, password in passwords.items():
            self.stdout.write(f"{name} {password}")
        self.stdout.write(f"also stored in {passwords_path()}, readable by its owner only")
