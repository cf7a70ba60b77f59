"""The places that the judgements of a dialogue are to fill."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotator.models.batches import Batch
from corpus.models import Dialogue, Purpose, Rater


class Slot(models.Model):
    """One of the judgements that a dialogue is to get. `token` fences off earlier holders."""

    class State(models.TextChoices):
        FREE = "free", _("free")
        HELD = "held", _("in hand")
        DONE = "done", _("done")

    dialogue = models.ForeignKey(Dialogue, on_delete=models.CASCADE, related_name="slots", db_index=False)
    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.MAIN, help_text="its batch's")
    number = models.PositiveSmallIntegerField(help_text="from 1 to k of its purpose")
    token = models.PositiveIntegerField(default=0, help_text="of the newest assignment; grows with each claim")
    batch = models.ForeignKey(
        Batch,
        on_delete=models.RESTRICT,
        related_name="slots",
        db_index=False,
        null=True,
        help_text="null: made for one person's calibration, and given to nobody else",
    )
    rank = models.PositiveIntegerField(help_text="place of its dialogue in the batch; later ones are only ever added")
    rater = models.ForeignKey(
        Rater, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="kept for this person"
    )
    state = models.CharField(max_length=4, choices=State.choices, default=State.FREE, help_text="of its assignment")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dialogue", "purpose", "number"], name="one_slot_per_number"),
            models.CheckConstraint(
                condition=Q(batch__isnull=False) | Q(purpose__in=["training", "test", "gold"], rater__isnull=False),
                name="slot_of_batch_or_person",
            ),
        ]
        indexes = [
            # a claim reads its next slot off this one and nothing else
            models.Index(fields=["batch", "rater", "rank", "number"], condition=Q(state="free"), name="slot_free"),
            models.Index(fields=["batch", "state"], name="slot_of_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.dialogue} {self.purpose} {self.number}"
