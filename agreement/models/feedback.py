"""Decisions that annotators have seen beside their own answers."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from agreement.models.decisions import Decision
from corpus.models import Rater


class ShownFeedback(models.Model):
    """A decision that an annotator has seen. Their first one begins a new phase: they answer with this knowledge."""

    rater = models.ForeignKey(Rater, on_delete=models.CASCADE, related_name="shown_feedback", db_index=False)
    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveIntegerField(help_text="of the revision of the decision")
    shown_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rater", "decision", "number"], name="feedback_recorded_once"),
        ]

    def __str__(self) -> str:
        return f"{self.decision} shown to {self.rater}"
