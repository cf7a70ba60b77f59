"""The places that the judgements of a dialogue are to fill."""

from __future__ import annotations

from django.db import models

from corpus.models import Dialogue, Purpose


class Slot(models.Model):
    """One of the k judgements that a dialogue is to get. `token` fences off earlier holders."""

    dialogue = models.ForeignKey(Dialogue, on_delete=models.CASCADE, related_name="slots")
    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.MAIN)
    number = models.PositiveSmallIntegerField(help_text="from 1 to k of its purpose")
    token = models.PositiveIntegerField(default=0, help_text="of the newest assignment; grows with each claim")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dialogue", "purpose", "number"], name="one_slot_per_number")]

    def __str__(self) -> str:
        return f"{self.dialogue} slot {self.number}"
