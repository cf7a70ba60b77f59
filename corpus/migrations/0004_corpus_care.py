from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("corpus", "0003_both_times_or_none")]
    operations = [
        migrations.AddField(
            model_name="corpus",
            name="daily_limit_minutes",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="active minutes a day after which nobody gets a new dialogue; null: no limit",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="corpus",
            name="rest_after_minutes",
            field=models.PositiveSmallIntegerField(
                blank=True,
                default=60,
                help_text="active minutes after which the page speaks of a rest; null: never",
                null=True,
            ),
        ),
    ]
