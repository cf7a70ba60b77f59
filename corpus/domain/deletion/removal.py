"""Removal of rows for good, under a permit that triggers check; the only code that deletes revisions.

Rows are found by the foreign keys of the models (corpus/models/ownership.py), so tables of higher apps are included
without being named here, and a new table is included by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from django.apps import apps
from django.db import connection, transaction
from django.db.models import SET_NULL

from corpus.models import Corpus, DeletionPermit
from corpus.models.ownership import Model_, children_first, keys_of, paths_to, rows_sql, table

NEVER = 0  # no corpus has this key, see DeletionPermit
CHUNK = 2000  # rows of one transaction


@contextmanager
def deletion_permit(corpus: Corpus) -> Iterator[None]:
    """Open a transaction that may delete rows of a corpus, its revisions too, even if it is archived.

    Args:
        corpus: the corpus; rows of others stay protected.
    """
    with transaction.atomic():
        DeletionPermit.objects.create(corpus=corpus, ends_id=NEVER)
        yield
        DeletionPermit.objects.filter(corpus_id=corpus.pk).delete()


class Removal:
    """The removal of all rows below one row: of a corpus, a series, an episode or a dialogue.

    Args:
        root: the model of that row.
        key: its primary key.
    """

    def __init__(self, root: Model_, key: int) -> None:
        self.root, self.key = root, key
        self._paths = paths_to(root)
        self._order = [model for model in children_first(set(self._paths), root) if model is not DeletionPermit]

    def count(self) -> dict[str, int]:
        """Return the number of rows of each table below the root."""
        return {table(model): self._count(model) for model in self._order if model is not self.root}

    def selects(self, tables: Collection[str]) -> list[str]:
        """Return a SELECT of the keys of each of these tables below the root; its parameter is the root's key."""
        return [self._rows(model) for model in self._order if table(model) in tables]

    def chunks(self, corpus: Corpus) -> Iterator[int]:
        """Delete the rows below the root in transactions of at most `CHUNK` rows; yield the number of each.

        For rows that nobody can write any more. Killed in between, a second removal continues.
        """
        for place, model in enumerate(self._order):
            if model is self.root:
                continue
            with deletion_permit(corpus):
                self._forget(model, self._order[place:])
            deleted = CHUNK
            while deleted:
                with deletion_permit(corpus):
                    deleted = self._delete(model, CHUNK)
                yield deleted

    def all_at_once(self) -> int:
        """Delete the rows below the root, and the root, in the present transaction; return the number of rows.

        The caller has a permit, and has locked what could be written meanwhile.
        """
        deleted = 0
        for place, model in enumerate(self._order):
            self._forget(model, self._order[place:])
            deleted += self._delete(model)
        return deleted

    def _count(self, model: Model_) -> int:
        return self._run(f"SELECT COUNT(*) FROM ({self._rows(model)}) found", counts=True)  # noqa: S608 -- names

    def _delete(self, model: Model_, most: int | None = None) -> int:
        rows = self._rows(model) + (f" LIMIT {most}" if most else "")
        return self._run(f'DELETE FROM "{table(model)}" WHERE id IN ({rows})')  # noqa: S608 -- names of tables

    def _forget(self, model: Model_, remaining: Sequence[Model_]) -> None:
        """Set references to a model's rows to NULL that keep no row: from tables outside, or later in the order."""
        for other in apps.get_models(include_auto_created=True):
            if other in self._paths and other not in remaining:
                continue
            for key in keys_of(other):
                if key.related_model is model and key.remote_field.on_delete == SET_NULL:
                    of_these = f'"{key.column}" IN ({self._rows(model)})'
                    self._run(f'UPDATE "{table(other)}" SET "{key.column}" = NULL WHERE {of_these}')  # noqa: S608

    def _rows(self, model: Model_) -> str:
        return rows_sql(model, self._paths[model])

    def _run(self, statement: str, *, counts: bool = False) -> int:
        with connection.cursor() as cursor:
            cursor.execute(statement, [self.key])
            return int(cursor.fetchone()[0] if counts else cursor.rowcount)
