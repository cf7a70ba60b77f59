"""Users, sessions, API tokens, wrong passwords, jobs and heartbeats."""

from __future__ import annotations

import uuid
from importlib import import_module
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """An account. Its permissions in a corpus come from its membership."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    language = models.CharField(max_length=10, blank=True)
    may_create_corpora = models.BooleanField(default=False)

    objects: ClassVar[UserManager[User]] = UserManager()  # type: ignore[assignment]  # its Self is User here

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Session(AbstractBaseSession):
    """A session with its user, so that a request loads both in one query."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="sessions")

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """Return the session store of the settings; the store imports this module, so it can't be imported here."""
        store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
        return store


class ApiToken(models.Model):
    """A token by which a script uses the API as a user. A new password of the user revokes it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=60, help_text="what the person calls it")
    token_hash = models.CharField(max_length=64, unique=True)
    password_mark = models.CharField(max_length=128, help_text="of the password of then; a new one ends the token")
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="to the minute")

    def __str__(self) -> str:
        return f"{self.user} {self.name}"


class PasswordFailures(models.Model):
    """Wrong passwords in succession that were entered within sessions of a person. Sign-in has a count of its own."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="password_failures")
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user} {self.count}"


class Job(models.Model):
    """One background job. The row is authoritative; a broker message only carries its id.

    `attempt` is the fencing token: a worker that was wrongly considered dead holds an old one and can't write.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=60)
    scope = models.CharField(
        max_length=64, blank=True, db_index=True, help_text="public id of the corpus it belongs to"
    )
    key = models.CharField(max_length=120, blank=True, help_text="at most one unfinished job holds a key")
    args = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    stage = models.CharField(max_length=60, blank=True)
    progress_done = models.PositiveBigIntegerField(default=0)
    progress_total = models.PositiveBigIntegerField(default=0)
    attempt = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error_code = models.CharField(max_length=80, blank=True)
    error_params = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="jobs")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["state", "lease_until"])]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=models.Q(state__in=["queued", "running"]) & ~models.Q(key=""),
                name="one_unfinished_job_per_key",
            ),
            models.CheckConstraint(
                condition=models.Q(state="running", lease_until__isnull=False) | ~models.Q(state="running"),
                name="running_job_has_lease",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id} {self.state}"

    @property
    def percent(self) -> int:
        """Progress from 0 to 100; always 100 for a finished job."""
        if self.state == self.State.DONE:
            return 100
        return min(99, 100 * self.progress_done // self.progress_total) if self.progress_total else 0


class Beat(models.Model):
    """The last heartbeat of a service process (worker, sweep)."""

    service = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "name"], name="one_beat_per_process")]

    def __str__(self) -> str:
        return f"{self.service} {self.name}"
