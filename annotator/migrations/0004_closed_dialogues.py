"""Dialogues closed to annotators who have seen the answers of others."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


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
    ]
