"""Releases: immutable exports of a corpus."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from common.models import Job, User
from corpus.models import Corpus, MediaFile


class Release(models.Model):
    """An export under a name, stored as a zip; the manifest lists the checksums of its files.

    A discarded release has lost its zip and keeps its row, so that its name is never used again.
    """

    writable_while_archived: ClassVar[bool] = True  # a release reads the corpus

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="releases")
    name = models.SlugField(max_length=60)
    options = models.JSONField(help_text="split, group, ratios, seed, raters, clips")
    job = models.OneToOneField(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    file = models.ForeignKey(MediaFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    manifest = models.JSONField(null=True, blank=True, help_text="null until the worker has written it")
    number = models.PositiveIntegerField(null=True, editable=False, help_text="1, 2, 3 … in the corpus, never reused")
    assignment = models.JSONField(null=True, blank=True, help_text="dialogue -> split, which later releases continue")
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    discarded_at = models.DateTimeField(null=True, blank=True, help_text="its zip was removed then")
    discarded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    discard_reason = models.TextField(blank=True)

    final_at = models.DateTimeField(null=True, blank=True, help_text="marked as the one to publish")
    final_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    final_reason = models.TextField(blank=True, help_text="why it is published in spite of severe findings")

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["corpus", "name"], name="one_release_per_name"),
            models.UniqueConstraint(fields=["corpus", "number"], name="one_release_per_number"),
            models.CheckConstraint(
                condition=Q(discarded_at__isnull=True, discarded_by__isnull=True, discard_reason="")
                | (Q(discarded_at__isnull=False, file__isnull=True, manifest__isnull=False) & ~Q(discard_reason="")),
                name="discarded_release_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.corpus} {self.name}"

    @property
    def file_name(self) -> str:
        """Name under which the zip is saved."""
        return f"{self.corpus.slug}-{self.name}.zip"


class Training(models.Model):
    """The baselines of a release: models that a job trained on it, and their report.

    The zip has the report and the predictions of every run; a further training adds to it.
    """

    writable_while_archived: ClassVar[bool] = True  # a release reads the corpus, and a training reads the release

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    release = models.OneToOneField(Release, on_delete=models.CASCADE, related_name="training")
    options = models.JSONField(help_text="models and number of seeds of the last request")
    job = models.OneToOneField(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    summary = models.JSONField(null=True, blank=True, help_text="figures of the report; null before the first one")
    file = models.ForeignKey(MediaFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"baselines of {self.release}"


class DatasheetAnswers(models.Model):
    """The answers to the questions about a corpus that no record answers, see `export.metadata.datasheet_questions`."""

    writable_while_archived: ClassVar[bool] = True  # a datasheet is often completed when the work is over

    corpus = models.OneToOneField(Corpus, on_delete=models.CASCADE, related_name="+")
    answers = models.JSONField(default=dict, help_text="slug of a question -> text")
    answered_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"datasheet of {self.corpus}"


class SharingLink(models.Model):
    """A link by which people without an account download one release. Only the token's hash is stored."""

    writable_while_archived: ClassVar[bool] = True  # a corpus is often archived when it is published

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="links")
    note = models.CharField(max_length=120, blank=True, help_text="whom it is for")
    token_hash = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.release} {self.note}"

    @property
    def state(self) -> str:
        """Return "open", "revoked" or "expired"."""
        if self.revoked_at:
            return "revoked"
        return "open" if self.expires_at > timezone.now() else "expired"


class SharedDownload(models.Model):
    """Requests for the zip by one link from one network, with less than an hour between two of them."""

    writable_while_archived: ClassVar[bool] = True

    link = models.ForeignKey(SharingLink, on_delete=models.CASCADE, related_name="downloads")
    network = models.CharField(max_length=50, help_text="the address without its last part; empty after 90 days")
    began_at = models.DateTimeField()
    last_at = models.DateTimeField()
    requests = models.PositiveIntegerField(default=1, help_text="more than one if it was resumed or repeated")
    bytes = models.PositiveBigIntegerField(help_text="asked for by these requests together")

    class Meta:
        ordering = ["-last_at", "-pk"]
        indexes = [models.Index(fields=["link", "network", "last_at"], name="download_of_network")]

    def __str__(self) -> str:
        return f"{self.link} {self.began_at:%Y-%m-%d}"


class ReleaseDifference(models.Model):
    """The difference between two releases: computed once, since releases never change."""

    writable_while_archived: ClassVar[bool] = True

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    old = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="differences_to_later")
    new = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="differences_to_earlier")
    job = models.OneToOneField(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    summary = models.JSONField(null=True, blank=True, help_text="null until the worker has written it")
    file = models.ForeignKey(MediaFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["old", "new"], name="one_difference_per_pair")]

    def __str__(self) -> str:
        return f"{self.old} {self.new.name}"
