"""Batches of dialogues, and the bookmarks of raters in them."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.models import Job, User
from corpus.models import Corpus, Purpose, Rater


class Batch(models.Model):
    """Dialogues that are given out together, with their people, priority and deadline.

    Each corpus has one automatic batch. It takes every ready dialogue that is in no other main batch, a few at a time
    and only when an annotator asks for work.
    """

    class Given(models.TextChoices):
        EVERYONE = "everyone", _("to all annotators, first come, first served")
        NAMED = "named", _("to named people, first come, first served")
        SHARED = "shared", _("split evenly among named people")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="batches")
    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.MAIN)
    is_automatic = models.BooleanField(default=False)
    name = models.CharField(max_length=80, blank=True)
    k = models.PositiveSmallIntegerField(help_text="judgements per dialogue; the automatic batch follows the codebook")
    given = models.CharField(max_length=8, choices=Given.choices, default=Given.EVERYONE)
    people = models.ManyToManyField(Rater, related_name="batches", blank=True)
    priority = models.SmallIntegerField(default=0, help_text="batches with a higher priority come first")
    deadline = models.DateField(null=True, blank=True)
    percent = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="percentage of claims that get one of its dialogues; null: in order of priority",
    )
    share = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="percentage of a selection that it took first, drawn with its seed"
    )
    rest_of = models.OneToOneField(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="rest",
        help_text="the batch that took its share of the same selection first",
    )
    seed = models.PositiveIntegerField(help_text="of the order of its dialogues")
    dealt = models.PositiveIntegerField(default=0, help_text="rank of the next dialogue")
    topped = models.PositiveIntegerField(default=0, help_text="rank up to which slots for a higher k exist")
    closed_at = models.DateTimeField(null=True, blank=True, help_text="stopped since then")
    job = models.OneToOneField(
        Job,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="creates the slots of a large batch",
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
                condition=Q(share__isnull=True) | Q(share__gte=1, share__lte=99, is_automatic=False),
                name="share_leaves_a_rest",
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__gte=1, percent__lte=100), name="percent_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.corpus}"


class Bookmark(models.Model):
    """Rank below which a batch has no free slot of a dialogue that is new to this rater: a claim searches from there.

    Without it a claim would read all free slots of dialogues that this rater has already done.
    """

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="bookmarks")
    rater = models.ForeignKey(Rater, on_delete=models.CASCADE, related_name="+")
    rank = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "rater"], name="one_bookmark_per_batch")]

    def __str__(self) -> str:
        return f"{self.rater} in {self.batch}: {self.rank}"
