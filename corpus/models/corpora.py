"""Corpora, memberships, invitations and password resets."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Corpus(models.Model):
    """One annotation project with its codebook, guideline, members and series."""

    never_deleted: ClassVar[bool] = True  # but by `delete_corpus`, see corpus/models/triggers.py

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    codebook = models.ForeignKey(
        "CodebookVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="version in use"
    )
    guideline = models.ForeignKey(
        "GuidelineVersion",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="version in use",
    )
    merge_gap_ms = models.PositiveIntegerField(default=600)
    silence_ms = models.PositiveIntegerField(default=4000)
    shows_translations = models.BooleanField(
        default=False, help_text="annotators see the translations of subtitles in grey"
    )
    daily_limit_minutes = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="active minutes a day after which nobody gets a new dialogue; null: no limit",
    )
    rest_after_minutes = models.PositiveSmallIntegerField(
        null=True, blank=True, default=60, help_text="active minutes after which the page speaks of a rest; null: never"
    )
    allows_several_roles = models.BooleanField(default=False, help_text="whether one member may have several roles")
    created_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True, blank=True, help_text="read-only since then")
    deletion_requested_at = models.DateTimeField(
        null=True, blank=True, help_text="a job removes the corpus; nobody can open it any more"
    )

    class Meta:
        verbose_name_plural = "corpora"
        constraints = [
            models.CheckConstraint(
                condition=Q(deletion_requested_at__isnull=True) | Q(archived_at__isnull=False),
                name="corpus_is_archived_while_deleted",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Membership(models.Model):
    """The roles of a person in a corpus: one, or several if the corpus allows it."""

    columns_writable_while_archived: ClassVar[tuple[str, ...]] = ("saw_answers_at",)  # by whoever reads answers

    class Role(models.TextChoices):
        MANAGER = "manager", _("manager")
        ADJUDICATOR = "adjudicator", _("adjudicator")
        ANNOTATOR = "annotator", _("annotator")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    is_manager = models.BooleanField(default=False)
    is_adjudicator = models.BooleanField(default=False)
    is_annotator = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    paused_at = models.DateTimeField(null=True, blank=True, help_text="gets no new work since then")
    saw_answers_at = models.DateTimeField(
        null=True, blank=True, help_text="when a member who is not an annotator last saw answers of the corpus"
    )
    joined_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["corpus", "user"], name="one_membership_per_person"),
            models.CheckConstraint(
                condition=Q(is_manager=True) | Q(is_adjudicator=True) | Q(is_annotator=True), name="member_has_a_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({', '.join(self.roles)})"

    @staticmethod
    def columns_of(roles: Iterable[str]) -> dict[str, bool]:
        """Return the value of each role's column, by its name.

        Raises:
            ValueError: one of `roles` does not exist.
        """
        given = {Membership.Role(role) for role in roles}
        return {f"is_{role.value}": role in given for role in Membership.Role}

    @property
    def roles(self) -> list[str]:
        """Return the member's roles, in the order of `Role`."""
        return [role.value for role in self.Role if getattr(self, f"is_{role.value}")]

    @property
    def role_names(self) -> str:
        """Return the names of the member's roles in the reader's language."""
        return ", ".join(str(self.Role(role).label) for role in self.roles)


class Invitation(models.Model):
    """A link that makes a person a member; works once. Only the token's hash is stored."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=12, choices=Membership.Role.choices)
    note = models.CharField(max_length=120, blank=True, help_text="whom it is for")
    token_hash = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.corpus} {self.role} {self.note}"


class PasswordReset(models.Model):
    """A link for setting a new password; works once. Only the token's hash is stored."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="password_resets")
    token_hash = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user} {self.created_at:%Y-%m-%d}"
