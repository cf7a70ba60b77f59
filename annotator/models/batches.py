"""The portions in which work is given out."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.models import Job, User
from corpus.models import Corpus, Purpose, Rater


class Batch(models.Model):
    """Dialogues that are given out together, by when and to whom.

    Each corpus has one automatic batch: it takes every ready dialogue that is in no other batch in earnest, a
    few at a time and only when somebody asks for work.
    """

    class Given(models.TextChoices):
        EVERYONE = "everyone", _("to whoever asks first")
        NAMED = "named", _("to named people, whoever of them asks first")
        SHARED = "shared", _("shared out evenly among named people")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="batches")
    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.MAIN)
    is_automatic = models.BooleanField(default=False)
    name = models.CharField(max_length=80, blank=True)
    k = models.PositiveSmallIntegerField(help_text="judgements per dialogue; the automatic batch follows the codebook")
    given = models.CharField(max_length=8, choices=Given.choices, default=Given.EVERYONE)
    people = models.ManyToManyField(Rater, related_name="batches", blank=True)
    priority = models.SmallIntegerField(default=0, help_text="higher ones come first")
    deadline = models.DateField(null=True, blank=True)
    percent = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="mixed into that share of the claims; null: in its turn"
    )
    seed = models.PositiveIntegerField(help_text="of the order in which its dialogues come")
    dealt = models.PositiveIntegerField(default=0, help_text="the rank that the next dialogue gets")
    topped = models.PositiveIntegerField(default=0, help_text="up to which rank a higher k has been dealt")
    closed_at = models.DateTimeField(null=True, blank=True, help_text="gives nothing out since then")
    job = models.OneToOneField(
        Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", help_text="makes the slots of many"
    )
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["corpus"], condition=Q(is_automatic=True), name="one_automatic_batch_per_corpus"
            ),
            models.CheckConstraint(
                condition=Q(is_automatic=False) | Q(purpose="main", given="everyone"), name="automatic_batch_is_for_all"
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__gte=1, percent__lte=100), name="percent_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.corpus}"


class Bookmark(models.Model):
    """Below `rank` a batch holds no free slot of a dialogue that is new to this rater: a claim looks from there on.

    Without it a claim would read past all slots that others have still to fill in dialogues this rater has done.
    """

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="bookmarks")
    rater = models.ForeignKey(Rater, on_delete=models.CASCADE, related_name="+")
    rank = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "rater"], name="one_bookmark_per_batch")]

    def __str__(self) -> str:
        return f"{self.rater} in {self.batch}: {self.rank}"
