"""Statements that are put together once and run often.

Django puts the SQL of a query set together anew each time it is asked, which costs a web process several times what
the database takes to answer. What every label and every request asks is therefore prepared: written as a query set
like any other, with a `Parameter` wherever a value will stand, turned into SQL at its first use and from then on only
filled in. Everywhere else a plain query set is shorter and quick enough.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, QuerySet, sql
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler

R = TypeVar("R")
M = TypeVar("M", bound=models.Model)
Row = tuple[Any, ...]
PLACE = re.compile(r"%\((\w+)\)s")
_NAMES: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()  # connection to PostgreSQL -> statements it knows


class Parameter(Expression):
    """The place of a value that is known only when the statement runs."""

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name, self._field = name, output_field

    def as_sql(self, *_args: Any, **_more: Any) -> tuple[str, Any]:
        """Stand for oneself among the parameters of the SQL."""
        return "%s", (self,)

    def filled(self, values: dict[str, Any], database: BaseDatabaseWrapper) -> Any:
        """Return the value as the driver of the database takes it."""
        return self._field.get_db_prep_save(values[self.name], database)


class _Statement:
    """SQL with open places."""

    _count = itertools.count(1)

    def __init__(self) -> None:
        self._name = f"concord_{next(self._count)}"
        self._sql = self._execute = self._prepare = ""
        self._parameters: Sequence[Any] = ()
        self._open: Sequence[Parameter] = ()  # those of them that have no value yet
        self._converters: list[tuple[int, list[Any], Any]] = []  # place in a row, what makes its value one of Python's

    def _rows(self, values: dict[str, Any]) -> list[Row]:
        """Run the statement and return what it returns; a change returns how many rows it changed."""
        database = connections[DEFAULT_DB_ALIAS]
        if not self._sql:
            self._sql, self._parameters = self._compiled(database)
        with database.cursor() as cursor:  # before all else: it opens a connection where there is none that works
            statement, parameters = self._known(database)
            filled = [each.filled(values, database) if type(each) is Parameter else each for each in parameters]
            cursor.execute(statement, filled)
            return cursor.fetchall() if cursor.description else [(cursor.rowcount,)]

    def _known(self, database: Any) -> tuple[str, Sequence[Any]]:
        """Return the SQL to run: PostgreSQL plans a statement once for each connection and then knows it by name."""
        if database.vendor != "postgresql" or not settings.PREPARE_STATEMENTS:
            return self._sql, self._parameters
        names = _NAMES.setdefault(database.connection, set())
        if self._name not in names:
            with database.connection.cursor() as cursor:
                cursor.execute(self._prepare or self._put_to_prepare(database))
            names.add(self._name)
        return self._execute, self._open

    def _put_to_prepare(self, database: Any) -> str:
        """Return what makes the statement known to PostgreSQL.

        What is the same each time stands in it as a literal: the planner chooses a partial index only where it sees
        that the condition holds.
        """
        places, numbers = [], itertools.count(1)
        for each in self._parameters:
            is_open = type(each) is Parameter
            places.append(f"${next(numbers)}" if is_open else database.ops.compose_sql("%s", [each]))
        self._open = [each for each in self._parameters if type(each) is Parameter]
        self._execute = f"EXECUTE {self._name} ({', '.join('%s' for _ in self._open)})"
        self._prepare = f"PREPARE {self._name} AS {self._sql % tuple(places)}"
        return self._prepare

    def _find_converters(self, compiler: SQLCompiler, columns: list[Any]) -> None:
        self._converters = [(place, *each) for place, each in compiler.get_converters(columns).items()]

    def _converted(self, row: Row) -> Row:
        if not self._converters:
            return row
        values, database = list(row), connections[DEFAULT_DB_ALIAS]
        for place, converters, column in self._converters:
            for convert in converters:
                values[place] = convert(values[place], column, database)
        return tuple(values)

    def _compiled(self, database: BaseDatabaseWrapper) -> tuple[str, Sequence[Any]]:
        raise NotImplementedError


class PreparedSelect(_Statement, Generic[R]):
    """A prepared SELECT.

    Args:
        ask: makes the query set, with a `Parameter` in place of each value; its rows come as they would from it:
            tuples of `values_list`, or instances with what `select_related` adds.
    """

    def __init__(self, ask: Callable[[], QuerySet[Any, R]]) -> None:
        super().__init__()
        self._ask = ask
        self._made: Callable[[Row], Any] = tuple

    def all(self, **values: Any) -> list[R]:
        """Return the rows that these values of the parameters lead to."""
        return [self._made(self._converted(row)) for row in self._rows(values)]

    def first(self, **values: Any) -> R | None:
        """Return the first row; None where there is none."""
        return next(iter(self.all(**values)), None)

    def _compiled(self, database: BaseDatabaseWrapper) -> tuple[str, Sequence[Any]]:
        query = self._ask().query
        compiler = query.get_compiler(connection=database)
        prepared: tuple[str, Sequence[Any]] = compiler.as_sql()
        self._find_converters(compiler, [column for column, _, _ in compiler.select[: compiler.col_count]])
        self._made = _instances(compiler) if query.default_cols else tuple
        return prepared


class PreparedSQL(_Statement, Generic[M]):
    """A prepared SELECT that is written as SQL: for what a query set can't say so that it runs quickly.

    Args:
        model: of the instances that come back.
        table: what its table is called in the SQL.
        write: returns the SQL for a database. `{columns}` stands where the model's columns are selected, further
            columns may come after them; `%(name)s` stands for a parameter.
        fields: of the parameters, by name.
    """

    def __init__(
        self,
        model: type[M],
        table: str,
        write: Callable[[BaseDatabaseWrapper], str],
        fields: Mapping[str, Field[Any, Any]],
    ) -> None:
        super().__init__()
        self._model, self._table, self._write, self._fields = model, table, write, fields
        self._names = [field.attname for field in model._meta.concrete_fields]  # noqa: SLF001

    def all(self, **values: Any) -> list[tuple[M, Row]]:
        """Return instances, each with the values of the further columns."""
        width, names = len(self._names), self._names
        rows = [self._converted(row) for row in self._rows(values)]
        return [(self._model.from_db(DEFAULT_DB_ALIAS, names, row[:width]), row[width:]) for row in rows]

    def _compiled(self, database: BaseDatabaseWrapper) -> tuple[str, Sequence[Any]]:
        fields = self._model._meta.concrete_fields  # noqa: SLF001
        compiler = sql.Query(self._model).get_compiler(connection=database)
        self._find_converters(compiler, [field.cached_col for field in fields])
        columns = ", ".join(f'{self._table}."{field.column}"' for field in fields)
        text = self._write(database).replace("{columns}", columns)
        names = PLACE.findall(text)
        return PLACE.sub("%s", text), [Parameter(name, self._fields[name]) for name in names]


class PreparedInsert(_Statement, Generic[M]):
    """A prepared INSERT of one row; a column that is not given gets its field's default.

    Args:
        model: whose table it goes to.
        otherwise: SQL that says what to do where such a row is there already, `ON CONFLICT ...`.
        unless: makes a query set, with a `Parameter` in place of each value: where it has a row, none is added.
        returning: columns whose values come back.
    """

    def __init__(
        self,
        model: type[M],
        otherwise: str = "",
        unless: Callable[[], QuerySet[Any, Any]] | None = None,
        returning: Sequence[str] = ("id",),
    ) -> None:
        super().__init__()
        self._unless = unless
        self._fields = [field for field in model._meta.concrete_fields if not field.primary_key]  # noqa: SLF001
        self._model, self._otherwise, self._returning = model, otherwise, returning

    def add(self, **values: Any) -> Row | None:
        """Add the row and return what is wanted of it; its columns are called as in the table (`author_id`).

        None where there was a row that forbids it.
        """
        return next(iter(self._rows(self._whole(values))), None)

    def make(self, **values: Any) -> M:
        """Add the row and return it as an instance."""
        whole = self._whole(values)
        [pk] = self._rows(whole)[0]
        instance = self._model(pk=pk, **whole)
        instance._state.adding, instance._state.db = False, DEFAULT_DB_ALIAS  # noqa: SLF001 -- as after `save`
        return instance

    def _whole(self, values: dict[str, Any]) -> dict[str, Any]:
        defaults = (field for field in self._fields if field.attname not in values)
        return values | {field.attname: field.get_default() for field in defaults}

    def _compiled(self, database: BaseDatabaseWrapper) -> tuple[str, Sequence[Any]]:
        row = self._model(**{field.attname: Parameter(field.attname, field) for field in self._fields})
        query = sql.InsertQuery(self._model)
        query.insert_values(self._fields, [row])
        [(statement, parameters)] = query.get_compiler(connection=database).as_sql()
        if self._unless:
            into, _, row = statement.partition(" VALUES ")
            forbidding, more = self._unless().values("pk").query.get_compiler(connection=database).as_sql()
            statement = f"{into} SELECT {row.removeprefix('(').removesuffix(')')} WHERE NOT EXISTS ({forbidding})"
            parameters = [*parameters, *more]
        return f"{statement} {self._otherwise} RETURNING {', '.join(self._returning)}", parameters


class PreparedUpdate(_Statement):
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

    def _compiled(self, database: BaseDatabaseWrapper) -> tuple[str, Sequence[Any]]:
        rows = self._of()
        fields = {field.attname: field for field in rows.model._meta.concrete_fields}  # noqa: SLF001
        query: Any = rows.query.chain(sql.UpdateQuery)
        query.add_update_fields([(fields[name], None, Parameter(name, fields[name])) for name in self._columns])
        prepared: tuple[str, Sequence[Any]] = query.get_compiler(connection=database).as_sql()
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
