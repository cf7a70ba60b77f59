"""Selection of dialogues: the steps by which candidates were screened in or out, and what each step decided."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corpus.models.corpora import Corpus
from corpus.models.dialogues import Dialogue


class SelectionStep(models.Model):
    """A decision of a person on many dialogues for one reason, or a random draw from many dialogues."""

    class Kind(models.TextChoices):
        SCREEN = "screen", _("screening")
        DRAW = "draw", _("random draw")

    class Per(models.TextChoices):
        CORPUS = "corpus", _("from all")
        SERIES = "series", _("from each series")
        EPISODE = "episode", _("from each episode")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="selection_steps")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    is_in = models.BooleanField(null=True, blank=True, help_text="of a screening: the decision")
    reason = models.TextField(blank=True, help_text="of a draw: the rule in the manager's words")
    criteria = models.JSONField(default=dict, blank=True, help_text="how the dialogues were looked up")
    population = models.PositiveIntegerField(help_text="number of dialogues decided on")
    taken = models.PositiveIntegerField(help_text="number of those that were screened in")
    per = models.CharField(max_length=7, choices=Per.choices, default=Per.CORPUS)
    seed = models.PositiveBigIntegerField(null=True, blank=True)
    groups = models.JSONField(default=list, blank=True, help_text="of a draw: group, population, taken, probability")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="screen", is_in__isnull=False, seed__isnull=True)
                | Q(kind="draw", is_in__isnull=True, seed__isnull=False),
                name="draw_has_seed_and_screening_a_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.reason}"


class Screening(models.Model):
    """A step's decision on one dialogue; the newest one whose step was not undone is current."""

    step = models.ForeignKey(SelectionStep, on_delete=models.CASCADE, related_name="screenings")
    dialogue = models.ForeignKey(Dialogue, on_delete=models.CASCADE, related_name="screenings")
    is_in = models.BooleanField()
    probability = models.FloatField(
        null=True, blank=True, help_text="of being taken, over all draws so far; null: it was in no draw"
    )
    state_if_in = models.CharField(
        max_length=8, blank=True, help_text="of a dialogue that is out: the state it gets back once it is in"
    )
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dialogue"], condition=Q(is_current=True), name="one_current_screening_per_dialogue"
            ),
            models.CheckConstraint(
                condition=Q(probability__isnull=True) | Q(probability__gt=0, probability__lte=1),
                name="probability_is_a_share",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dialogue}: {'in' if self.is_in else 'out'}"
