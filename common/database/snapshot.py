"""Consistent reads of many rows that block no writers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction


@contextmanager
def snapshot(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Open a read-only transaction whose reads all see the same state of the database.

    PostgreSQL: REPEATABLE READ, READ ONLY. SQLite: a deferred transaction, which in WAL mode keeps the state of its
    first read; IMMEDIATE, the mode of all other transactions, would block every writer even for a read.
    Inside another transaction, that one is used unchanged.

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
    """Make the next transaction of a SQLite connection take no lock, and forbid writes meanwhile."""
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
