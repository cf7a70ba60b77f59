"""Tables of a fresh database, created from the models in one step in place of all migrations since the first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def needs_tables(connection: BaseDatabaseWrapper) -> bool:
    """Return whether a database has no table of ours, or all of them from a creation that was interrupted.

    The tables are created in one transaction and the migrations recorded in a second one, so a process that is killed
    between the two leaves all tables and no recorded migration.
    """
    if MigrationRecorder(connection).applied_migrations():
        return False
    introspection = connection.introspection
    present = introspection.django_table_names(only_existing=True, include_views=False)
    return not present or set(present) == set(introspection.django_table_names(include_views=False))


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
    on_disk = MigrationLoader(connection).disk_migrations
    # a squashed migration counts as applied if those are that it replaces, also where their files are gone
    names = {*on_disk, *(each for migration in on_disk.values() for each in migration.replaces)}
    recorder.migration_qs.bulk_create(recorder.Migration(app=app, name=name) for app, name in sorted(names))
