import django.db.models.deletion
from django.db import migrations, models

from common.database.foreign_key_indexes import without_indexes

KEYS = {"Assignment": ["dialogue", "rater", "codebook", "guideline"], "Slot": ["dialogue"]}


class Migration(migrations.Migration):

    dependencies = [
        ('annotator', '0009_settled_set_aside'),
        ('corpus', '0009_fewer_indexes'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[without_indexes("annotator", KEYS)],
            state_operations=[
                migrations.AlterField(
                    model_name='assignment',
                    name='codebook',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='corpus.codebookversion'),
                ),
                migrations.AlterField(
                    model_name='assignment',
                    name='dialogue',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='corpus.dialogue'),
                ),
                migrations.AlterField(
                    model_name='assignment',
                    name='guideline',
                    field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='corpus.guidelineversion'),
                ),
                migrations.AlterField(
                    model_name='assignment',
                    name='rater',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='corpus.rater'),
                ),
                migrations.AlterField(
                    model_name='slot',
                    name='dialogue',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='slots', to='corpus.dialogue'),
                ),
            ],
        ),
    ]
