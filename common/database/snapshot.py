"""Reading many rows as they were at one moment, without keeping anybody from writing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction


@contextmanager
def snapshot(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Open a transaction whose reads all see one state of the database, and in which nothing can be written.

    PostgreSQL: REPEATABLE READ, READ ONLY. SQLite: a deferred transaction, which in WAL mode keeps the state of its
    first read; under IMMEDIATE, as everywhere else here, even a reader would lock out every writer.
    Inside a transaction of the caller's there is no other state to see: that one is used as it is.

    Args:
        using: alias of the database.
    """
    connection: Any = connections[using]
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(using=using), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with _deferred(connection), transaction.atomic(using=using):
            yield


@contextmanager
def _deferred(connection: Any) -> Iterator[None]:
    """Let the next transaction of a SQLite connection take no lock, and refuse to write meanwhile."""
    connection.ensure_connection()  # connecting sets the mode from the settings
    usual = connection.transaction_mode
    connection.transaction_mode = "DEFERRED"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
    try:
        yield
    finally:
        connection.transaction_mode = usual
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only = OFF")
