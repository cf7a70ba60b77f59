"""Looks of the detectors at a corpus, what follows from their findings, and the rules of exclusion."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from corpus.models import Corpus
from corpus.models.append_only import AppendOnlyModel


class DetectionLook(models.Model):
    """The last look of the detectors at a corpus, and how much of their level all looks have spent."""

    writable_while_archived: ClassVar[bool] = True  # a look reads the corpus

    corpus = models.OneToOneField(Corpus, on_delete=models.CASCADE, related_name="detection_look")
    answered = models.PositiveIntegerField(help_text="the most annotations at any look: what the spent level rests on")
    level = models.FloatField(help_text="share of the level that the last look could spend on new cases, 0 to 1")
    digest = models.CharField(max_length=64, help_text="of the material: an equal one has the same level again")
    looked_at = models.DateTimeField(default=timezone.now)
    took_ms = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(level__gte=0, level__lte=1), name="look_level_is_a_share")]

    def __str__(self) -> str:
        return f"{self.corpus} {self.looked_at:%Y-%m-%d %H:%M}"


class DetectionSettings(models.Model):
    """The settings of detection in a corpus. Without a row, no finding pauses an annotator."""

    corpus = models.OneToOneField(Corpus, on_delete=models.CASCADE, related_name="detection_settings")
    pauses = models.BooleanField(
        default=False, help_text="a severe finding pauses its annotator, unless it is one of disagreement"
    )

    def __str__(self) -> str:
        return f"detection settings of {self.corpus}"


class ExclusionRules(AppendOnlyModel):
    """The rules by which answers are excluded, as they were written down at one time; the newest text is in force."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="exclusion_rules")
    text = models.TextField()
    annotations = models.PositiveIntegerField(help_text="of members in the main work when they were written down")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-written_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.corpus} {self.written_at:%Y-%m-%d}"
