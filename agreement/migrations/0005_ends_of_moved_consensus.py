"""Accepted consensus can end because it moved with the codebook."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("agreement", "0004_moved_consensus"), ("corpus", "0015_imports")]

    operations = [
        migrations.AddField(
            model_name="acceptedconsensus",
            name="move",
            field=models.ForeignKey(
                blank=True,
                help_text="which ended it",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="corpus.answermove",
            ),
        ),
        migrations.AlterField(
            model_name="acceptedconsensus",
            name="codebook",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="corpus.codebookversion",
            ),
        ),
        migrations.AlterField(
            model_name="acceptedconsensus",
            name="codes",
            field=models.BinaryField(help_text="the answers, under that codebook version"),
        ),
        migrations.AlterField(
            model_name="acceptedconsensus",
            name="end",
            field=models.CharField(
                blank=True,
                choices=[("undone", "Undone"), ("changed", "Changed"), ("moved", "Moved")],
                max_length=7,
            ),
        ),
        migrations.AddConstraint(
            model_name="acceptedconsensus",
            constraint=models.CheckConstraint(
                condition=Q(("end", "moved"), ("move__isnull", False))
                | Q(~Q(("end", "moved")), ("move__isnull", True)),
                name="moved_acceptance_names_move",
            ),
        ),
    ]
