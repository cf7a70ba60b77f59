"""The manifest of a backup, and the names that a backup may hold; everything read from a file is checked here."""

import json
import re
import unicodedata
from pathlib import PurePosixPath
from typing import Annotated, Literal

import msgspec

FORMAT = "concord-backup/1"
MANIFEST = "manifest.json"
PREFIX = ".restore-"  # of the folders of a restore inside the media folder
DATABASE, MEDIA = "database/", "media/"  # folders of a backup
LONGEST = 1000  # characters of a name
COLUMNS = re.compile(r'"[A-Za-z_][A-Za-z0-9_]*"(, "[A-Za-z_][A-Za-z0-9_]*")*')
TABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class File(msgspec.Struct, frozen=True):
    """Size and content of one member."""

    bytes: Annotated[int, msgspec.Meta(ge=0, le=2**60)]
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The content of `manifest.json`.

    Attributes:
        concord: version that made the backup.
        made_at: ISO time.
        database: kind of database.
        migrations: those applied, as app and name.
        columns: table -> its columns, as SQL; empty for SQLite.
        files: name of a member -> its size and content, of all members but the manifest.
    """

    format: Literal["concord-backup/1"]
    concord: str = ""
    made_at: str = ""
    database: Annotated[str, msgspec.Meta(pattern="^[a-z]{1,20}$")]
    migrations: list[tuple[str, str]]
    columns: dict[str, str] = {}
    files: dict[str, File]


class Plan(msgspec.Struct, frozen=True):
    """The moves of a restore: names inside the media folder that are replaced, and names that replace them."""

    old: list[str]
    fresh: list[str]
    manifest: Manifest


def read_manifest(text: bytes) -> Manifest:
    """Read a manifest.

    Raises:
        ValueError: it is none, or names something that a backup never holds.
    """
    try:
        return checked(msgspec.json.decode(text, type=Manifest))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def checked(manifest: Manifest) -> Manifest:
    """Return the manifest, after checking the names in it.

    Raises:
        ValueError: a file, table or column has a name that a backup never holds.
    """
    names = Names()
    if not all(names.accept(name) for name in manifest.files):
        raise ValueError("a file name that a backup never holds")
    if not all(TABLE.fullmatch(table) and COLUMNS.fullmatch(text) for table, text in manifest.columns.items()):
        raise ValueError("a table or column name that a backup never holds")
    tables = {f"{DATABASE}{table}.copy" for table in manifest.columns} or {f"{DATABASE}concord.sqlite3"}
    if {name for name in manifest.files if name.startswith(DATABASE)} != tables:
        raise ValueError("the files of the database are not those of its tables")
    return manifest


def read_plan(text: bytes) -> Plan:
    """Read the plan of a restore.

    Raises:
        ValueError: it is none, or names something outside of the media folder.
    """
    try:
        # not by msgspec: names of the media folder may hold bytes that are no UTF-8
        plan = msgspec.convert(json.loads(text), Plan)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    media = {name.split("/")[1] for name in checked(plan.manifest).files if name.startswith(MEDIA)}
    if set(plan.fresh) != media or not all(_is_entry(name) for name in plan.old):
        raise ValueError("a move that a restore never does")
    return plan


def _is_entry(name: str) -> bool:
    """Return whether a name is one entry of the media folder, and not the folder of a restore."""
    return name not in {"", ".", ".."} and "/" not in name and "\0" not in name and not _is_restore(name)


def _is_restore(name: str) -> bool:
    return name.casefold().startswith(PREFIX)


class Names:
    """The names of one backup: a name is accepted once, and only if every file system can hold it beside the others."""

    def __init__(self) -> None:
        self._files: set[str] = set()
        self._folders: set[str] = set()

    def accept(self, name: str) -> bool:
        """Return whether a backup may hold this name in addition to those accepted before.

        A name is a path inside `database/` or `media/` without `..`, control characters and backslashes. Names that
        differ in case alone, or of which one is a folder of the other, are the same file on some systems.
        """
        if not _is_path(name):
            return False
        key = PurePosixPath(unicodedata.normalize("NFC", name).casefold())
        parents = {str(parent) for parent in key.parents}
        if str(key) in self._files or str(key) in self._folders or parents & self._files:
            return False
        self._files.add(str(key))
        self._folders |= parents
        return True


def _is_path(name: str) -> bool:
    parts = name.split("/")
    return (
        len(name) <= LONGEST
        and name.startswith((DATABASE, MEDIA))
        and all(part not in {"", ".", ".."} for part in parts)
        and not _is_restore(parts[1])
        and not any(unicodedata.category(character)[0] == "C" or character == "\\" for character in name)
    )
