"""Connections to the database for tests that need many of them."""

import time

from django.db import connection

FEW = 20
LONGEST_SECONDS = 60


def wait_for_connections() -> None:
    """Wait until few connections are in use: those of the test before end some time after their threads.

    PostgreSQL accepts 100 by default. The test's own connection is closed: a forked process would share it.
    """
    if connection.vendor == "postgresql":
        end = time.monotonic() + LONGEST_SECONDS
        while _in_use() > FEW and time.monotonic() < end:
            time.sleep(0.1)
    connection.close()


def _in_use() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")
        row = cursor.fetchone()
    assert row
    return int(row[0])
