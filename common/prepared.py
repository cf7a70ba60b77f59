"""Statements that are put together once and run often.

Django puts the SQL of a query set together anew each time it is asked, which costs a web process several times what
the database takes to answer. What every label and every request asks is therefore prepared: written as a query set
like any other, with a `Parameter` wherever a value will stand, turned into SQL at its first use and from then on only
filled in. Everywhere else a plain query set is shorter and quick enough.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models import Expression, Field, QuerySet, sql
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler

R = TypeVar("R")
Row = tuple[Any, ...]


class Parameter(Expression):
    """The place of a value that is known only when the statement runs."""

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, *_args: Any, **_more: Any) -> tuple[str, Any]:
        """Stand for oneself among the parameters of the SQL."""
        return "%s", (self,)

    def filled(self, values: dict[str, Any]) -> Any:
        """Return the value as the driver of the database takes it."""
        return self.output_field.get_db_prep_save(values[self.name], connection)


class _Statement:
    """SQL with open places."""

    def __init__(self) -> None:
        self._sql = ""
        self._parameters: Sequence[Any] = ()

    def _rows(self, values: dict[str, Any]) -> list[Row]:
        """Run the statement and return what it returns; a change returns how many rows it changed."""
        if not self._sql:
            self._sql, self._parameters = self._prepare()
        filled = [each.filled(values) if isinstance(each, Parameter) else each for each in self._parameters]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, filled)
            return cursor.fetchall() if cursor.description else [(cursor.rowcount,)]

    def _prepare(self) -> tuple[str, Sequence[Any]]:
        raise NotImplementedError


class Question(_Statement, Generic[R]):
    """A prepared SELECT.

    Args:
        ask: makes the query set, with a `Parameter` in place of each value; its rows come as they would from it:
            tuples of `values_list`, or instances with what `select_related` adds.
    """

    def __init__(self, ask: Callable[[], QuerySet[Any, R]]) -> None:
        super().__init__()
        self._ask = ask
        self._converters: list[tuple[int, list[Any], Any]] = []
        self._made: Callable[[Row], Any] = tuple

    def all(self, **values: Any) -> list[R]:
        """Return the rows that these values of the parameters lead to."""
        return [self._made(self._converted(row)) for row in self._rows(values)]

    def first(self, **values: Any) -> R | None:
        """Return the first row; None where there is none."""
        return next(iter(self.all(**values)), None)

    def _prepare(self) -> tuple[str, Sequence[Any]]:
        query = self._ask().query
        compiler = query.get_compiler(connection=connection)
        prepared: tuple[str, Sequence[Any]] = compiler.as_sql()
        columns = [column for column, _, _ in compiler.select[: compiler.col_count]]
        self._converters = [(place, *each) for place, each in compiler.get_converters(columns).items()]
        self._made = tuple if query.values_select else _instances(compiler)
        return prepared

    def _converted(self, row: Row) -> Row:
        if not self._converters:
            return row
        values = list(row)
        for place, converters, column in self._converters:
            for convert in converters:
                values[place] = convert(values[place], column, connection)
        return tuple(values)


class Addition(_Statement):
    """A prepared INSERT of one row; a column that is not given gets its field's default.

    Args:
        model: whose table it goes to.
        otherwise: SQL that says what to do where such a row is there already, `ON CONFLICT ...`.
        returning: columns whose values come back.
    """

    def __init__(self, model: type[models.Model], otherwise: str = "", returning: Sequence[str] = ("id",)) -> None:
        super().__init__()
        self._fields = [field for field in model._meta.concrete_fields if not field.primary_key]  # noqa: SLF001
        self._model, self._otherwise, self._returning = model, otherwise, returning

    def add(self, **values: Any) -> Row:
        """Add the row; its columns are called as in the table (`author_id`)."""
        for field in self._fields:
            if field.attname not in values:
                values[field.attname] = field.get_default()
        return self._rows(values)[0]

    def _prepare(self) -> tuple[str, Sequence[Any]]:
        row = self._model(**{field.attname: Parameter(field.attname, field) for field in self._fields})
        query = sql.InsertQuery(self._model)
        query.insert_values(self._fields, [row])
        [(statement, parameters)] = query.get_compiler(connection=connection).as_sql()
        return f"{statement} {self._otherwise} RETURNING {', '.join(self._returning)}", parameters


class Change(_Statement):
    """A prepared UPDATE.

    Args:
        of: makes the query set of the rows, with a `Parameter` in place of each value.
        columns: what is set, called as in the table; each is a parameter, too.
    """

    def __init__(self, of: Callable[[], QuerySet[Any, Any]], *columns: str) -> None:
        super().__init__()
        self._of, self._columns = of, columns

    def make(self, **values: Any) -> int:
        """Change the rows and return how many there were."""
        return int(self._rows(values)[0][0])

    def _prepare(self) -> tuple[str, Sequence[Any]]:
        rows = self._of()
        fields = {field.attname: field for field in rows.model._meta.concrete_fields}  # noqa: SLF001
        query: Any = rows.query.chain(sql.UpdateQuery)
        query.add_update_fields([(fields[name], None, Parameter(name, fields[name])) for name in self._columns])
        prepared: tuple[str, Sequence[Any]] = query.get_compiler(connection=connection).as_sql()
        return prepared


def _instances(compiler: SQLCompiler) -> Callable[[Row], models.Model]:
    """Return what makes an instance of a row, as a query set does."""
    info = compiler.klass_info
    first, last = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column.target.attname for column, _, _ in compiler.select[first:last]]
    related = get_related_populators(info, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]  # Django 6 has one more

    def made(row: Row) -> models.Model:
        instance: models.Model = info["model"].from_db(DEFAULT_DB_ALIAS, names, row[first:last])
        for populator in related:
            populator.populate(row, instance)
        for name, place in compiler.annotation_col_map.items():
            setattr(instance, name, row[place])
        return instance

    return made
