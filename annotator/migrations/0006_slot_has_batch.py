import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("annotator", "0005_slots_in_batches")]
    operations = [
        migrations.AlterField(
            model_name="slot",
            name="batch",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="slots",
                to="annotator.batch",
            ),
        ),
        migrations.AlterField(
            model_name="slot",
            name="rank",
            field=models.PositiveIntegerField(
                help_text="place of its dialogue in the batch; later ones are only ever added"
            ),
        ),
    ]
