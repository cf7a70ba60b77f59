"""Moves of answers from one codebook version to another."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.models import Job
from corpus.models.codebooks import CodebookVersion
from corpus.models.corpora import Corpus


class AnswerMove(models.Model):
    """One move of all answers that were given under `old` to the codebook version `new`, by a mapping.

    A job works through the dialogues in the order of their keys; `position` is the last one that is done, so another
    attempt continues there. Undoing is a second walk. The moved answers are revisions that refer to this row.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("not started")
        MOVING = "moving", _("running")
        DONE = "done", _("done")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="answer_moves")
    old = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="+")
    new = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="+")
    mapping = models.JSONField(help_text="see corpus.rules.moves; frozen once the move has started")
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    position = models.BigIntegerField(default=0, help_text="primary key of the last dialogue that is done")
    counts = models.JSONField(default=dict, help_text="what became of the answers, see `agreement.domain.moves`")
    undone_counts = models.JSONField(default=dict, help_text="the same of the undoing")
    preview = models.JSONField(null=True, help_text="figures before and after, as the job computed them")
    previewed_at = models.DateTimeField(null=True, blank=True)
    put_in_use = models.BooleanField(default=False, help_text="whether the start put the new version in use")
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["old", "new"], condition=Q(state="draft"), name="one_draft_per_move"),
            models.UniqueConstraint(
                fields=["corpus"], condition=Q(state__in=["moving", "undoing"]), name="one_move_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(old=F("new")), name="move_between_two_versions"),
        ]

    def __str__(self) -> str:
        return f"{self.old} to {self.new}"

    @property
    def is_running(self) -> bool:
        """Whether its job is at work or waits for a worker."""
        return self.state in (self.State.MOVING, self.State.UNDOING)
