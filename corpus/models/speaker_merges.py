"""Merges of speakers, with everything that is needed to undo them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from corpus.models.dialogues import Utterance
from corpus.models.sources import Speaker


class SpeakerMerge(models.Model):
    """One speaker merged into another; the row stays after the merge was undone."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    speaker = models.ForeignKey(Speaker, on_delete=models.CASCADE, related_name="merges")
    into = models.ForeignKey(Speaker, on_delete=models.CASCADE, related_name="+")
    added_names = models.JSONField(default=list, help_text="other names that `into` got by this merge")
    reopened = models.JSONField(
        default=list, help_text="public ids of the finished assignments that the merge opened again"
    )
    given_up = models.JSONField(
        default=list, help_text="public ids of the finished assignments that the merge ended, whose slots it freed"
    )
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    merged_at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["speaker"], condition=Q(undone_at__isnull=True), name="one_open_merge_per_speaker"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.speaker} -> {self.into}"


class MergedUtterance(models.Model):
    """An utterance that had the merged speaker when the merge was made."""

    merge = models.ForeignKey(SpeakerMerge, on_delete=models.CASCADE, related_name="utterances", db_index=False)
    utterance = models.ForeignKey(
        Utterance, on_delete=models.SET_NULL, null=True, related_name="+", help_text="null: removed since"
    )
    version = models.PositiveIntegerField(help_text="of the utterance after the merge")
    withdrawn = models.JSONField(
        default=list, help_text="[annotation, number]: the revisions by which the merge withdrew answers"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merge", "utterance"], name="one_row_per_merged_utterance")]

    def __str__(self) -> str:
        return f"{self.merge}: {self.utterance}"
