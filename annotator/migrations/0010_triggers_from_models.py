"""Drop the triggers that earlier migrations created: `corpus.models.triggers` derives them from the models."""

from typing import Any

from django.db import migrations
from django.db.migrations.state import StateApps


def drop_earlier(_apps: StateApps, editor: Any) -> None:
    with editor.connection.cursor() as cursor:
        if editor.connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name, '' FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%%_unchanged'"
                " AND name NOT LIKE 'concord_t_%%'"
            )
        else:
            cursor.execute(
                "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
                " WHERE t.tgname LIKE '%%_unchanged' AND t.tgname NOT LIKE 'concord_t_%%'"
                " AND c.relnamespace = current_schema()::regnamespace"
            )
        found = cursor.fetchall()
    for name, table in found:
        editor.execute(f'DROP TRIGGER "{name}"' + (f' ON "{table}"' if table else ""))


class Migration(migrations.Migration):
    dependencies = [("annotator", "0009_batch_shares"), ("corpus", "0010_life_cycle")]

    operations = [migrations.RunPython(drop_earlier, migrations.RunPython.noop)]
