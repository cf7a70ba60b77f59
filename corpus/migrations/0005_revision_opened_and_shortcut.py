"""What was open, and which shortcut was used; as unchangeable as the rest of a revision.

SQLite makes the table anew for a new column, and its trigger goes with the old one: it is made again at the end,
on both databases, so that it names the new columns too.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

BEFORE = (
    "annotation_id, number, cause, answers, raw, author_id, codebook_id, guideline_id, assignment, operation, "
    "active_ms, played_ms, created_at"
)
AFTER = f"{BEFORE}, opened, shortcut"


def guard(columns):
    def create(apps, schema_editor):
        start = f"CREATE TRIGGER corpus_revision_unchanged BEFORE UPDATE OF {columns} ON corpus_revision"
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(
                f"{start} BEGIN SELECT RAISE(ABORT, 'rows of corpus_revision are added, never changed'); END"
            )
        else:
            schema_editor.execute(f"{start} FOR EACH ROW EXECUTE FUNCTION concord_added_only()")

    return create


def unguard(apps, schema_editor):
    on = "" if schema_editor.connection.vendor == "sqlite" else " ON corpus_revision"
    schema_editor.execute(f"DROP TRIGGER IF EXISTS corpus_revision_unchanged{on}")


class Migration(migrations.Migration):
    dependencies = [
        ("corpus", "0004_corpus_care"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.RunPython(unguard, guard(BEFORE)),
        migrations.AddField(
            model_name="revision",
            name="opened",
            field=models.PositiveSmallIntegerField(
                blank=True, help_text="utterances of the dialogue that were open to its annotator by then", null=True
            ),
        ),
        migrations.AddField(
            model_name="revision",
            name="shortcut",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "none"),
                    ("all_default", "all default"),
                    ("same_as_previous", "same as previous"),
                ],
                default="",
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="revision",
            name="author",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(fields=["author", "created_at"], name="revisions_of_a_day"),
        ),
        migrations.RunPython(guard(AFTER), unguard),
    ]
