"""Every prepared statement of the project compiles on the database: no misspelt column, no wrong type."""

import pkgutil
from datetime import UTC, datetime
from importlib import import_module
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, models

from annotator.domain.allocation import slots
from annotator.rules.purposes import in_the_way
from common.database.prepared import PreparedInsert, PreparedSelect, PreparedUpdate
from corpus.models import Purpose

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Prepared = PreparedSelect[Any] | PreparedInsert[Any] | PreparedUpdate
APPS = ["common", "corpus", "annotator", "agreement", "export"]
SAMPLES = {
    models.UUIDField: UUID(int=1),
    models.DateTimeField: datetime(2020, 1, 1, tzinfo=UTC),
    models.JSONField: {"emotion": "joy"},
    models.BinaryField: b"\x00\x00",
    models.IntegerField: 1,
    models.CharField: "1",
    models.TextField: "1",
    models.BooleanField: False,
    models.ForeignKey: 1,
}


def of_modules() -> dict[str, Prepared]:
    found: dict[str, Prepared] = {}
    for app in APPS:
        package = import_module(app)
        for each in pkgutil.walk_packages(package.__path__, f"{app}."):
            if ".migrations" not in each.name and "_child" not in each.name:
                module = import_module(each.name)
                found |= {
                    f"{module.__name__}.{name}": value
                    for name, value in vars(module).items()
                    if isinstance(value, PreparedSelect | PreparedInsert | PreparedUpdate)
                }
    return found


def of_free_slots() -> dict[str, Prepared]:
    locks = ["", "FOR NO KEY UPDATE OF slot", "FOR NO KEY UPDATE OF slot SKIP LOCKED"]
    each = product([False, True], sorted({in_the_way(purpose) for purpose in Purpose.values}), [False, True], locks)
    return {
        f"free slot {shared} {' '.join(purposes)} {ready} {lock}": slots._free(
            is_shared=shared, purposes=purposes, only_ready=ready, lock=lock
        )
        for shared, purposes, ready, lock in each
    }


def sample(field: object) -> Any:
    return next(value for kind, value in SAMPLES.items() if isinstance(field, kind))


STATEMENTS = of_modules() | of_free_slots()


def test_all_are_found() -> None:
    assert len([name for name in STATEMENTS if not name.startswith("free slot")]) >= 24


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_database_accepts_it(name: str) -> None:
    statement = STATEMENTS[name]
    statement._compile(connection)
    values = [field.get_db_prep_save(sample(field), connection) for _, field in statement._parameters]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement._prepare_on(connection)
        cursor.execute(f"EXPLAIN {statement._sql}", values)
        if isinstance(statement, PreparedSelect):
            cursor.execute(statement._sql, values)
            columns = [column[0] for column in cursor.description]
            wanted = [field.column for field in getattr(statement._result, "fields", [])]
            assert columns[: len(wanted)] == wanted
