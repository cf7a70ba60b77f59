"""Rulings: discussed cases that became examples of the guideline, and the answers that were asked again for them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from agreement.models.decisions import Decision
from annotator.models import Batch
from corpus.models import Corpus, GuidelineVersion, Utterance


class Ruling(models.Model):
    """A rule for cases like a discussed one. It is an example in the guideline from one version on."""

    never_deleted: ClassVar[bool] = True  # see corpus/models/triggers.py

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="rulings")
    number = models.PositiveIntegerField(help_text="from 1 within the corpus")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="rulings")
    about = models.CharField(max_length=80, blank=True, help_text="slug of a task or link; empty: no single one")
    case = models.TextField(help_text="what was doubtful")
    text = models.TextField(help_text="what holds")
    guideline = models.ForeignKey(
        GuidelineVersion,
        on_delete=models.PROTECT,
        related_name="rulings",
        db_index=False,
        help_text="the first version with the example",
    )
    selection = models.TextField(
        blank=True, help_text="filters of the label browser for the answers that it may affect, as a query string"
    )
    batch = models.OneToOneField(
        Batch, on_delete=models.PROTECT, null=True, blank=True, related_name="ruling", help_text="asks them again"
    )
    asked_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["corpus", "number"], name="one_ruling_per_number"),
            models.CheckConstraint(
                condition=models.Q(batch__isnull=True, asked_at__isnull=True)
                | models.Q(batch__isnull=False, asked_at__isnull=False),
                name="asked_ruling_has_batch",
            ),
        ]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"ruling {self.number} of {self.corpus}"


class RulingUtterance(models.Model):
    """An utterance that fitted the filters of a ruling when its answers were asked again."""

    ruling = models.ForeignKey(Ruling, on_delete=models.CASCADE, related_name="utterances", db_index=False)
    utterance = models.ForeignKey(Utterance, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ruling", "utterance"], name="affected_once_by_a_ruling")]

    def __str__(self) -> str:
        return f"{self.utterance} by {self.ruling}"
