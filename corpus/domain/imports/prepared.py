"""Files that people upload to be imported: their preparation, mapping and start."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common.errors import Refused
from common.files.disk_space import require_space
from common.jobs.queue import enqueue
from common.models import Job, User
from corpus.domain.media.stored_files import move
from corpus.domain.structure.archiving import require_writable
from corpus.importers.registry import IMPORTERS, recognised
from corpus.importers.source import Source
from corpus.importers.table.mapping import TableMapping, read_mapping
from corpus.importers.table.proposal import proposed_mapping
from corpus.importers.table.reader import read_table
from corpus.importers.table.sheet import Table, open_table
from corpus.models import Corpus, Dialogue, Import, SavedMapping
from corpus.rules.codebook import Codebook, parse

TABLE = "table"  # the importer's name
IMPORT = "corpus.import"  # kinds of jobs
IMPORT_TABLE = "corpus.import_table"
MOST_BYTES = 2 << 30
MOST_FILES = 2000


def submit_files(
    *, corpus: Corpus, files: Iterable[tuple[Path, str]], importer: str = "", created_by: User | None
) -> Import:
    """Accept uploaded files, and recognise what they are; a table gets a proposal for its mapping.

    Args:
        corpus: the corpus that receives the dialogues.
        files: temporary files, which are moved, with their names for people.
        importer: `table` or a name in `IMPORTERS`; by default the one that recognises the files, else `table`.
        created_by: the person who acts.

    Raises:
        Refused: `corpus.archived`, `disk.full`, `import.no_file`, `import.one_table`, `import.unknown_importer`,
            `table.too_large`, and those of `open_table`.
    """
    require_writable(corpus)
    given = list(files)
    if not given or len(given) > MOST_FILES:
        raise Refused("import.no_file", most=MOST_FILES)
    if importer not in {"", TABLE, *IMPORTERS.names()}:
        raise Refused("import.unknown_importer", importer=importer)
    row = Import(corpus=corpus, importer=importer, state=Import.State.PREPARED, created_by=created_by)
    folder = import_folder(row)
    try:
        for path, name in given:
            _take(path, name, folder)
        row.importer = importer or recognised(folder) or TABLE
        row.name = ", ".join(sorted(safe_name(name) for _path, name in given))[:255]
        if row.importer == TABLE:
            row.mapping = _first_mapping(row)
        row.save(force_insert=True)
    except BaseException:
        drop_files(row)
        raise
    return row


def _take(path: Path, name: str, folder: Path) -> None:
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise Refused("table.too_large", file=name, most_mb=MOST_BYTES >> 20)
    require_space(size, folder=settings.WORK_DIR)
    move(path, folder / safe_name(name))


def _first_mapping(imported: Import) -> str:
    """Return the mapping of a table before anybody changes it: a saved one with its header, else the proposal."""
    if len(list(import_folder(imported).glob("*"))) > 1:
        raise Refused("import.one_table")
    table, corpus = table_of(imported), imported.corpus
    return _of_the_same_header(corpus, table) or proposed_mapping(table, codebook_of(corpus)).as_yaml()


def safe_name(name: str) -> str:
    """Return the name of a file without a folder, usable as a path."""
    last = Path(name.replace("\\", "/").replace("\0", "")).name.lstrip(".").strip()[-150:]
    return last or "file"


def codebook_of(corpus: Corpus) -> Codebook | None:
    """Return the codebook in use."""
    return corpus.codebook.rules() if corpus.codebook else None


def import_folder(imported: Import) -> Path:
    """Return the folder in which the files of an import wait."""
    return Path(settings.WORK_DIR) / "imports" / str(imported.public_id)


def table_of(imported: Import, *, sheet: str = "") -> Table:
    """Open the table of a prepared import.

    Raises:
        Refused: `import.file_missing`, and those of `open_table`.
    """
    files = sorted(import_folder(imported).glob("*"))
    if not files:
        raise Refused("import.file_missing", file=imported.name)
    return open_table(files[0], imported.name, sheet=sheet)


def source_of(imported: Import, *, most: int | None = None) -> Source:
    """Read prepared files without importing them.

    Args:
        imported: the import.
        most: rows of a table to read, for a preview; by default all.

    Raises:
        Refused: the files cannot be read; those of the importer.
    """
    if imported.importer != TABLE:
        return IMPORTERS[imported.importer].read(import_folder(imported))
    mapping = read_mapping(imported.mapping)
    return read_table(table_of(imported, sheet=mapping.sheet), mapping, codebook_of(imported.corpus), most=most)


def report_path(imported: Import) -> Path:
    """Return the path of the report of an import that a page started."""
    return Path(settings.CONCORD_HOME) / "reports" / f"import-{imported.public_id}.csv"


def drop_files(imported: Import) -> None:
    """Remove the files and the report of an import."""
    shutil.rmtree(import_folder(imported), ignore_errors=True)
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
def start_import(*, imported: Import, created_by: User | None) -> Job:
    """Queue the import of prepared files.

    Raises:
        Refused: `corpus.archived`, `import.not_prepared`, and those of `read_mapping`.
    """
    row = _prepared(imported)
    args = {
        "slug": row.corpus.slug,
        "title": row.corpus.title,
        "managers": [],
        "report": str(report_path(row)),
        "prepared": str(row.public_id),
    }
    if row.importer == TABLE:
        read_mapping(row.mapping)
        args |= {"file": str(next(import_folder(row).glob("*"), "")), "name": row.name, "mapping": row.mapping}
    else:
        args |= {"importer": row.importer, "folder": str(import_folder(row))}
    return enqueue(
        kind=IMPORT_TABLE if row.importer == TABLE else IMPORT,
        args=args,
        scope=str(row.corpus.public_id),
        key=_key(row),
        created_by=created_by,
    )


def job_of(imported: Import) -> Job | None:
    """Return the newest job that imports prepared files; None before it is started."""
    return Job.objects.filter(key=_key(imported)).order_by("-pk").first()


def _key(imported: Import) -> str:
    return f"import:{imported.public_id}"


@transaction.atomic
def remove_prepared(*, imported: Import) -> None:
    """Remove files that were not imported.

    Raises:
        Refused: `corpus.archived`, `import.not_prepared`.
    """
    row = _prepared(imported)
    row.delete()
    transaction.on_commit(lambda: drop_files(row))


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
    if Job.objects.filter(key=_key(row), ended_at__isnull=True).exists():
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
