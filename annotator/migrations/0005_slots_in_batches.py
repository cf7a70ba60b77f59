"""What had slots already becomes the automatic batch of its corpus, in the order of the dialogues."""

from zlib import crc32

from django.db import migrations


def collect(apps, schema_editor):
    Slot, Batch = apps.get_model("annotator", "Slot"), apps.get_model("annotator", "Batch")
    Assignment = apps.get_model("annotator", "Assignment")
    Corpus, Dialogue = apps.get_model("corpus", "Corpus"), apps.get_model("corpus", "Dialogue")
    for corpus in Corpus.objects.filter(dialogues__slots__isnull=False).distinct():
        dialogues = Dialogue.objects.filter(corpus=corpus, slots__isnull=False).distinct().order_by("order")
        pks = list(dialogues.values_list("pk", flat=True))
        k = (corpus.codebook.document if corpus.codebook else {}).get("policy", {}).get("k", 3)
        batch = Batch.objects.create(
            corpus=corpus, is_automatic=True, k=k, seed=crc32(corpus.slug.encode()) % 2**31, dealt=len(pks)
        )
        for rank, pk in enumerate(pks):
            Slot.objects.filter(dialogue=pk).update(batch=batch, rank=rank)
        Dialogue.objects.filter(pk__in=dialogues.order_by().values("pk")).update(is_dealt=True)
    for held, state in (("open", "held"), ("done", "done")):
        Slot.objects.filter(pk__in=Assignment.objects.filter(state=held).values("slot")).update(state=state)


class Migration(migrations.Migration):
    dependencies = [("annotator", "0004_batches"), ("corpus", "0008_dealt_and_paused")]
    operations = [migrations.RunPython(collect, migrations.RunPython.noop)]
