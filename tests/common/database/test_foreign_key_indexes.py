from typing import Any

import pytest
from django.apps import apps as registry
from django.db import connection

from common.database.foreign_key_indexes import without_indexes
from corpus.models import Annotation

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


def plain_indexes() -> list[list[str]]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, Annotation._meta.db_table)
    return [each["columns"] for each in found.values() if each["index"] and not each["unique"]]


def triggers() -> int:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT count(*) FROM pg_trigger")
        return int(cursor.fetchone()[0])


def test_an_index_is_given_back_and_taken_without_making_its_table_anew() -> None:
    apps: Any = registry
    step, before, guards = without_indexes("corpus", {"Annotation": ["codebook"]}), plain_indexes(), triggers()
    assert step.reverse_code
    assert ["codebook_id"] not in before
    with connection.schema_editor() as editor:
        step.reverse_code(apps, editor)
    assert sorted(plain_indexes()) == sorted([*before, ["codebook_id"]])
    with connection.schema_editor() as editor:
        step.code(apps, editor)
    assert sorted(plain_indexes()) == sorted(before)
    assert triggers() == guards > 0
