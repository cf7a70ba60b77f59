"""Triggers of SQLite and PostgreSQL, derived from the models: read-only corpora, append-only rows, short names.

They are the last line: whatever writes to the database (a page, the API, a job, a command, a cascade, SQL by hand) is
refused by them. They are installed after each migration and removed before it, since SQLite loses the triggers of a
table that it rebuilds, and since a migration may have to change rows of an archived corpus.

- Rows of an archived corpus are neither added nor changed nor deleted, except those of models with
  `writable_while_archived`: reports and releases, which read the corpus, what records who read answers, and people's
  consent to releases. The columns named by a model's `columns_writable_while_archived` can be changed, too.
- Append-only rows are never changed. Rows of models with `never_deleted` (answers in every form, and corpora) are
  deleted only under a `DeletionPermit` for their corpus, which corpus/domain/deletion alone gives, to its own
  transaction.
- A short name belongs to one corpus, as its present or as a former name.
- `Dialogue.length` is the number of the dialogue's utterances. An import writes it with its hidden dialogues, since
  counting a million utterances one by one would take longer than storing them.

Higher apps register further ones; such a trigger may also write (a decision is marked when an annotation changes).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, transaction
from django.db.models import SET_NULL

from common.errors import Refused
from corpus.models.append_only import AppendOnlyModel
from corpus.models.corpora import Corpus
from corpus.models.lifecycle import DeletionPermit, FormerShortName
from corpus.models.ownership import Model_, keys_of, parent_sql, paths_to, table

PREFIX = "concord_t_"
ARCHIVED = "concord: the corpus is archived"
KEPT = "are never deleted"


class Trigger(NamedTuple):
    """A trigger: its table and event (`INSERT`, `UPDATE`, `UPDATE OF x` or `DELETE`), a condition, and the error.

    With `then`, statements that both databases accept, it refuses nothing: they run after the event.
    """

    name: str
    table: str
    event: str
    condition: str
    error: str = ""
    then: tuple[str, ...] = ()


_SOURCES: list[Callable[[], list[Trigger]]] = []


def register(source: Callable[[], list[Trigger]]) -> None:
    """Register a function that returns the triggers of a higher app."""
    _SOURCES.append(source)


def triggers() -> list[Trigger]:
    """Return all triggers that the database must have."""
    return [
        *_read_only(),
        *_append_only(),
        *_short_names(),
        *_lengths(),
        *(each for source in _SOURCES for each in source()),
    ]


def install(**_signal: Any) -> None:
    """Install the triggers that are missing or have changed, and remove all others of this module."""
    database = connections[DEFAULT_DB_ALIAS]
    if table(DeletionPermit) not in database.introspection.table_names():
        return  # migrated back to a version without it
    wanted = {_name(trigger): trigger for trigger in triggers()}
    with transaction.atomic(), database.cursor() as cursor:
        found = _installed(cursor)
        for name in found - wanted.keys():
            _drop(cursor, name)
        for name in wanted.keys() - found:
            _create(cursor, name, wanted[name])
        if database.vendor == "postgresql":
            _refuse_truncate(cursor)


def remove(*, plan: Any = (True,), **_signal: Any) -> None:
    """Remove the triggers before migrations are applied.

    Args:
        plan: of the migrations; without any, the triggers stay.
    """
    if not plan:
        return
    with transaction.atomic(), connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        for name in _installed(cursor):
            _drop(cursor, name)


def refusal_of(error: Exception) -> Refused | None:
    """Return the refusal that a database error of these triggers stands for: `corpus.archived`, `corpus.kept`."""
    if not isinstance(error, DatabaseError):
        return None
    text = str(error)
    return Refused("corpus.archived") if ARCHIVED in text else Refused("corpus.kept") if KEPT in text else None


def _read_only() -> Iterator[Trigger]:
    """Refuse all writes to an archived corpus, except those under a permit."""
    for model, path in paths_to(Corpus).items():
        name = table(model)
        if getattr(model, "writable_while_archived", False):
            continue
        if model is Corpus:
            changed = f"OLD.archived_at IS NOT NULL AND NEW.archived_at IS NOT NULL AND NOT {_permit('OLD.id')}"
            yield Trigger("archived", name, "UPDATE", changed, ARCHIVED)
            continue
        for event, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
            owner = parent_sql(path, row)
            archived = f"EXISTS (SELECT 1 FROM corpus_corpus c WHERE c.id = {owner} AND c.archived_at IS NOT NULL)"  # noqa: S608
            if event == "UPDATE" and (open_columns := getattr(model, "columns_writable_while_archived", ())):
                event = _update_except(model, open_columns)  # noqa: PLW2901 -- of this model
            yield Trigger("archived", name, event, f"{archived} AND NOT {_permit(owner)}", ARCHIVED)


def _append_only() -> Iterator[Trigger]:
    """Refuse changes of append-only rows; a column that a deletion elsewhere sets to NULL may change."""
    paths = paths_to(Corpus)
    for model in _all_models():
        name = table(model)
        if issubclass(model, AppendOnlyModel):
            kept = {key.column for key in keys_of(model) if key.remote_field.on_delete == SET_NULL}
            event = _update_except(model, kept)
            yield Trigger("unchanged", name, event, "", f"concord: rows of {name} are added, never changed")
        if not getattr(model, "never_deleted", False):
            continue
        path = paths.get(model)
        owner = "OLD.id" if path == () else parent_sql(path, "OLD") if path else ""
        condition = f"NOT {_permit(owner)}" if owner else ""
        yield Trigger("kept", name, "DELETE", condition, f"concord: rows of {name} {KEPT}")


def _update_except(model: Model_, kept: Collection[str]) -> str:
    """Return the event of an update of any column but those in `kept`."""
    columns = [field.column for field in model._meta.concrete_fields if field.column not in kept]  # noqa: SLF001
    return "UPDATE OF " + ", ".join(f'"{column}"' for column in columns)  # some are keywords of SQL


def _short_names() -> Iterator[Trigger]:
    """Give each short name to one corpus, counting present and former names."""
    corpora, former = table(Corpus), table(FormerShortName)
    error = "concord: the short name belongs to another corpus"
    taken = f'EXISTS (SELECT 1 FROM "{former}" f WHERE f.slug = NEW.slug AND f.corpus_id <> NEW.id)'  # noqa: S608 -- names
    held = f'EXISTS (SELECT 1 FROM "{corpora}" c WHERE c.slug = NEW.slug AND c.id <> NEW.corpus_id)'  # noqa: S608 -- names
    for event in ("INSERT", 'UPDATE OF "slug"'):
        yield Trigger("short_name", corpora, event, taken, error)
        yield Trigger("short_name", former, event, held, error)


def _lengths() -> Iterator[Trigger]:
    """Keep the lengths of dialogues that are not hidden."""
    dialogues, utterances = "corpus_dialogue", "corpus_utterance"

    def change(row: str, step: str) -> tuple[str, str]:
        visible = f"EXISTS (SELECT 1 FROM {dialogues} d WHERE d.id = {row}.dialogue_id AND d.state <> 'hidden')"  # noqa: S608
        return visible, f"UPDATE {dialogues} SET length = length {step} WHERE id = {row}.dialogue_id"  # noqa: S608

    for name, event, row, step in (
        ("longer", "INSERT", "NEW", "+ 1"),
        ("shorter", "DELETE", "OLD", "- 1"),
        ("moved_to", 'UPDATE OF "dialogue_id"', "NEW", "+ 1"),
        ("moved_from", 'UPDATE OF "dialogue_id"', "OLD", "- 1"),
    ):
        condition, action = change(row, step)
        yield Trigger(name, utterances, event, condition, then=(action,))


def _permit(owner: str) -> str:
    return f"EXISTS (SELECT 1 FROM corpus_deletionpermit d WHERE d.corpus_id = {owner})"  # noqa: S608 -- columns


def _all_models() -> list[Model_]:
    return sorted(apps.get_models(include_auto_created=True), key=table)


# --- statements of both databases --------------------------------------------------------------------------


def _name(trigger: Trigger) -> str:
    """Return the trigger's name, which changes with its definition."""
    digest = hashlib.sha256(repr(trigger).encode()).hexdigest()[:8]
    return f"{PREFIX}{trigger.name}_{trigger.event.partition(' ')[0].lower()}_{digest}"


def _installed(cursor: Any) -> set[str]:
    """Return the names of the installed triggers of this module."""
    if cursor.db.vendor == "sqlite":
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'concord_t_%%'")
    else:
        cursor.execute(
            "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE t.tgname LIKE 'concord_t_%%' AND c.relnamespace = current_schema()::regnamespace"
        )
    return {name for (name,) in cursor.fetchall()}


def _create(cursor: Any, name: str, trigger: Trigger) -> None:
    error = trigger.error.replace("'", "''")
    moment = "AFTER" if trigger.then else "BEFORE"
    if cursor.db.vendor == "sqlite":
        when = f"WHEN {trigger.condition}" if trigger.condition else ""
        body = "; ".join(trigger.then) or f"SELECT RAISE(ABORT, '{error}')"
        cursor.execute(
            f'CREATE TRIGGER "{name}" {moment} {trigger.event} ON "{trigger.table}" {when} BEGIN {body}; END'
        )
        return
    returned = "OLD" if trigger.event == "DELETE" else "NEW"
    body = "; ".join(trigger.then) or f"RAISE EXCEPTION '{error}'"
    cursor.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {trigger.condition or 'true'} THEN {body}; END IF; RETURN {returned}; END $$;"
        f' CREATE TRIGGER "{name}" {moment} {trigger.event} ON "{trigger.table}" FOR EACH ROW EXECUTE FUNCTION {name}()'
    )


def _drop(cursor: Any, name: str) -> None:
    if cursor.db.vendor == "sqlite":
        cursor.execute(f'DROP TRIGGER "{name}"')
    else:
        cursor.execute(f"DROP FUNCTION {name}() CASCADE")


def _refuse_truncate(cursor: Any) -> None:
    """Refuse TRUNCATE of tables whose rows are kept; it fires no trigger of rows."""
    name = f"{PREFIX}truncate"
    cursor.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION 'concord: rows of % are never deleted', TG_TABLE_NAME; END $$"
    )
    for trigger in _append_only():
        if trigger.name == "kept":
            cursor.execute(
                f'CREATE OR REPLACE TRIGGER "{name}" BEFORE TRUNCATE ON "{trigger.table}"'
                f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
            )
