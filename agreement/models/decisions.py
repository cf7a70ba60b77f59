"""Decisions on utterances, and their revisions."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corpus.models import CodebookVersion, GuidelineVersion, Rater, Utterance
from corpus.models.append_only import AppendOnlyModel


class Outcome(models.TextChoices):
    """A decision of an adjudicator."""

    PROFILE = "profile", _("decided")
    UNDECIDABLE = "undecidable", _("cannot be decided")
    DISCUSSION = "discussion", _("needs discussion")
    NONE = "none", _("not decided")  # undone, or only a second adjudicator has decided so far


class Decision(models.Model):
    """The decision on one utterance: answers to all questions together. A copy of its newest revision that counts.

    A decision changes no annotation. A trigger sets `needs_review` when an annotation of the utterance is added or
    changed (agreement/models/triggers.py).
    """

    never_deleted: ClassVar[bool] = True  # see corpus/models/triggers.py

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    utterance = models.OneToOneField(Utterance, on_delete=models.PROTECT, related_name="decision")
    codebook = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default=Outcome.NONE)
    answers = models.JSONField(null=True, blank=True, help_text="question slug -> value; null unless decided")
    codes = models.BinaryField(null=True, help_text="the answers as small integers, as `Annotation.codes`")
    number = models.PositiveIntegerField(default=0, help_text="of the revision these answers come from; 0: none")
    last_number = models.PositiveIntegerField(default=0, help_text="of its newest revision, whether it counts or not")
    needs_review = models.BooleanField(
        default=False, help_text="an annotation of the utterance was added or changed since"
    )
    is_disputed = models.BooleanField(default=False, help_text="two adjudicators decided differently")
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="profile", answers__isnull=False, codes__isnull=False, number__gte=1)
                | Q(outcome__in=["undecidable", "discussion"], answers__isnull=True, codes__isnull=True, number__gte=1)
                | Q(outcome="none", answers__isnull=True, codes__isnull=True),
                name="only_decided_has_answers",
            ),
            models.CheckConstraint(
                condition=Q(last_number__gte=models.F("number")), name="decision_number_is_of_a_revision"
            ),
        ]
        indexes = [
            models.Index(fields=["utterance"], condition=Q(needs_review=True), name="decisions_to_review"),
            models.Index(
                fields=["utterance"],
                condition=Q(outcome="discussion") | Q(is_disputed=True),
                name="decisions_to_discuss",
            ),
        ]

    def __str__(self) -> str:
        return f"decision on {self.utterance}"


class DecisionRevision(AppendOnlyModel):
    """One state of a decision. Those of a second adjudicator (`second`) never become the decision."""

    class Cause(models.TextChoices):
        DECIDE = "decide", _("decided")
        UNDO = "undo", _("undone")
        LATE = "late", _("late work applied")
        MIGRATION = "migration", _("moved with the codebook")

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="revisions", db_index=False)
    number = models.PositiveIntegerField(help_text="from 1 within the decision")
    cause = models.CharField(max_length=9, choices=Cause.choices)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    answers = models.JSONField(null=True, blank=True)
    codes = models.BinaryField(null=True)
    codebook = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    guideline = models.ForeignKey(
        GuidelineVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    group = models.JSONField(
        default=list, blank=True, help_text="public ids of the users who decided together with the author"
    )
    hold = models.UUIDField(null=True, blank=True, help_text="public id of the hold that it was made under")
    taken_from = models.ForeignKey(
        Rater,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="whose whole profile was taken over",
    )
    reason = models.CharField(max_length=40, blank=True, help_text="slug of the corpus's list of reasons")
    comment = models.TextField(blank=True)
    blind = models.BooleanField(default=False, help_text="made before the answers were shown")
    second = models.BooleanField(default=False, help_text="by the second adjudicator of the utterance")
    chosen = models.BooleanField(default=False, help_text="the adjudicator had chosen the utterance")
    active_ms = models.PositiveIntegerField(default=0)
    played_ms = models.PositiveIntegerField(default=0)
    operation = models.UUIDField(null=True, blank=True, help_text="id the browser gave it; applied at most once")
    mapping = models.UUIDField(null=True, blank=True, help_text="id of the mapping of a move with the codebook")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "number"], name="one_decision_revision_per_number"),
            models.UniqueConstraint(
                fields=["operation"], condition=Q(operation__isnull=False), name="one_decision_revision_per_operation"
            ),
            models.CheckConstraint(
                condition=Q(outcome="profile", answers__isnull=False, codes__isnull=False)
                | (~Q(outcome="profile") & Q(answers__isnull=True, codes__isnull=True)),
                name="only_decided_revision_has_answers",
            ),
        ]
        indexes = [
            models.Index(fields=["decision"], condition=Q(blind=True), name="blind_decision_revisions"),
            models.Index(fields=["author", "created_at"], name="decisions_of_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.decision} #{self.number}"
