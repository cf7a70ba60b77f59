"""Slots of dialogues."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotator.models.batches import Batch
from corpus.models import Dialogue, Purpose, Rater


class Slot(models.Model):
    """One of the judgements that a dialogue needs. `token` fences off earlier holders."""

    class State(models.TextChoices):
        FREE = "free", _("free")
        HELD = "held", _("in progress")
        DONE = "done", _("done")

    dialogue = models.ForeignKey(Dialogue, on_delete=models.CASCADE, related_name="slots", db_index=False)
    purpose = models.CharField(
        max_length=8, choices=Purpose.choices, default=Purpose.MAIN, help_text="that of its batch"
    )
    number = models.PositiveSmallIntegerField(help_text="from 1 to k of its purpose")
    token = models.PositiveIntegerField(default=0, help_text="of the newest assignment; grows with each claim")
    batch = models.ForeignKey(
        Batch,
        on_delete=models.RESTRICT,
        related_name="slots",
        db_index=False,
        null=True,
        help_text="null: created for the calibration of one person",
    )
    rank = models.PositiveIntegerField(help_text="position of its dialogue in the batch; new ones are only appended")
    rater = models.ForeignKey(
        Rater, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="reserved for this person"
    )
    state = models.CharField(
        max_length=4, choices=State.choices, default=State.FREE, help_text="that of its assignment"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dialogue", "purpose", "number"], name="one_slot_per_number"),
            models.UniqueConstraint(
                fields=["dialogue", "rater", "purpose"], condition=Q(batch__isnull=True), name="one_own_slot_per_person"
            ),
            models.CheckConstraint(
                condition=Q(batch__isnull=False) | Q(purpose__in=["training", "test", "gold"], rater__isnull=False),
                name="slot_of_batch_or_person",
            ),
        ]
        indexes = [
            # a claim finds its next slot with this index alone
            models.Index(fields=["batch", "rater", "rank", "number"], condition=Q(state="free"), name="slot_free"),
            models.Index(fields=["batch", "state"], name="slot_of_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.dialogue} {self.purpose} {self.number}"
