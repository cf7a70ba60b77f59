"""Quotas and absences of annotators."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from corpus.models import Rater


class WorkPlan(models.Model):
    """Limits of an annotator's work, and their days off. No row: no limits."""

    rater = models.OneToOneField(Rater, on_delete=models.CASCADE, related_name="work_plan")
    most_dialogues = models.PositiveIntegerField(null=True, blank=True, help_text="dialogues in total; null: no limit")
    most_per_week = models.PositiveIntegerField(
        null=True, blank=True, help_text="dialogues begun since Monday; null: no limit"
    )
    absent_from = models.DateField(null=True, blank=True, help_text="first day of absence")
    absent_until = models.DateField(null=True, blank=True, help_text="last day of absence")

    class Meta:
        constraints = [
            models.CheckConstraint(
                # null <= null is unknown, which a check constraint accepts, so both must be required
                condition=Q(absent_from__isnull=True, absent_until__isnull=True)
                | Q(absent_from__isnull=False, absent_until__isnull=False, absent_from__lte=F("absent_until")),
                name="absence_has_two_ends",
            ),
            models.CheckConstraint(
                condition=(Q(most_dialogues__isnull=True) | Q(most_dialogues__gte=1))
                & (Q(most_per_week__isnull=True) | Q(most_per_week__gte=1)),
                name="quota_is_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rater}"
