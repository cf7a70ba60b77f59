"""Unanimous or majority answers that were accepted in bulk. They are consensus, never decisions."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from agreement.models.adjudication import AdjudicationCase
from common.models import Job
from corpus.models import AnswerMove, CodebookVersion, Corpus, Utterance


class ConsensusAcceptance(models.Model):
    """One acceptance of many utterances: whose it was, and how many; done by a job and undone as a whole."""

    AGREEMENTS = (AdjudicationCase.Agreement.UNANIMOUS, AdjudicationCase.Agreement.MAJORITY)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="consensus_acceptances")
    agreement = models.CharField(max_length=9, choices=[(each.value, each.label) for each in AGREEMENTS])
    codebook = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    accepted = models.PositiveIntegerField(null=True, blank=True, help_text="utterances; null until the job is done")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True, help_text="when its undo was requested")

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.agreement} of {self.corpus}"


class AcceptedConsensus(models.Model):
    """An utterance whose consensus was accepted.

    It ends by an undo, or when an annotation changes the consensus. A move to another codebook version ends it, too; a
    row under the new version continues it, unless the mapping leaves a question open.
    """

    class End(models.TextChoices):
        UNDONE = "undone"
        CHANGED = "changed"
        MOVED = "moved"

    utterance = models.ForeignKey(Utterance, on_delete=models.PROTECT, related_name="accepted")
    acceptance = models.ForeignKey(ConsensusAcceptance, on_delete=models.PROTECT, related_name="utterances")
    codebook = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    codes = models.BinaryField(help_text="the answers, under that codebook version")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="null: it holds")
    end = models.CharField(max_length=7, choices=End.choices, blank=True)
    move = models.ForeignKey(
        AnswerMove, on_delete=models.CASCADE, null=True, blank=True, related_name="+", help_text="which ended it"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["utterance"], condition=Q(ended_at__isnull=True), name="one_accepted_consensus_holds"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end="") | (Q(ended_at__isnull=False) & ~Q(end="")),
                name="ended_acceptance_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(end="moved", move__isnull=False) | (~Q(end="moved") & Q(move__isnull=True)),
                name="moved_acceptance_names_move",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.utterance} by {self.acceptance}"
