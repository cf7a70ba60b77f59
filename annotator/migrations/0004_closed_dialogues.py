"""Dialogues closed to annotators who have seen the answers of others, with the triggers that enforce it."""

from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models
from django.db.migrations.state import StateApps

CLOSED, HELD = "this dialogue is closed to its annotator", "this dialogue is held by its annotator"

SQLITE = [
    f"""
    CREATE TRIGGER annotator_assignment_{event}_closed BEFORE {when} ON annotator_assignment
    WHEN NEW.state = 'open' AND EXISTS (
        SELECT 1 FROM annotator_closeddialogue closed
        WHERE closed.rater_id = NEW.rater_id AND closed.dialogue_id = NEW.dialogue_id)
    BEGIN SELECT RAISE(ABORT, '{CLOSED}'); END
    """
    for event, when in (("new", "INSERT"), ("open", "UPDATE OF state"))
] + [
    f"""
    CREATE TRIGGER annotator_closeddialogue_held BEFORE INSERT ON annotator_closeddialogue
    WHEN EXISTS (
        SELECT 1 FROM annotator_assignment held WHERE held.rater_id = NEW.rater_id
        AND held.dialogue_id = NEW.dialogue_id AND held.state = 'open')
    BEGIN SELECT RAISE(ABORT, '{HELD}'); END
    """
]
# A claim locks the rater before it inserts an assignment, and a finished assignment is locked before it is reopened.
# The second trigger takes both locks, so that of two transactions at once the later one sees the row of the first.
POSTGRESQL = [
    f"""
    CREATE FUNCTION concord_not_closed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM annotator_closeddialogue closed
                   WHERE closed.rater_id = NEW.rater_id AND closed.dialogue_id = NEW.dialogue_id) THEN
            RAISE EXCEPTION '{CLOSED}' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    f"""
    CREATE FUNCTION concord_not_held() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM 1 FROM corpus_rater rater WHERE rater.id = NEW.rater_id FOR NO KEY UPDATE;
        PERFORM 1 FROM annotator_assignment held
            WHERE held.rater_id = NEW.rater_id AND held.dialogue_id = NEW.dialogue_id FOR NO KEY UPDATE;
        IF EXISTS (SELECT 1 FROM annotator_assignment held WHERE held.rater_id = NEW.rater_id
                   AND held.dialogue_id = NEW.dialogue_id AND held.state = 'open') THEN
            RAISE EXCEPTION '{HELD}' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER annotator_assignment_closed BEFORE INSERT OR UPDATE OF state ON annotator_assignment
    FOR EACH ROW WHEN (NEW.state = 'open') EXECUTE FUNCTION concord_not_closed()
    """,
    """
    CREATE TRIGGER annotator_closeddialogue_held BEFORE INSERT ON annotator_closeddialogue
    FOR EACH ROW EXECUTE FUNCTION concord_not_held()
    """,
]
DROP_SQLITE = [
    "DROP TRIGGER annotator_assignment_new_closed",
    "DROP TRIGGER annotator_assignment_open_closed",
    "DROP TRIGGER annotator_closeddialogue_held",
]
DROP_POSTGRESQL = [
    "DROP TRIGGER annotator_assignment_closed ON annotator_assignment",
    "DROP TRIGGER annotator_closeddialogue_held ON annotator_closeddialogue",
    "DROP FUNCTION concord_not_closed",
    "DROP FUNCTION concord_not_held",
]


def create(_apps: StateApps, editor: Any) -> None:
    for statement in SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL:
        editor.execute(statement, params=None)


def drop(_apps: StateApps, editor: Any) -> None:
    for statement in DROP_SQLITE if editor.connection.vendor == "sqlite" else DROP_POSTGRESQL:
        editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("annotator", "0003_wording"), ("corpus", "0006_saw_answers_at")]

    operations = [
        migrations.CreateModel(
            name="ClosedDialogue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("closed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "dialogue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="corpus.dialogue"
                    ),
                ),
                (
                    "rater",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="closed_dialogues",
                        to="corpus.rater",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("rater", "dialogue"), name="closed_once_to_a_person")]
            },
        ),
        migrations.RunPython(create, drop),
    ]
