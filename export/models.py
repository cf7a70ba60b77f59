"""Releases: immutable exports of a corpus."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from common.models import Job, User
from corpus.models import Corpus, MediaFile


class Release(models.Model):
    """An export under a name, stored as a zip; the manifest lists the checksums of its files.

    A discarded release has lost its zip and keeps its row, so that its name is never used again.
    """

    writable_while_archived: ClassVar[bool] = True  # a release reads the corpus

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="releases")
    name = models.SlugField(max_length=60)
    options = models.JSONField(help_text="split, group, ratios, seed, raters, clips")
    job = models.OneToOneField(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    file = models.ForeignKey(MediaFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    manifest = models.JSONField(null=True, blank=True, help_text="null until the worker has written it")
    number = models.PositiveIntegerField(null=True, editable=False, help_text="1, 2, 3 … in the corpus, never reused")
    assignment = models.JSONField(null=True, blank=True, help_text="dialogue -> split, which later releases continue")
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    discarded_at = models.DateTimeField(null=True, blank=True, help_text="its zip was removed then")
    discarded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    discard_reason = models.TextField(blank=True)

    final_at = models.DateTimeField(null=True, blank=True, help_text="marked as the one to publish")
    final_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    final_reason = models.TextField(blank=True, help_text="why it is published in spite of severe findings")

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["corpus", "name"], name="one_release_per_name"),
            models.UniqueConstraint(fields=["corpus", "number"], name="one_release_per_number"),
            models.CheckConstraint(
                condition=Q(discarded_at__isnull=True, discarded_by__isnull=True, discard_reason="")
                | (Q(discarded_at__isnull=False, file__isnull=True, manifest__isnull=False) & ~Q(discard_reason="")),
                name="discarded_release_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.corpus} {self.name}"


class DatasheetAnswers(models.Model):
    """The answers to the questions about a corpus that no record answers, see `export.metadata.datasheet_questions`."""

    writable_while_archived: ClassVar[bool] = True  # a datasheet is often completed when the work is over

    corpus = models.OneToOneField(Corpus, on_delete=models.CASCADE, related_name="+")
    answers = models.JSONField(default=dict, help_text="slug of a question -> text")
    answered_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"datasheet of {self.corpus}"
