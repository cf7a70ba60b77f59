"""The database itself refuses to change an answer set or a result: whoever was judged by it, was judged by that."""

from django.db import migrations

COLUMNS = {
    "annotator_answerset": (
        "public_id, utterance_id, version, codebook_id, acceptable, reasons, origin, raters, created_at"
    ),
    "annotator_attempt": "rater_id, number, part, right, judged, pass_percent, passed, ended_at",
    "annotator_result": "assignment_id, rater_id, purpose, right, judged, created_at",
    "annotator_resultitem": "result_id, answer_set_id, answers, verdicts",
}


def quoted(columns):
    return ", ".join(f'"{column}"' for column in columns.split(", "))  # right is a word of SQL


def create(apps, schema_editor):
    for table, columns in COLUMNS.items():
        told = f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE OF {quoted(columns)} ON {table} "
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"{told} BEGIN SELECT RAISE(ABORT, 'rows of {table} are added, never changed'); END")
        else:  # the function came with the revisions
            schema_editor.execute(f"{told} FOR EACH ROW EXECUTE FUNCTION concord_added_only()")


def remove(apps, schema_editor):
    for table in COLUMNS:
        on = "" if schema_editor.connection.vendor == "sqlite" else f" ON {table}"
        schema_editor.execute(f"DROP TRIGGER {table}_unchanged{on}")


class Migration(migrations.Migration):
    dependencies = [("annotator", "0007_calibration"), ("corpus", "0002_added_only")]
    operations = [migrations.RunPython(create, remove)]
