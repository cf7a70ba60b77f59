"""Rows in bulk: many by one statement, and the public ids that they get."""

from __future__ import annotations

import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from corpus.domain.imports.bulk_rows import TOGETHER, BulkTable, Values
from corpus.models import Corpus, Series

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.mark.parametrize("count", [1, TOGETHER - 1, TOGETHER, 2 * TOGETHER + 3])
def test_all_rows_of_a_batch_are_written_in_order_with_the_defaults_of_other_columns(count: int) -> None:
    corpus = Corpus.objects.create(slug="bulk", title="Bulk")
    table, values = BulkTable(Series, ("public_id", "corpus_id", "name")), Values()
    keys = table.keys(count)
    ids = values.uuids(count)
    with transaction.atomic():
        table.add([(key, one, corpus.pk, f"series {key}") for key, one in zip(keys, ids, strict=True)])
    rows = list(Series.objects.order_by("pk"))
    assert [row.pk for row in rows] == list(keys)
    assert [row.name for row in rows] == [f"series {key}" for key in keys]
    assert [row.public_id for row in rows] == [uuid.UUID(one) for one in ids]
    defaults = {field.attname: field.get_default() for field in Series._meta.concrete_fields if field.has_default()}
    del defaults["public_id"]
    assert all(getattr(row, name) == value for row in rows for name, value in defaults.items())


def test_a_row_that_exists_already_is_the_error_of_the_database_layer_and_nothing_of_the_batch_stays() -> None:
    corpus = Corpus.objects.create(slug="bulk", title="Bulk")
    table, values = BulkTable(Series, ("public_id", "corpus_id", "name")), Values()
    keys = table.keys(3)
    rows = [(key, one, corpus.pk, "the same") for key, one in zip(keys, values.uuids(3), strict=True)]
    with pytest.raises(IntegrityError), transaction.atomic():
        table.add(rows)
    assert not Series.objects.exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL copies rows")
def test_sqlite_gets_many_rows_by_one_statement() -> None:
    corpus = Corpus.objects.create(slug="bulk", title="Bulk")
    table, values = BulkTable(Series, ("public_id", "corpus_id", "name")), Values()
    keys = table.keys(TOGETHER)
    statements: list[str] = []
    connection.connection.set_trace_callback(statements.append)
    try:
        table.add([(key, one, corpus.pk, str(key)) for key, one in zip(keys, values.uuids(TOGETHER), strict=True)])
    finally:
        connection.connection.set_trace_callback(None)
    # SQLite reports the statement again for each trigger that it runs
    assert len({statement for statement in statements if statement.startswith("INSERT INTO")}) == 1


def test_neighbouring_ids_are_distinct_ascending_and_of_version_4() -> None:
    found = Values.neighbouring_uuids(3000)
    assert found == sorted(set(found))
    assert len(found) == 3000
    assert len({one[:8] for one in found}) == 1
    assert {(uuid.UUID(one).version, uuid.UUID(one).variant) for one in found} == {(4, uuid.RFC_4122)}


def test_neighbouring_ids_of_two_batches_begin_differently() -> None:
    assert len({Values.neighbouring_uuids(1)[0][:8] for _batch in range(50)}) == 50
