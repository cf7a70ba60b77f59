from django.db import migrations, models

from corpus.rules.codebook import CodeLayout, from_document

CHUNK = 1000


def encode(apps, _schema_editor):
    Annotation = apps.get_model("corpus", "Annotation")
    for codebook in apps.get_model("corpus", "CodebookVersion").objects.iterator():
        rows = Annotation.objects.filter(codebook=codebook, answers__isnull=False, codes__isnull=True).order_by("pk")
        layout = None
        while chunk := list(rows[:CHUNK]):
            layout = layout or CodeLayout(from_document(codebook.document))
            for row in chunk:
                row.codes = layout.encode(row.answers)
            Annotation.objects.bulk_update(chunk, ["codes"])


class Migration(migrations.Migration):

    dependencies = [("corpus", "0002_utterance_edit")]

    operations = [
        migrations.AddField(
            model_name="annotation",
            name="codes",
            field=models.BinaryField(
                help_text="the answers as small integers, see corpus.rules.codebook.codes; null: withdrawn", null=True
            ),
        ),
        migrations.RunPython(encode, migrations.RunPython.noop),
    ]
