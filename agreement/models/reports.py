"""Reports: agreement figures of a frozen selection of annotations."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from common.models import Job, User
from corpus.models import CodebookVersion, Corpus


class Report(models.Model):
    """The figures of a selection of annotations, computed by a worker and never changed afterwards."""

    writable_while_archived: ClassVar[bool] = True  # a report reads the corpus

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="reports")
    codebook = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="+")
    job = models.OneToOneField(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    selection = models.JSONField(help_text="which raters, how many annotations, digest of their revisions")
    figures = models.JSONField(null=True, help_text="null until the worker has computed them")
    slices = models.JSONField(
        null=True, help_text="the figures by slices, see agreement.domain.slices; large, so read one slicing at a time"
    )
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    computed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.corpus} {self.created_at:%Y-%m-%d %H:%M}"
