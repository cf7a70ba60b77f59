from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("corpus", "0005_member_roles")]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="saw_answers_at",
            field=models.DateTimeField(
                blank=True, help_text="when a member who is not an annotator last saw answers of the corpus", null=True
            ),
        ),
    ]
