from django.db import migrations, models

from common.database.append_only_triggers import allow_updates, refuse_updates

REVISION = [
    *("annotation_id", "number", "cause", "answers", "raw", "author_id", "codebook_id", "guideline_id", "assignment"),
    *("operation", "active_ms", "played_ms", "created_at", "opened", "shortcut"),
]


class Migration(migrations.Migration):
    dependencies = [("corpus", "0008_speaker_merge")]

    operations = [
        migrations.AddField(
            model_name="annotation",
            name="first_number",
            field=models.PositiveIntegerField(
                blank=True, help_text="of the revision that was handed in first; null: it is the newest one", null=True
            ),
        ),
        migrations.AddField(
            model_name="annotation",
            name="first_codes",
            field=models.BinaryField(blank=True, help_text="the codes of that revision", null=True),
        ),
        migrations.AddConstraint(
            model_name="annotation",
            constraint=models.CheckConstraint(
                condition=models.Q(first_number__isnull=True, first_codes__isnull=True)
                | models.Q(first_number__lte=models.F("number"), first_codes__isnull=False)
                | models.Q(first_number__lte=models.F("number"), codes__isnull=True),
                name="first_answers_are_whole",
            ),
        ),
        allow_updates("corpus_revision", REVISION),
        migrations.AddField(
            model_name="revision",
            name="correction",
            field=models.JSONField(
                blank=True, help_text="of a correction: its reason, one of `Reason`, and a comment", null=True
            ),
        ),
        migrations.AlterField(
            model_name="revision",
            name="cause",
            field=models.CharField(
                choices=[
                    ("commit", "committed"),
                    ("undo", "undone"),
                    ("import", "imported"),
                    ("correct", "corrected"),
                    ("reopen", "asked again"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=models.Q(cause="correct", correction__isnull=False)
                | (~models.Q(cause="correct") & models.Q(correction__isnull=True)),
                name="correction_has_reason",
            ),
        ),
        refuse_updates("corpus_revision", [*REVISION, "correction"]),
    ]
