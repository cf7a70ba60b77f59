"""Accepted consensus has a codebook version of its own, so that it can move with the codebook."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def name_versions(apps, schema_editor):
    """Give each row the version of its acceptance."""
    acceptances = apps.get_model("agreement", "ConsensusAcceptance").objects.filter(pk=OuterRef("acceptance"))
    rows = apps.get_model("agreement", "AcceptedConsensus").objects
    rows.update(codebook=Subquery(acceptances.values("codebook")[:1]))


class Migration(migrations.Migration):
    dependencies = [("agreement", "0003_feedback"), ("corpus", "0015_imports")]

    operations = [
        migrations.AddField(
            model_name="acceptedconsensus",
            name="codebook",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="corpus.codebookversion",
            ),
        ),
        migrations.RunPython(name_versions, migrations.RunPython.noop),
    ]
