"""Import a published corpus."""

import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from common.errors import Refused, sentence
from common.jobs.queue import enqueue, execute
from common.management.base import ConcordCommand
from common.models import Job, User
from corpus.domain.codebooks.shipped_codebooks import shipped_codebook, shipped_codebooks
from corpus.domain.imports.import_report import finding_remarks
from corpus.domain.imports.prepared import IMPORT_TABLE, TABLE, codebook_for_table
from corpus.domain.structure.short_names import corpus_named
from corpus.importers.registry import IMPORTERS
from corpus.importers.remarks import append_to_report, write_report
from corpus.importers.table.mapping import TableMapping, read_mapping
from corpus.importers.table.proposal import proposed_mapping
from corpus.importers.table.reader import read_table
from corpus.importers.table.sheet import open_table
from corpus.jobs.imports import summary
from corpus.management.counts import counted
from corpus.models import Finding
from corpus.rules.codebook import Codebook, CodebookFault

POLL_SECONDS = 0.3


class Command(ConcordCommand):
    help = "Import a published corpus into an empty corpus, with its labels under source raters, completely or not."

    def add_arguments(self, parser: CommandParser) -> None:
        summaries = "; ".join(f"{each.name}: {each.summary}" for each in IMPORTERS)
        parser.add_argument(
            "importer",
            choices=[TABLE, *IMPORTERS.names()],
            help=f"{TABLE}: any CSV, JSONL or Excel file, with --mapping; {summaries}",
        )
        parser.add_argument("folder", type=Path, help="folder with the files of the published corpus, or one file")
        parser.add_argument("--mapping", type=Path, help="of a table: YAML file; without it, a proposal is printed")
        parser.add_argument("--codebook", help="of a table with answers, for a new corpus: YAML file or shipped name")
        parser.add_argument("--corpus", required=True, help="short name of the corpus; created if there is none")
        parser.add_argument("--title", help="of the corpus, if it is created")
        parser.add_argument(
            "--manager", help="user name of the manager, if it is created; default: everyone who may create corpora"
        )
        parser.add_argument("--report", type=Path, help="CSV file for remarks and findings, one row each")
        parser.add_argument("--dry-run", action="store_true", help="read and report; write nothing but the report")

    def handle(self, *_args: Any, **options: Any) -> None:
        slug, folder, report = options["corpus"], options["folder"], options["report"]
        try:
            managers = self.checked(folder, slug, options["manager"])
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=2) from None
        if options["importer"] == TABLE and options["mapping"] is None:
            self.print_proposal(folder, options)
            return
        if options["dry_run"]:
            self.print_summary(self.read(options, folder, report))
            self.stdout.write("An import also runs the detectors.")
            return
        report = (report or settings.CONCORD_HOME / "reports" / f"import-{slug}.csv").resolve()
        common = {"slug": slug, "title": options["title"] or slug, "managers": managers, "report": str(report)}
        job = enqueue(
            kind=IMPORT_TABLE if options["importer"] == TABLE else "corpus.import",
            args=self.arguments(options, folder) | common | {"here": True},
            here=True,
        )
        job = self.run_job(job)
        detection = self.run_job(Job.objects.get(public_id=job.result["detection"]))
        findings = Finding.objects.filter(corpus__public_id=job.scope, gone_at__isnull=True).order_by("pk")
        append_to_report(finding_remarks(findings, self.columns(options)), report)
        self.print_summary(job.result | detection.result)
        if reels := job.result.get("reels"):
            self.stdout.write(f"The clips of {reels} episodes are joined in the background while Concord is running.")

    def checked(self, folder: Path, slug: str, manager: str | None) -> list[str]:
        """Return the user names of the managers.

        Raises:
            Refused: an argument is invalid.
        """
        if not folder.exists():
            raise Refused("import.not_a_folder", folder=str(folder))
        if not re.fullmatch(r"[a-zA-Z0-9_-]{1,60}", slug):
            raise Refused("import.not_a_slug", slug=slug)
        people = User.objects.filter(is_active=True)
        people = people.filter(username=manager) if manager else people.filter(may_create_corpora=True)
        if manager and not people.exists():
            raise Refused("import.no_such_person", username=manager)
        return list(people.values_list("username", flat=True))

    def run_job(self, job: Job) -> Job:
        """Execute a job in this process, or wait for the worker that took it; return it done."""
        execute(str(job.public_id))
        while not Job.objects.filter(pk=job.pk, ended_at__isnull=False).exists():
            time.sleep(POLL_SECONDS)  # the sweep gave it to a worker before this process could claim it
        job.refresh_from_db()
        if job.state != Job.State.DONE:
            raise CommandError(sentence(job.error_code, job.error_params))
        return job

    def arguments(self, options: dict[str, Any], folder: Path) -> dict[str, Any]:
        """Return the arguments of the job that belong to the kind of source."""
        if options["importer"] != TABLE:
            return {"importer": options["importer"], "folder": str(folder.resolve())}
        try:
            mapping, codebook = self.mapping(options).as_yaml(), self.codebook(options["codebook"])
        except (Refused, OSError) as fault:
            raise CommandError(str(fault), returncode=2) from None
        return {"file": str(folder.resolve()), "name": folder.name, "mapping": mapping, "codebook": codebook}

    def columns(self, options: dict[str, Any]) -> Mapping[str, str]:
        """Return the source's column of each question, and of the dialogue under ""."""
        if options["importer"] != TABLE:
            return IMPORTERS[options["importer"]].columns
        mapping = self.mapping(options)
        answers = {column.task: name for name, column in mapping.answers()}
        return answers | {"": mapping.column_of("dialogue") or ""}

    def mapping(self, options: dict[str, Any]) -> TableMapping:
        """Read the mapping of a table."""
        return read_mapping(options["mapping"].read_text(encoding="utf-8-sig"))

    def codebook(self, given: str | None) -> str:
        """Return the YAML of a codebook, by the name of a shipped one or the path of a file; "" without one."""
        if not given:
            return ""
        return shipped_codebook(given) if given in shipped_codebooks() else Path(given).read_text(encoding="utf-8-sig")

    def rules(self, options: dict[str, Any]) -> Codebook | None:
        """Return the codebook that a table's answers are read by."""
        return codebook_for_table(corpus_named(options["corpus"]), self.codebook(options["codebook"]))[0]

    def print_proposal(self, folder: Path, options: dict[str, Any]) -> None:
        """Print a proposal for the mapping of a table."""
        try:
            self.stdout.write(proposed_mapping(open_table(folder), self.rules(options)).as_yaml())
        except (Refused, CodebookFault, OSError) as fault:
            raise CommandError(str(fault), returncode=2) from None
        self.stderr.write("This is a proposal. Save it in a file, check it, and pass the file by --mapping.")

    def read(self, options: dict[str, Any], folder: Path, report: Path | None) -> dict[str, Any]:
        """Read without importing; write the report only if its path is given."""
        try:
            if options["importer"] == TABLE:
                mapping = self.mapping(options)
                source = read_table(open_table(folder, sheet=mapping.sheet), mapping, self.rules(options))
            else:
                source = IMPORTERS[options["importer"]].read(folder)
            for _dialogue in source.read_dialogues():
                pass
            if report:
                write_report(source.remarks, report)
        except (Refused, CodebookFault, OSError) as fault:
            raise CommandError(str(fault)) from None
        return summary(source) | {"report": str(report or "")}

    def print_summary(self, result: dict[str, Any]) -> None:
        """Print the numbers of rows read, of remarks by problem, and of findings by kind."""
        self.stdout.write(
            ", ".join(counted(result[things], things) for things in ("dialogues", "utterances", "speakers"))
        )
        counts = [(f"remark.{problem}", count) for problem, count in result["remarks"].items()]
        counts += [(f"finding.{kind}", count) for kind, count in result.get("findings", {}).items()]
        for code, count in counts:
            self.stdout.write(f"{count:>7}  {sentence(code, {})}")
        if result["report"]:
            self.stdout.write(f"report: {result['report']}")
