"""Assignments with their leases, and late operations."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotator.models.slots import Slot
from common.models import User
from corpus.models import CodebookVersion, Dialogue, GuidelineVersion, Purpose, Rater


class Assignment(models.Model):
    """One annotator's hold on one slot of one dialogue."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        DONE = "done", _("done")
        RELEASED = (
            "released",
            _("released"),
        )  # returned, released by the manager, or taken over after the lease had expired

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="assignments")
    # As with annotations: no index if that of a constraint starts with the same column, and no index on versions.
    dialogue = models.ForeignKey(Dialogue, on_delete=models.CASCADE, related_name="assignments", db_index=False)
    rater = models.ForeignKey(Rater, on_delete=models.PROTECT, related_name="assignments", db_index=False)
    codebook = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    guideline = models.ForeignKey(
        GuidelineVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    purpose = models.CharField(
        max_length=8, choices=Purpose.choices, default=Purpose.MAIN, help_text="that of its slot"
    )
    token = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    lease_until = models.DateTimeField()
    claimed_at = models.DateTimeField(default=timezone.now)
    heartbeat_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    comment = models.TextField(blank=True, help_text="of the manager who sent it back")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dialogue", "rater", "purpose"], name="never_twice_by_one"),
            models.UniqueConstraint(
                fields=["slot"], condition=Q(state__in=["open", "done"]), name="one_holder_per_slot"
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True) | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="ended_assignment_has_time",
            ),
        ]
        indexes = [
            # a person's finished dialogues, counted and listed by this index alone
            models.Index(fields=["rater", "state", "ended_at", "purpose"], name="assignments_of_rater"),
            # finished gold waits for its judging; main work has an entry as well, so that its end takes as long
            models.Index(fields=["purpose", "ended_at"], condition=Q(state="done"), name="finished_by_purpose"),
            models.Index(fields=["lease_until"], condition=Q(state="open"), name="lease_of_open"),
        ]

    def __str__(self) -> str:
        return f"{self.rater} on {self.dialogue}"


class LateOperation(models.Model):
    """An operation under a superseded token: stored for the manager to apply or discard, never deleted."""

    never_deleted: ClassVar[bool] = True  # see corpus/models/triggers.py

    class State(models.TextChoices):
        WAITING = "waiting", _("to be reviewed")
        APPLIED = "applied", _("applied")
        DISCARDED = "discarded", _("discarded")

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="late_operations")
    operation = models.UUIDField(unique=True)
    token = models.PositiveIntegerField()
    payload = models.JSONField(help_text="the operation as the browser sent it")
    received_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    settled_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, help_text="why it was discarded")

    def __str__(self) -> str:
        return f"{self.assignment} {self.operation}"
