"""Backups made for tests, member by member."""

import io
import json
import sqlite3
import tarfile
from collections.abc import Iterable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

from config.backup import databases

Member = tuple[tarfile.TarInfo, bytes]


def member(name: str, content: bytes = b"content", **fields: Any) -> Member:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for field, value in fields.items():
        setattr(info, field, value)
    return info, content


def dump(folder: Path) -> bytes:
    """A database that has nothing but the list of its migrations."""
    path = folder / "dump.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE django_migrations (app TEXT, name TEXT)")
        database.executemany("INSERT INTO django_migrations VALUES (?, ?)", databases.facts()["migrations"])
        database.commit()
    return path.read_bytes()


def manifest(members: Iterable[Member], **changed: Any) -> dict[str, Any]:
    files = {info.name: {"bytes": len(content), "sha256": sha256(content).hexdigest()} for info, content in members}
    facts = {"concord": "0.1.0", "made_at": "2026-11-28T12:00:00+00:00", **databases.facts()}
    return {"format": "concord-backup/1", **facts, "database": "sqlite", "files": files, **changed}


def packed(members: Iterable[Member], text: bytes | dict[str, Any]) -> bytes:
    """The archive of these members and this manifest."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as tar:
        for info, content in [*members, member("manifest.json", text if isinstance(text, bytes) else _json(text))]:
            tar.addfile(info, io.BytesIO(content) if info.isreg() else None)
    return target.getvalue()


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document).encode()


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, links by their target."""
    return {
        str(path.relative_to(folder)): str(path.readlink()).encode() if path.is_symlink() else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }
