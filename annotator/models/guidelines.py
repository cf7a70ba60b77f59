"""Acknowledgements of guideline versions."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from corpus.models import GuidelineVersion, Membership


class Acknowledgement(models.Model):
    """A person works by this guideline version from then on. The one in use when they started is implicit."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="acknowledgements")
    guideline = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, related_name="acknowledgements")
    acknowledged_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "guideline"], name="acknowledged_once")]

    def __str__(self) -> str:
        return f"{self.membership}: {self.guideline}"
