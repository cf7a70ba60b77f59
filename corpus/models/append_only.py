"""Append-only models: the guard in Python, in addition to the triggers in the database."""

from __future__ import annotations

from typing import Any, ClassVar, Never, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


class AppendOnlyError(RuntimeError):
    """An attempt to change or delete an append-only row."""


class AppendOnlyQuerySet(models.QuerySet[M]):
    """A query set without updates and deletions."""

    def update(self, **_fields: Any) -> Never:
        raise AppendOnlyError(f"{self.model.__name__} rows are not changed")

    def bulk_update(self, *_args: Any, **_kwargs: Any) -> Never:
        raise AppendOnlyError(f"{self.model.__name__} rows are not changed")

    def delete(self) -> Never:
        raise AppendOnlyError(f"{self.model.__name__} rows are not deleted")


class AppendOnlyModel(models.Model):
    """A model whose rows are added, never changed, and deleted only with their corpus, series or episode."""

    never_deleted: ClassVar[bool] = True  # see corpus/models/triggers.py

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, **kwargs: Any) -> None:
        """Add the row; refuse an update."""
        if not self._state.adding:
            raise AppendOnlyError(f"{type(self).__name__} rows are not changed")
        super().save(**kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> Never:
        """Refuse a deletion."""
        raise AppendOnlyError(f"{type(self).__name__} rows are not deleted")
