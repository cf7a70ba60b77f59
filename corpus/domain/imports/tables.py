"""Tables that people upload: their preparation, mapping and start."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common.errors import Refused
from common.jobs.queue import enqueue
from common.models import Job, User
from corpus.domain.media.stored_files import incoming, receive
from corpus.domain.structure.archiving import require_writable
from corpus.importers.table.mapping import TableMapping, read_mapping
from corpus.importers.table.proposal import proposed_mapping
from corpus.importers.table.sheet import Table, open_table
from corpus.models import Corpus, Dialogue, Import, SavedMapping
from corpus.rules.codebook import Codebook, parse

TABLE = "table"  # the importer's name
IMPORT_TABLE = "corpus.import_table"  # kind of the job
MOST_BYTES = 2 << 30


def submit_table(*, corpus: Corpus, path: Path, name: str, created_by: User | None, take: bool = False) -> Import:
    """Accept a table, and propose a mapping: that of an earlier table with the same header, else by its content.

    Args:
        corpus: the corpus that receives its dialogues.
        path: the file.
        name: for people, never used as a path.
        created_by: the person who acts.
        take: move the file instead of copying it.

    Raises:
        Refused: `corpus.archived`, `disk.full`, and those of `open_table`.
    """
    require_writable(corpus)
    if path.stat().st_size > MOST_BYTES:
        raise Refused("table.too_large", file=name, most_mb=MOST_BYTES >> 20)
    table = open_table(path, name)
    mapping = _of_the_same_header(corpus, table) or proposed_mapping(table, codebook_of(corpus)).as_yaml()
    row = Import(
        corpus=corpus,
        importer=TABLE,
        name=name[:255],
        state=Import.State.PREPARED,
        mapping=mapping,
        created_by=created_by,
    )
    receive(path, file_name(row), take=take)
    try:
        row.save(force_insert=True)
    except BaseException:
        drop_table_file(row)
        raise
    return row


def codebook_of(corpus: Corpus) -> Codebook | None:
    """Return the codebook in use."""
    return corpus.codebook.rules() if corpus.codebook else None


def file_name(imported: Import) -> str:
    """Return the name under which the table of an import waits."""
    return f"{imported.public_id}.table"


def table_of(imported: Import, *, sheet: str = "") -> Table:
    """Open the table of a prepared import.

    Raises:
        Refused: `import.file_missing`, and those of `open_table`.
    """
    return open_table(incoming(file_name(imported)), imported.name, sheet=sheet)


def report_path(imported: Import) -> Path:
    """Return the path of the report of an import that a page started."""
    return Path(settings.CONCORD_HOME) / "reports" / f"import-{imported.public_id}.csv"


def drop_table_file(imported: Import) -> None:
    """Remove the file and the report of an import."""
    incoming(file_name(imported)).unlink(missing_ok=True)
    report_path(imported).unlink(missing_ok=True)


@transaction.atomic
def change_mapping(*, imported: Import, mapping: TableMapping) -> Import:
    """Store the mapping of a prepared table, which may be unfinished.

    Raises:
        Refused: `corpus.archived`, `import.not_prepared`.
    """
    row = _prepared(imported)
    row.mapping = mapping.as_yaml()
    row.save(update_fields=["mapping"])
    return row


@transaction.atomic
def save_mapping(*, imported: Import, name: str) -> SavedMapping:
    """Save the mapping of a table under a name, for the next tables of the corpus; an earlier one is replaced.

    Raises:
        Refused: `corpus.archived`, `import.no_name`.
    """
    require_writable(imported.corpus)
    name = " ".join(name.split())[:120]
    if not name:
        raise Refused("import.no_name")
    row, _created = SavedMapping.objects.update_or_create(
        corpus=imported.corpus, name=name, defaults={"text": imported.mapping, "changed_at": timezone.now()}
    )
    return row


@transaction.atomic
def start_table_import(*, imported: Import, created_by: User | None) -> Job:
    """Queue the import of a prepared table.

    Raises:
        Refused: `corpus.archived`, `import.not_prepared`, and those of `read_mapping`.
    """
    row = _prepared(imported)
    read_mapping(row.mapping)
    return enqueue(
        kind=IMPORT_TABLE,
        args={
            "file": str(incoming(file_name(row))),
            "name": row.name,
            "mapping": row.mapping,
            "slug": row.corpus.slug,
            "title": row.corpus.title,
            "managers": [],
            "report": str(report_path(row)),
            "prepared": str(row.public_id),
        },
        scope=str(row.corpus.public_id),
        key=f"{IMPORT_TABLE}:{row.public_id}",
        created_by=created_by,
    )


@transaction.atomic
def remove_prepared(*, imported: Import) -> None:
    """Remove a table that was not imported.

    Raises:
        Refused: `corpus.archived`, `import.not_prepared`.
    """
    row = _prepared(imported)
    row.delete()
    transaction.on_commit(lambda: drop_table_file(row))


def codebook_for_table(corpus: Corpus | None, text: str) -> tuple[Codebook | None, str]:
    """Return the codebook that a table's answers are read by, and its YAML if the import is to put it in use.

    Args:
        corpus: that receives the table; None if the import creates it.
        text: YAML of a codebook that was given with the table; used for a corpus without dialogues.

    Raises:
        CodebookFault: the YAML is no valid codebook.
    """
    if text and (corpus is None or not Dialogue.objects.filter(corpus=corpus).exists()):
        return parse(text), text
    return (codebook_of(corpus) if corpus else None), ""


def _prepared(imported: Import) -> Import:
    require_writable(imported.corpus)
    row = Import.objects.select_for_update(of=("self",)).select_related("corpus").filter(pk=imported.pk).first()
    if row is None or row.state != Import.State.PREPARED:
        raise Refused("import.not_prepared")
    unfinished = Job.objects.filter(key=f"{IMPORT_TABLE}:{row.public_id}", ended_at__isnull=True)
    if unfinished.exists():
        raise Refused("import.not_prepared")
    return row


def _of_the_same_header(corpus: Corpus, table: Table) -> str:
    """Return the newest saved mapping whose columns are those of the table; "" if there is none."""
    for text in SavedMapping.objects.filter(corpus=corpus).order_by("-changed_at").values_list("text", flat=True):
        try:
            mapping = read_mapping(text)
        except Refused:
            continue
        if set(mapping.columns) == set(table.header):
            return text
    return ""
