"""Consent of members to the information that a release may carry about them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from corpus.models.append_only import AppendOnlyModel
from corpus.models.corpora import Corpus, Membership


class ConsentText(AppendOnlyModel):
    """A version of the text that members read before they consent."""

    writable_while_archived: ClassVar[bool] = True  # a decision stores the shipped text

    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="consent_texts", db_index=False)
    version = models.PositiveIntegerField(help_text="from 1 within the corpus")
    texts = models.JSONField(help_text="language code (zh, en) -> text")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["corpus", "version"], name="one_consent_text_per_version")]

    def __str__(self) -> str:
        return f"consent text v{self.version}"


class Consent(AppendOnlyModel):
    """A member's decision on what a release may carry about them; the newest one counts."""

    writable_while_archived: ClassVar[bool] = True  # releases are made from archived corpora

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="consents")
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="+")
    carries_answers = models.BooleanField(help_text="their answers, listed under a pseudonym")
    carries_hours = models.BooleanField(help_text="their hours of work")
    carries_demographics = models.BooleanField(help_text="age group, gender and first language as they stated them")
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.membership} {self.created_at:%Y-%m-%d}"


class Demographics(models.Model):
    """Statements of a member about themselves for releases; deleted when they withdraw their consent."""

    writable_while_archived: ClassVar[bool] = True  # with the consent

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="demographics")
    age_group = models.CharField(max_length=20, blank=True)
    gender = models.CharField(max_length=40, blank=True)
    first_language = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name_plural = "demographics"

    def __str__(self) -> str:
        return f"{self.membership}"
