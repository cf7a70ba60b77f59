"""Rates of pay, and days on which somebody labelled faster than the clips play."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from corpus.models import Corpus, Membership, Rater


class PayRate(models.Model):
    """Pay per hour of active time from a day on, of one person or of everyone without a rate of their own."""

    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="pay_rates")
    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, null=True, blank=True, related_name="pay_rates"
    )
    valid_from = models.DateField()
    hourly = models.DecimalField(max_digits=8, decimal_places=2)
    currency = models.CharField(max_length=3, help_text="ISO 4217; the same for all rates of a corpus")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(hourly__gte=0), name="pay_rate_is_not_negative")]

    def __str__(self) -> str:
        return f"{self.hourly} {self.currency}"


class FastLabelling(models.Model):
    """A day on which a person answered many utterances in less time than their clips play; shown in the inbox."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="fast_labelling")
    rater = models.ForeignKey(Rater, on_delete=models.CASCADE, related_name="fast_labelling")
    day = models.DateField(help_text="in the server's time zone")
    utterances = models.PositiveIntegerField(help_text="answered for the first time on that day, with a clip")
    fast = models.PositiveIntegerField(help_text="of these, answered and played in less time than the clip lasts")
    clips_ms = models.PositiveBigIntegerField(help_text="length of the clips of the fast ones")
    played_ms = models.PositiveBigIntegerField(help_text="played of these clips")
    active_ms = models.PositiveBigIntegerField(help_text="active time on these utterances")
    dialogues = models.JSONField(help_text="[{dialogue, code, fast, utterances}], most fast ones first")
    raised_at = models.DateTimeField(default=timezone.now)
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rater", "day"], name="one_fast_labelling_per_day"),
            models.CheckConstraint(condition=Q(fast__lte=F("utterances")), name="fast_ones_are_part_of_all"),
            models.CheckConstraint(
                condition=Q(dismissed_at__isnull=False) | Q(dismissed_by__isnull=True), name="dismissed_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rater} {self.day}"

    @property
    def percent(self) -> int:
        """Share of fast utterances, rounded down."""
        return 100 * self.fast // self.utterances


class SpeedCheck(models.Model):
    """The time up to which the speed of a corpus's annotators was checked."""

    corpus = models.OneToOneField(Corpus, on_delete=models.CASCADE, related_name="speed_check")
    checked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.corpus} {self.checked_at}"
