import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, connections, transaction
from pytest_django import DjangoDbBlocker

from common.database.snapshot import snapshot
from common.models import User
from config import environment

ALIAS = "on_disk"
POSTGRESQL = connection.vendor == "postgresql"
pytestmark = [pytest.mark.database, *([pytest.mark.django_db(transaction=True)] if POSTGRESQL else [])]


def elsewhere(work: Callable[[], object]) -> None:
    """Run `work` in a thread with its own connection, and wait for it."""
    faults: list[Exception] = []

    def body() -> None:
        try:
            work()
        except Exception as fault:  # noqa: BLE001 -- passed on to the test
            faults.append(fault)
        finally:
            connections.close_all()

    thread = threading.Thread(target=body)
    thread.start()
    thread.join(timeout=30)
    assert not thread.is_alive()
    assert faults == []


@pytest.fixture
def alias(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The PostgreSQL test database, or an SQLite file: in memory, there are no snapshots and no concurrent writers."""
    if POSTGRESQL:
        yield "default"
        return
    connections.settings[ALIAS] = {**connections.settings["default"], **environment.sqlite(tmp_path / "data.sqlite3")}
    with django_db_blocker.unblock():
        with connections[ALIAS].schema_editor() as editor:
            editor.create_model(User)
        yield ALIAS
        connections[ALIAS].close()
    del connections.settings[ALIAS]
    del connections[ALIAS]


def test_reads_see_one_state_while_others_write(alias: str) -> None:
    people = User.objects.using(alias)
    people.create(username="before")
    with snapshot(alias):
        assert people.count() == 1
        elsewhere(lambda: people.create(username="meanwhile"))
        assert people.count() == 1
    assert people.count() == 2


def test_a_reader_begins_while_a_writer_holds_the_lock(alias: str) -> None:
    def read() -> None:
        with snapshot(alias):
            assert User.objects.using(alias).count() == 0

    with transaction.atomic(using=alias):
        User.objects.using(alias).create(username="not yet committed")
        elsewhere(read)


def test_nothing_can_be_written_inside_and_everything_after(alias: str) -> None:
    with pytest.raises(DatabaseError), snapshot(alias):
        User.objects.using(alias).create(username="inside")
    with transaction.atomic(using=alias):
        User.objects.using(alias).create(username="after")
    assert [user.username for user in User.objects.using(alias).all()] == ["after"]


def test_the_transaction_of_the_caller_is_used(alias: str) -> None:
    with transaction.atomic(using=alias), snapshot(alias):
        User.objects.using(alias).create(username="inside")
    assert User.objects.using(alias).count() == 1
