"""Migration operation: drop the indexes of foreign keys without rebuilding their tables.

On SQLite, Django rebuilds the table to change an index of a field, which drops its triggers.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.migrations import RunPython
from django.db.migrations.state import StateApps


def without_indexes(app: str, keys: Mapping[str, Sequence[str]]) -> RunPython:
    """Return the reversible operation that drops the plain indexes of foreign keys.

    Args:
        app: label of the application.
        keys: model -> names of its foreign keys.
    """

    def drop(apps: StateApps, editor: Any) -> None:
        for model, column in _columns(apps):
            for name in editor._constraint_names(model, [column], index=True, unique=False):  # noqa: SLF001
                editor.execute(editor._delete_index_sql(model, name))  # noqa: SLF001

    def create(apps: StateApps, editor: Any) -> None:
        for model, column in _columns(apps):
            field = next(each for each in model._meta.fields if each.column == column)  # noqa: SLF001
            editor.execute(editor._create_index_sql(model, fields=[field]))  # noqa: SLF001

    def _columns(apps: StateApps) -> list[tuple[Any, str]]:
        models = [(apps.get_model(app, model), names) for model, names in keys.items()]
        return [(model, model._meta.get_field(name).column) for model, names in models for name in names]  # noqa: SLF001

    return RunPython(drop, create)
