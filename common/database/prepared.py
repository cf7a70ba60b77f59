"""Prepared statements: SQL that is written by hand and run with parameters.

Django compiles the SQL of a query set at each evaluation. For the statements that run with every request or every
label, this costs a web process several times as much as the database needs to answer. They are therefore written as
SQL that SQLite and PostgreSQL both accept, and PostgreSQL plans them once per connection. Everywhere else, use a query
set: it is shorter and fast enough.

In the SQL, `%(name)s` is a parameter and `{columns}` the columns that the result is built from. A percent sign is
doubled. Write constants as literals (`state = 'free'`): PostgreSQL uses a partial index only where the condition of
the index follows from the text of the statement.
"""

from __future__ import annotations

import itertools
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Value

R = TypeVar("R")
M = TypeVar("M", bound=models.Model)
Row = tuple[Any, ...]
Converter = Callable[[Any, BaseDatabaseWrapper], Any]
# fields whose values psycopg2 takes as they are
PLAIN_FIELDS = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.DateTimeField)
PARAMETER = re.compile(r"%\((\w+)\)s")
_PREPARED: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()  # connection to PostgreSQL -> prepared names


class Result(ABC, Generic[R]):
    """The form in which a SELECT returns its rows."""

    model: type[models.Model] | None = None

    def columns(self) -> str:
        """Return the SQL that replaces `{columns}`."""
        return ""

    @abstractmethod
    def reader(self, database: BaseDatabaseWrapper) -> Callable[[Row], R]:
        """Return the function that converts a row of the driver."""


class Instance(Result[M]):
    """Rows as instances of a model.

    Args:
        model: its table has the name of the model as alias (`codebookversion`).
        only: names of the columns to load; all by default. The primary key must be among them.
        defer: names of the columns not to load.
        related: related instances by the name of the relation. Their tables have that name as alias; join them by
            LEFT JOIN where there may be none.
    """

    def __init__(
        self, model: type[M], *, only: Sequence[str] = (), defer: Sequence[str] = (), **related: Instance[Any]
    ) -> None:
        self.model: type[M] = model
        self._own = [
            field
            for field in model._meta.concrete_fields  # noqa: SLF001
            if (field.attname in only or not only) and field.attname not in defer
        ]
        self._related = related
        self.fields: list[Field[Any, Any]] = [*self._own, *(f for other in related.values() for f in other.fields)]

    def columns(self, alias: str = "") -> str:
        """Return the columns of the model, then those of the related models."""
        alias = alias or str(self.model._meta.model_name)  # noqa: SLF001
        own = (f'"{alias}"."{field.column}"' for field in self._own)
        return ", ".join([*own, *(other.columns(name) for name, other in self._related.items())])

    def reader(self, database: BaseDatabaseWrapper) -> Callable[[Row], M]:
        """Return the function that makes an instance of a row."""
        convert, make = _converter(self.fields, database), self._maker(0)
        return lambda row: make(convert(row))

    def _maker(self, first: int) -> Callable[[Row], Any]:
        """Return the function that makes an instance of the values from `first` on; None where the key is null."""
        model, names = self.model, [field.attname for field in self._own]
        relations: list[tuple[Any, Callable[[Row], Any]]] = []
        key = first + next(place for place, field in enumerate(self._own) if field.primary_key)
        last = start = first + len(names)
        for name, other in self._related.items():
            relations.append((model._meta.get_field(name), other._maker(start)))  # noqa: SLF001
            start += len(other.fields)

        def make(values: Row) -> M | None:
            if values[key] is None:
                return None
            instance = model.from_db(DEFAULT_DB_ALIAS, names, values[first:last])
            for relation, make_related in relations:
                # Not documented, but select_related fills in relations by it. Setting the attribute would not do:
                # a reverse relation that is set to None is queried again.
                related = make_related(values)
                relation.set_cached_value(instance, related)
                if relation.one_to_one and related is not None:
                    relation.remote_field.set_cached_value(related, instance)
            return instance

        return make


class Values(Result[Row]):
    """Rows as tuples.

    Args:
        fields: of the columns, in their order. They only convert values, so a field may belong to any model or none.
    """

    def __init__(self, *fields: Field[Any, Any]) -> None:
        self._fields = fields

    def reader(self, database: BaseDatabaseWrapper) -> Callable[[Row], Row]:
        """Return the function that converts the values of a row."""
        return _converter(self._fields, database)


class InstanceAndValues(Result[tuple[M, Row]]):
    """Rows as pairs: an instance, and a tuple of the columns after `{columns}`.

    Args:
        instance: see `Instance`.
        fields: of the further columns, see `Values`.
    """

    def __init__(self, instance: Instance[M], *fields: Field[Any, Any]) -> None:
        self.model: type[M] = instance.model
        self._instance, self._values = instance, Values(*fields)

    def columns(self) -> str:
        """Return the columns of the instance."""
        return self._instance.columns()

    def reader(self, database: BaseDatabaseWrapper) -> Callable[[Row], tuple[M, Row]]:
        """Return the function that makes a pair of a row."""
        width = len(self._instance.fields)
        instance, values = self._instance.reader(database), self._values.reader(database)
        return lambda row: (instance(row), values(row[width:]))


class _Statement:
    """A statement with parameters.

    Args:
        text: the SQL, with its parameters as `%(name)s`.
        model: a parameter with the name of one of its fields (`rater`, `rater_id`, `pk`) has the type of this field.
        parameters: the types of the others, by name.
    """

    _numbers = itertools.count(1)

    def __init__(
        self, text: str, model: type[models.Model] | None, parameters: Mapping[str, Field[Any, Any]] | None
    ) -> None:
        self._name = f"concord_{next(self._numbers)}"
        self._sql = self._prepare = self._execute = ""
        self._text, self._model, self._types = text, model, parameters or {}
        self._parameters: Sequence[tuple[str, Field[Any, Any]]] = ()  # each time that one is used, in their order
        self._converters: Sequence[tuple[str, Converter | None]] = ()  # of the parameters

    def _run(self, values: dict[str, Any]) -> list[Row]:
        """Run the statement and return its rows, or one row with the number of changed rows."""
        database = connections[DEFAULT_DB_ALIAS]
        if not self._sql:
            self._compile(database)
        parameters = [
            values[name] if convert is None else convert(values[name], database) for name, convert in self._converters
        ]
        is_prepared = database.vendor == "postgresql" and settings.PREPARE_STATEMENTS
        if (
            is_prepared
            and database.connection is not None
            and not (database.queries_logged or database.execute_wrappers)
        ):
            return self._run_directly(database, parameters)
        with database.cursor() as cursor:  # first: this opens a connection if there is none that works
            if is_prepared:
                self._prepare_on(database)
            cursor.execute(self._execute if is_prepared else self._sql, parameters)
            return cursor.fetchall() if cursor.description else [(cursor.rowcount,)]

    def _run_directly(self, database: Any, parameters: list[Any]) -> list[Row]:
        """Run the statement by the driver's cursor: Django's wrappers cost as much as the driver itself."""
        database.close_if_health_check_failed()
        if database.connection is None:
            database.ensure_connection()
        with database.wrap_database_errors, database.connection.cursor() as cursor:
            cursor.tzinfo_factory = database.tzinfo_factory
            database.validate_no_broken_transaction()
            self._prepare_on(database)
            cursor.execute(self._execute, parameters)
            return cursor.fetchall() if cursor.description else [(cursor.rowcount,)]

    def _prepare_on(self, database: Any) -> None:
        """Prepare the statement, once per connection."""
        names = _PREPARED.setdefault(database.connection, set())
        if self._name not in names:
            with database.connection.cursor() as cursor:
                cursor.execute(self._prepare)
            names.add(self._name)

    def _compile(self, database: BaseDatabaseWrapper) -> None:
        text = self._text_for(database)
        names = PARAMETER.findall(text)
        self._parameters = [(name, self._type(name)) for name in names]
        self._converters = [(name, _parameter_converter(field, database)) for name, field in self._parameters]
        # PostgreSQL infers the type of $1 from one place; a name that is used twice may have two (text, varchar)
        numbers = itertools.count(1)
        numbered = PARAMETER.sub(lambda _: f"${next(numbers)}", text).replace("%%", "%")
        self._prepare = f"PREPARE {self._name} AS {numbered}"
        self._execute = f"EXECUTE {self._name} ({', '.join('%s' for _ in names)})"
        self._sql = PARAMETER.sub("%s", text)  # last: other threads take it as the sign that the rest is set

    def _type(self, name: str) -> Field[Any, Any]:
        if name in self._types:
            return self._types[name]
        if self._model is None:
            raise FieldDoesNotExist(f"The parameter {name} has no type.")
        meta = self._model._meta  # noqa: SLF001
        field = meta.pk if name == "pk" else meta.get_field(name)
        assert isinstance(field, Field)  # noqa: S101 -- a parameter named after a reverse relation
        return field

    def _text_for(self, _database: BaseDatabaseWrapper) -> str:
        return self._text


class PreparedSelect(_Statement, Generic[R]):
    """A prepared SELECT.

    Args:
        result: the form of the rows: `Instance`, `Values` or `InstanceAndValues`.
        text: the SQL; it must not depend on the database.
        parameters: types of the parameters that aren't fields of the result's model.
        lock: the clause that locks rows, `FOR NO KEY UPDATE OF slot`; left out on SQLite, which has no row locks.
    """

    def __init__(
        self,
        result: Result[R],
        text: str,
        parameters: Mapping[str, Field[Any, Any]] | None = None,
        *,
        lock: str = "",
    ) -> None:
        super().__init__(text, result.model, parameters)
        self._result, self._lock = result, lock
        self._read: Callable[[Row], R]

    def all(self, **values: Any) -> list[R]:
        """Return the rows for these values of the parameters."""
        rows = self._run(values)
        return [self._read(row) for row in rows]

    def first(self, **values: Any) -> R | None:
        """Return the first row, or None."""
        rows = self._run(values)
        return self._read(rows[0]) if rows else None

    def _text_for(self, database: BaseDatabaseWrapper) -> str:
        self._read = self._result.reader(database)
        lock = self._lock if database.features.has_select_for_update else ""
        return f"{self._text.replace('{columns}', self._result.columns())} {lock}"


class PreparedInsert(_Statement, Generic[M]):
    """A prepared INSERT of one row. A column without a value gets the default of its field.

    Args:
        model: the model of the row.
        otherwise: SQL for a row that exists already, `ON CONFLICT ...`.
        unless: a SELECT; if it finds a row, no row is added.
        returning: names of the columns to return.
        parameters: types of the parameters of `unless` that aren't fields of the model.
    """

    def __init__(
        self,
        model: type[M],
        *,
        otherwise: str = "",
        unless: str = "",
        returning: Sequence[str] = ("id",),
        parameters: Mapping[str, Field[Any, Any]] | None = None,
    ) -> None:
        meta = model._meta  # noqa: SLF001
        self._fields = [field for field in meta.concrete_fields if not field.primary_key]
        columns = ", ".join(f'"{field.column}"' for field in self._fields)
        row = ", ".join(f"%({field.attname})s" for field in self._fields)
        values = f"SELECT {row} WHERE NOT EXISTS ({unless})" if unless else f"VALUES ({row})"
        text = f'INSERT INTO "{meta.db_table}" ({columns}) {values} {otherwise} RETURNING {", ".join(returning)}'
        super().__init__(text, model, parameters)
        self._class, self._names = model, [field.attname for field in meta.concrete_fields]

    def add(self, **values: Any) -> Row | None:
        """Add the row and return its `returning` columns; None if `unless` found a row.

        Args:
            values: by column name (`author_id`).
        """
        return next(iter(self._run(self._with_defaults(values))), None)

    def make(self, **values: Any) -> M:
        """Add the row and return it as an instance."""
        made = self.make_if_allowed(**values)
        assert made is not None  # noqa: S101 -- a statement with `unless`
        return made

    def make_if_allowed(self, **values: Any) -> M | None:
        """Add the row and return it as an instance; None if `unless` found a row."""
        row = self._with_defaults(values)
        added = self._run(row)
        if not added:
            return None
        [(row["id"],)] = added
        return self._class.from_db(DEFAULT_DB_ALIAS, self._names, [row[name] for name in self._names])

    def _with_defaults(self, values: dict[str, Any]) -> dict[str, Any]:
        return values | {field.attname: field.get_default() for field in self._fields if field.attname not in values}


class PreparedUpdate(_Statement):
    """A prepared UPDATE.

    Args:
        model: the model of the rows.
        text: the SQL.
        parameters: types of the parameters that aren't fields of the model.
    """

    def __init__(
        self, model: type[models.Model], text: str, parameters: Mapping[str, Field[Any, Any]] | None = None
    ) -> None:
        super().__init__(text, model, parameters)

    def make(self, **values: Any) -> int:
        """Change the rows and return their number."""
        return int(self._run(values)[0][0])


def _parameter_converter(field: Field[Any, Any], database: BaseDatabaseWrapper) -> Converter | None:
    """Return the function that turns a value of a field into one for the driver; None if it stays as it is."""
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    if database.vendor == "postgresql" and isinstance(target, PLAIN_FIELDS):
        return None
    return field.get_db_prep_save


def _converter(fields: Sequence[Field[Any, Any]], database: BaseDatabaseWrapper) -> Callable[[Row], Row]:
    """Return the function that turns the values of the driver into those of the fields.

    There is no documented way to get these converters. `ops.get_db_converters` is what every database backend
    implements for query sets; it takes any expression of the field's type.
    """
    converters = []
    for place, field in enumerate(fields):
        expression = Value(None, output_field=field)
        found = [*database.ops.get_db_converters(expression), *field.get_db_converters(database)]
        converters += [(place, convert, expression) for convert in found]
    if not converters:
        return lambda row: row

    def convert(row: Row) -> Row:
        values = list(row)
        for place, converter, expression in converters:
            values[place] = converter(values[place], expression, database)
        return tuple(values)

    return convert
