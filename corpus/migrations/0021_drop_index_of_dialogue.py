"""Drop the index on the dialogue of an utterance, with which two unique indexes begin."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Index


def _names(schema_editor: Any, model: Any) -> list[str]:
    return schema_editor._constraint_names(model, ["dialogue_id"], index=True, unique=False, type_=Index.suffix)  # type: ignore[no-any-return]


def drop(apps: Any, schema_editor: Any) -> None:
    """Drop the index alone: SQLite would otherwise copy the table."""
    model = apps.get_model("corpus", "Utterance")
    for name in _names(schema_editor, model):
        schema_editor.execute(schema_editor._delete_index_sql(model, name))


def create(apps: Any, schema_editor: Any) -> None:
    """Create it again."""
    model = apps.get_model("corpus", "Utterance")
    field = model._meta.get_field("dialogue")
    if not _names(schema_editor, model):
        schema_editor.execute(schema_editor._create_index_sql(model, fields=[field]))


class Migration(migrations.Migration):
    dependencies = [("corpus", "0020_alter_import_state")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop, create)],
            state_operations=[
                migrations.AlterField(
                    model_name="utterance",
                    name="dialogue",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="utterances",
                        to="corpus.dialogue",
                    ),
                )
            ],
        )
    ]
