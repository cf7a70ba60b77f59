"""The database itself refuses to change a revision, a codebook or a guideline, whoever asks."""

from django.db import migrations

# table -> columns that never change; all of a revision, and of a version everything but who made it,
# which a deleted person empties
COLUMNS = {
    "corpus_revision": (
        "annotation_id, number, cause, answers, raw, author_id, codebook_id, guideline_id, assignment, operation, "
        "active_ms, played_ms, created_at"
    ),
    "corpus_codebookversion": "public_id, corpus_id, version, name, source, document, sha256, created_at",
    "corpus_guidelineversion": "public_id, corpus_id, version, texts, created_at",
}
FUNCTION = """
CREATE FUNCTION concord_added_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'rows of % are added, never changed', TG_TABLE_NAME; END $$
"""


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for table, columns in COLUMNS.items():
            schema_editor.execute(
                f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE OF {columns} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are added, never changed'); END"
            )
        return
    schema_editor.execute(FUNCTION, params=None)  # its % is no parameter
    for table, columns in COLUMNS.items():
        schema_editor.execute(
            f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE OF {columns} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION concord_added_only()"
        )
    schema_editor.execute(
        "CREATE TRIGGER corpus_revision_kept BEFORE DELETE ON corpus_revision "
        "FOR EACH ROW EXECUTE FUNCTION concord_added_only()"
    )


def remove(apps, schema_editor):
    for table in COLUMNS:
        on = "" if schema_editor.connection.vendor == "sqlite" else f" ON {table}"
        schema_editor.execute(f"DROP TRIGGER {table}_unchanged{on}")
    if schema_editor.connection.vendor != "sqlite":
        schema_editor.execute("DROP TRIGGER corpus_revision_kept ON corpus_revision")
        schema_editor.execute("DROP FUNCTION concord_added_only")


class Migration(migrations.Migration):
    dependencies = [("corpus", "0001_initial")]
    operations = [migrations.RunPython(create, remove)]
