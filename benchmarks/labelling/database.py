"""The database of one run."""

import secrets
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2

SHARED = ["checkpointer", "background writer", "walwriter"]


class Postgres:
    """A new database on a PostgreSQL server that may be shared."""

    def __init__(self, server: str) -> None:
        self.server, self.name = server.rstrip("/"), f"concord_bench_{secrets.token_hex(4)}"
        self.url = f"{self.server}/{self.name}"
        self._do(f"CREATE DATABASE {self.name}")

    def pids(self) -> list[int]:
        """Return the processes that serve connections to this database."""
        return [pid for pid, database, _ in self._processes() if database == self.name]

    def shared_pids(self) -> list[int]:
        """Return the processes that write for all databases of the server."""
        return [pid for pid, _, kind in self._processes() if kind in SHARED]

    def _processes(self) -> list[tuple[Any, ...]]:
        return self._do("SELECT pid, datname, backend_type FROM pg_stat_activity")

    def settle(self) -> None:
        """Update the statistics of the query planner."""
        self._do("VACUUM ANALYZE", self.name)

    def drop(self) -> None:
        """Remove the database."""
        self._do(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")

    def _do(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        with closing(psycopg2.connect(f"{self.server}/{database}")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []


class Sqlite:
    """An SQLite file; its cost is part of the web processes."""

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite://{folder / 'bench.sqlite3'}"

    def pids(self) -> list[int]:
        """Return nothing: there are no database processes."""
        return []

    shared_pids = pids

    def settle(self) -> None:
        """Nothing to do."""

    def drop(self) -> None:
        """Do nothing: the folder is removed with the file."""
