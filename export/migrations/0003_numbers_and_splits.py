from django.conf import settings
from django.db import migrations, models


def number(apps, schema_editor):
    """Number the releases of each corpus in the order in which they were requested."""
    last = {}
    for release in apps.get_model("export", "Release").objects.order_by("created_at", "pk").only("pk", "corpus_id"):
        last[release.corpus_id] = last.get(release.corpus_id, 0) + 1
        type(release).objects.filter(pk=release.pk).update(number=last[release.corpus_id])


class Migration(migrations.Migration):
    dependencies = [
        ("export", "0002_discarded"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "release", "number",
            models.PositiveIntegerField(editable=False, help_text="1, 2, 3 … in the corpus, never reused", null=True),
        ),
        migrations.AddField(
            "release", "assignment",
            models.JSONField(blank=True, help_text="dialogue -> split, which later releases continue", null=True),
        ),
        migrations.AddField(
            "release", "final_at",
            models.DateTimeField(blank=True, help_text="marked as the one to publish", null=True),
        ),
        migrations.AddField(
            "release", "final_by",
            models.ForeignKey(
                blank=True, null=True, on_delete=models.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            "release", "final_reason",
            models.TextField(blank=True, help_text="why it is published in spite of severe findings"),
        ),
        migrations.RunPython(number, migrations.RunPython.noop),
        migrations.AddConstraint(
            "release", models.UniqueConstraint(fields=("corpus", "number"), name="one_release_per_number")
        ),
    ]
