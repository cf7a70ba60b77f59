"""Tables of a fresh database, created from the models in one step in place of all migrations since the first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model


def needs_tables(connection: BaseDatabaseWrapper) -> bool:
    """Return whether a database has no table of ours, or all of them from a creation that was interrupted.

    The tables are created in one transaction and the migrations recorded in a second one, so a process that is killed
    between the two leaves all tables and no recorded migration.
    """
    if MigrationRecorder(connection).applied_migrations():
        return False
    introspection = connection.introspection
    present = introspection.django_table_names(only_existing=True, include_views=False)
    if not present:
        return True
    if set(present) != set(introspection.django_table_names(include_views=False)):
        return False
    # after an upgrade, the models may have further columns, which only migrations add
    return all(_has_all_columns(connection, model) for model in apps.get_models(include_auto_created=True))


def _has_all_columns(connection: BaseDatabaseWrapper, model: type[Model]) -> bool:
    options = model._meta  # noqa: SLF001 -- documented
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(options.db_table)} WHERE 1 = 0")  # noqa: S608 -- a quoted name of ours
        present = {column[0] for column in cursor.description}
    return {field.column for field in options.local_concrete_fields} <= present


@contextmanager
def without_migrations() -> Iterator[None]:
    """Let Django create the tables of all apps from their models."""
    before = settings.MIGRATION_MODULES
    settings.MIGRATION_MODULES = {each.label: None for each in apps.get_app_configs()}
    try:
        yield
    finally:
        settings.MIGRATION_MODULES = before


def record_all(connection: BaseDatabaseWrapper) -> None:
    """Record all migrations as applied: the models are their result."""
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    if recorder.applied_migrations():  # by another process at the same moment
        return
    on_disk = MigrationLoader(connection).disk_migrations
    # a squashed migration counts as applied if those are that it replaces, also where their files are gone
    names = {*on_disk, *(each for migration in on_disk.values() for each in migration.replaces)}
    recorder.migration_qs.bulk_create(recorder.Migration(app=app, name=name) for app, name in sorted(names))
