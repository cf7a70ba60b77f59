"""Bring a published corpus in."""

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.errors import Refused, sentence
from common.jobs.queue import enqueue, execute
from common.models import Job, User
from corpus.importers.source import write_report
from corpus.jobs.imports import IMPORTERS, summary


class Command(BaseCommand):
    help = "Bring a published corpus into an empty corpus, its labels under a rater of their own, all of it or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("importer", choices=sorted(IMPORTERS))
        parser.add_argument("folder", type=Path, help="where the corpus's files are")
        parser.add_argument("--corpus", required=True, help="short name of the corpus; made where there is none")
        parser.add_argument("--title", help="of the corpus, if it is made")
        parser.add_argument(
            "--manager", help="user name of the manager, if it is made; else everybody who may create corpora"
        )
        parser.add_argument("--report", type=Path, help="CSV file for what was wrong, row by row")
        parser.add_argument("--dry-run", action="store_true", help="read and tell, write nothing but the report")

    def handle(self, *_args: Any, **options: Any) -> None:
        slug, folder, report = options["corpus"], options["folder"], options["report"]
        try:
            managers = self.checked(folder, slug, options["manager"])
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=2) from None
        if options["dry_run"]:
            self.tell(self.read(options["importer"], folder, report))
            return
        job = enqueue(
            kind="corpus.import",
            args={
                "importer": options["importer"],
                "folder": str(folder.resolve()),
                "slug": slug,
                "title": options["title"] or slug,
                "managers": managers,
                "report": str((report or settings.CONCORD_HOME / "reports" / f"import-{slug}.csv").resolve()),
            },
            here=True,
        )
        execute(str(job.public_id))
        job.refresh_from_db()
        if job.state != Job.State.DONE:
            raise CommandError(sentence(job.error_code, job.error_params))
        self.tell(job.result)

    def checked(self, folder: Path, slug: str, manager: str | None) -> list[str]:
        """Return the user names of the managers.

        Raises:
            Refused: an argument is of no use.
        """
        if not folder.is_dir():
            raise Refused("import.not_a_folder", folder=str(folder))
        if not re.fullmatch(r"[a-zA-Z0-9_-]{1,60}", slug):
            raise Refused("import.not_a_slug", slug=slug)
        people = User.objects.filter(is_active=True)
        people = people.filter(username=manager) if manager else people.filter(may_create_corpora=True)
        if manager and not people.exists():
            raise Refused("import.no_such_person", username=manager)
        return list(people.values_list("username", flat=True))

    def read(self, importer: str, folder: Path, report: Path | None) -> dict[str, Any]:
        """Read without writing; the report only where it was asked for."""
        try:
            source = IMPORTERS[importer](folder)
            if report:
                write_report(source.findings, report)
        except (Refused, OSError) as fault:
            raise CommandError(str(fault)) from None
        return summary(source) | {"report": str(report or "")}

    def tell(self, result: dict[str, Any]) -> None:
        """Print what was read and found, by kind."""
        self.stdout.write("{dialogues} dialogues, {utterances} utterances, {speakers} speakers".format(**result))
        for kind, count in result["findings"].items():
            self.stdout.write(f"{count:>7}  {sentence(f'found.{kind}', {})}")
        if result["report"]:
            self.stdout.write(f"row by row: {result['report']}")
