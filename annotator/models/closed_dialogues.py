"""Dialogues that a person may no longer get."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from corpus.models import Dialogue, Rater


class ClosedDialogue(models.Model):
    """A dialogue closed to one annotator, because they have seen the answers of others to it.

    Triggers refuse an open assignment of a closed dialogue, and closing a dialogue whose assignment is open.
    """

    writable_while_archived: ClassVar[bool] = True  # by whoever reads answers

    rater = models.ForeignKey(Rater, on_delete=models.CASCADE, related_name="closed_dialogues", db_index=False)
    dialogue = models.ForeignKey(Dialogue, on_delete=models.CASCADE, related_name="+")
    closed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rater", "dialogue"], name="closed_once_to_a_person")]

    def __str__(self) -> str:
        return f"{self.dialogue} is closed to {self.rater}"
