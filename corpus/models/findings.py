"""Findings: cases of suspicious or defective data in a corpus, raised by detectors and importers."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corpus.models.annotations import Rater
from corpus.models.corpora import Corpus


class Finding(models.Model):
    """One case with its evidence and extent; written by `corpus.domain.findings` alone."""

    class Severity(models.TextChoices):
        NOTE = "note", _("note")
        WARNING = "warning", _("warning")
        SEVERE = "severe", _("severe")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="findings", db_index=False)
    source = models.CharField(max_length=60, help_text="name of the detector or importer that raised it")
    kind = models.CharField(max_length=60, help_text="texts: messages `finding.<kind>` and `finding.<kind>.case`")
    task = models.CharField(max_length=80, blank=True, help_text="slug of the task or link; empty: none in particular")
    rater = models.ForeignKey(Rater, on_delete=models.CASCADE, null=True, blank=True, related_name="findings")
    rows = models.JSONField(help_text="the utterances or dialogues involved, see corpus.domain.findings.NewFinding")
    extent_count = models.PositiveIntegerField(help_text="number of utterances or dialogues involved")
    extent_share = models.FloatField(help_text="share of those that were examined, 0 to 1")
    severity = models.CharField(max_length=8, choices=Severity.choices)
    evidence = models.JSONField(default=dict, blank=True, help_text="parameters of the message `finding.<kind>.case`")
    fingerprint = models.CharField(max_length=64, help_text="equal for the same case in a later run")
    p_value = models.FloatField(
        null=True,
        blank=True,
        help_text="of a case as clear as this, among all that its detector examines; null: a fact",
    )
    found_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now, help_text="when a run found it last")
    gone_at = models.DateTimeField(null=True, blank=True, help_text="acknowledged, and no longer found since then")
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    comment = models.TextField(blank=True, help_text="of the person who acknowledged it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["corpus", "source", "fingerprint"], name="one_finding_per_case"),
            models.CheckConstraint(
                condition=Q(extent_share__gte=0, extent_share__lte=1), name="finding_share_is_a_share"
            ),
            models.CheckConstraint(
                condition=Q(severity__in=["note", "warning", "severe"]), name="finding_severity_is_known"
            ),
            models.CheckConstraint(
                condition=Q(p_value__isnull=True) | Q(p_value__gte=0, p_value__lte=1),
                name="finding_p_value_is_in_range",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=False)
                | Q(acknowledged_by__isnull=True, comment="", gone_at__isnull=True),
                name="only_acknowledged_finding_has_comment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.task}".strip()
