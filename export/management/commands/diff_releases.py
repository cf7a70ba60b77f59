"""Compare two releases: stored ones by name, or unpacked folders."""

import json
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from common.errors import Refused
from common.management.base import ConcordCommand
from corpus.domain.structure.short_names import corpus_named
from export.domain.release_build import unpack_rows
from export.domain.release_difference import Side, difference
from export.models import Release

SHOWN = 20  # changed labels


class Command(ConcordCommand):
    help = "Show what changed between two releases: labels with the reason, dialogues, and agreement."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("old", help="folder of a release, or CORPUS/NAME of a stored one")
        parser.add_argument("new", help="the later one")
        parser.add_argument("--json", action="store_true", help="print everything as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        with tempfile.TemporaryDirectory() as work:
            try:
                old, new = (Side.of(self.folder(options[name], Path(work) / name)) for name in ("old", "new"))
                found = difference(old, new)
            except Refused as refusal:
                raise CommandError(str(refusal)) from None
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
            return
        dialogues, labels = found["dialogues"], found["labels"]
        for what in ("added", "removed"):
            self.stdout.write(
                f"dialogues {what}: {dialogues['counts'][what]} {' '.join(dialogues[what][:SHOWN])}".rstrip()
            )
        moved = ", ".join(f"{each['dialogue']} {each['from']} -> {each['to']}" for each in dialogues["moved"][:SHOWN])
        self.stdout.write(f"dialogues moved: {dialogues['counts']['moved']} {moved}".rstrip())
        reasons = ", ".join(f"{count} by {reason}" for reason, count in labels["by_reason"].items())
        self.stdout.write(f"labels changed: {labels['changed']} of {labels['compared']} {reasons}".rstrip())
        for each in labels["listed"][:SHOWN]:
            place = f"{each['dialogue']} {each['id']} {each['question']}"
            self.stdout.write(f"  {place}: {each['from']} -> {each['to']} ({each['why']})")
        for slug, alpha in found["agreement"].items():
            self.stdout.write(f"alpha of {slug}: {_figure(alpha['before'])} -> {_figure(alpha['after'])}")

    def folder(self, name: str, work: Path) -> Path:
        """Return the folder of a release, unpacked if it is a stored one."""
        if Path(name).is_dir():
            return Path(name)
        corpus, _, release = name.rpartition("/")
        row = Release.objects.filter(corpus=corpus_named(corpus), name=release).select_related("file").first()
        if row is None or row.file is None:
            raise Refused("export.unknown_release", name=name)
        return unpack_rows(row.file.path, work)


def _figure(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"
