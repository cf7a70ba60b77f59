"""Paths from the rows of any table to their corpus, derived from the foreign keys of the models.

Each row that belongs to a corpus reaches it by foreign keys that are never null. Triggers find a row's corpus by such a
path, and deletion finds the rows of a corpus, series or episode. A new model needs no entry anywhere.
"""

from __future__ import annotations

from collections import deque
from graphlib import CycleError, TopologicalSorter
from typing import Any, TypeAlias

from django.apps import apps
from django.db.models import CASCADE, SET_NULL, ForeignKey, Model

Model_: TypeAlias = type[Model]
Path: TypeAlias = tuple[ForeignKey[Any, Any], ...]


def paths_to(root: Model_) -> dict[Model_, Path]:
    """Return the shortest path of foreign keys from each model to `root`; `root` itself has the empty path.

    A step is a foreign key that is never null, or one whose rows go with the row they refer to (`CASCADE`).
    """
    found: dict[Model_, Path] = {root: ()}
    waiting = deque([root])
    while waiting:
        parent = waiting.popleft()
        for model in _models():
            steps = [key for key in keys_of(model) if key.related_model is parent and _owns(key)]
            if steps and model not in found:
                found[model] = (steps[0], *found[parent])
                waiting.append(model)
    return found


def keys_of(model: Model_) -> list[ForeignKey[Any, Any]]:
    """Return the foreign keys of a model, those that are never null first."""
    keys = [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]  # noqa: SLF001
    return sorted(keys, key=lambda key: key.null)


def children_first(models: set[Model_], root: Model_) -> list[Model_]:
    """Return models in the order in which their rows can be deleted: a table before those that it refers to.

    The foreign keys of `root` do not count: they are set to NULL before (the codebook in use). Nor do those with
    `SET_NULL` if they make a circle.
    """
    try:
        return list(_order(models, root, every_key=True).static_order())
    except CycleError:
        return list(_order(models, root, every_key=False).static_order())


def _order(models: set[Model_], root: Model_, *, every_key: bool) -> TopologicalSorter[Model_]:
    order: TopologicalSorter[Model_] = TopologicalSorter()
    for model in sorted(models, key=table):
        order.add(model)
        for key in keys_of(model) if model is not root else ():
            counts = every_key or key.remote_field.on_delete != SET_NULL
            if counts and key.related_model in models and key.related_model is not model:
                order.add(key.related_model, model)
    return order


def table(model: Model_) -> str:
    """Return the name of a model's table."""
    return str(model._meta.db_table)  # noqa: SLF001 -- documented API


def parent_sql(path: Path, row: str) -> str:
    """Return the SQL expression for the key at the end of a path that is not empty.

    Args:
        path: foreign keys, the first one of the row itself.
        row: the row's name in the statement: `NEW`, `OLD` or an alias.
    """
    first, *further = path
    if not further:
        return f'{row}."{first.column}"'
    joins = [f'FROM "{_target(first)}" p1']
    for number, key in enumerate(further[:-1], start=2):
        joins.append(f'JOIN "{_target(key)}" p{number} ON p{number}.id = p{number - 1}."{key.column}"')
    return f'(SELECT p{len(further)}."{further[-1].column}" {" ".join(joins)} WHERE p1.id = {row}."{first.column}")'


def rows_sql(model: Model_, path: Path) -> str:
    """Return a SELECT of the keys of a model's rows below one root, whose key is its only parameter.

    Args:
        model: the model of the rows.
        path: from the model to the root; empty for the root itself.
    """
    if not path:
        return f'SELECT r.id FROM "{table(model)}" r WHERE r.id = %s'  # noqa: S608 -- names of tables
    joins = [f'FROM "{table(model)}" r']
    last = "r"
    for number, key in enumerate(path[:-1], start=1):
        joins.append(f'JOIN "{_target(key)}" p{number} ON p{number}.id = {last}."{key.column}"')
        last = f"p{number}"
    return f'SELECT r.id {" ".join(joins)} WHERE {last}."{path[-1].column}" = %s'


def _target(key: ForeignKey[Any, Any]) -> str:
    return table(key.related_model)


def _owns(key: ForeignKey[Any, Any]) -> bool:
    return not key.null or key.remote_field.on_delete == CASCADE


def _models() -> list[Model_]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]  # noqa: SLF001
