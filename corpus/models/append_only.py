"""Rows that are added and never changed: the guard for the model, beside the triggers in the database."""

from __future__ import annotations

from typing import Any, Never, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


class AppendOnlyError(RuntimeError):
    """Somebody tried to change or delete a row that is only ever added."""


class AppendOnlyQuerySet(models.QuerySet[M]):
    """A query set that adds and reads."""

    def update(self, **_fields: Any) -> Never:
        raise AppendOnlyError(f"{self.model.__name__} rows are not changed")

    def bulk_update(self, *_args: Any, **_kwargs: Any) -> Never:
        raise AppendOnlyError(f"{self.model.__name__} rows are not changed")

    def delete(self) -> Never:
        raise AppendOnlyError(f"{self.model.__name__} rows are not deleted")


class AppendOnlyModel(models.Model):
    """A model whose rows are added, never changed and never deleted by themselves."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, **kwargs: Any) -> None:
        """Add the row; a row that is there already is refused."""
        if not self._state.adding:
            raise AppendOnlyError(f"{type(self).__name__} rows are not changed")
        super().save(**kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> Never:
        """Refuse."""
        raise AppendOnlyError(f"{type(self).__name__} rows are not deleted")
