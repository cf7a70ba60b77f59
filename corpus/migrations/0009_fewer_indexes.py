import django.db.models.deletion
from django.db import migrations, models

from common.database.foreign_key_indexes import without_indexes

KEYS = {"Annotation": ["rater", "codebook"], "Revision": ["annotation", "codebook", "guideline"]}


class Migration(migrations.Migration):

    dependencies = [
        ('corpus', '0008_dealt_and_paused'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[without_indexes("corpus", KEYS)],
            state_operations=[
                migrations.AlterField(
                    model_name='annotation',
                    name='codebook',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='corpus.codebookversion'),
                ),
                migrations.AlterField(
                    model_name='annotation',
                    name='rater',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='annotations', to='corpus.rater'),
                ),
                migrations.AlterField(
                    model_name='revision',
                    name='annotation',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='corpus.annotation'),
                ),
                migrations.AlterField(
                    model_name='revision',
                    name='codebook',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='corpus.codebookversion'),
                ),
                migrations.AlterField(
                    model_name='revision',
                    name='guideline',
                    field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='corpus.guidelineversion'),
                ),
            ],
        ),
    ]
