"""Messages from the labelling page to the manager, with the manager's replies."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from annotator.models.assignments import Assignment
from corpus.models import Corpus, GuidelineVersion, Utterance


class Message(models.Model):
    """A message from a labelling page. The page makes its id, so that it is stored once however often it is sent."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, help_text="made by the page")
    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="+")
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="%(class)ss")
    created_at = models.DateTimeField(default=timezone.now)
    reply = models.TextField(blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True, help_text="when its annotator saw the reply")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{type(self).__name__.lower()} {self.public_id}"


class Flag(Message):
    """A problem of an utterance itself; a bad cut may propose other times."""

    class Reason(models.TextChoices):
        BAD_CUT = "bad_cut", _("bad cut")
        WRONG_SPEAKER = "wrong_speaker", _("wrong speaker")
        WRONG_TEXT = "wrong_text", _("wrong text")
        TWO_ANSWERS = "two_emotions", _("two answers fit")  # the stored value is older
        OTHER = "other", _("other")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("message", "open")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    utterance = models.ForeignKey(Utterance, on_delete=models.CASCADE, related_name="flags")
    reason = models.CharField(max_length=16, choices=Reason.choices)
    comment = models.TextField(blank=True)
    start_ms = models.PositiveIntegerField(null=True, blank=True, help_text="proposed start, for a bad cut")
    end_ms = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(start_ms__isnull=True, end_ms__isnull=True)
                | Q(reason="bad_cut", start_ms__isnull=False, end_ms__isnull=False, start_ms__lt=F("end_ms")),
                name="only_bad_cuts_propose_bounds",
            ),
            models.CheckConstraint(
                condition=Q(state="open", settled_at__isnull=True) | (~Q(state="open") & Q(settled_at__isnull=False)),
                name="settled_flag_has_time",
            ),
        ]
        indexes = [models.Index(fields=["corpus"], condition=Q(state="open"), name="open_flags")]


class Inquiry(Message):
    """An inquiry to the manager about an utterance. Others read it only if the manager publishes it."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("message", "open")
        ANSWERED = "answered", _("answered")

    utterance = models.ForeignKey(Utterance, on_delete=models.SET_NULL, null=True, related_name="inquiries")
    about = models.CharField(max_length=40, blank=True, help_text="slug of the task or link that was in focus")
    text = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    published_text = models.TextField(
        blank=True, help_text="the inquiry as all annotators may read it; empty: not published"
    )
    guideline = models.ForeignKey(
        GuidelineVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="inquiries",
        help_text="the version that contains it as an example",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", settled_at__isnull=True, reply="", published_text="", guideline__isnull=True)
                | (Q(state="answered", settled_at__isnull=False) & ~Q(reply="")),
                name="answered_inquiry_has_reply",
            ),
        ]
        indexes = [models.Index(fields=["corpus"], condition=Q(state="open"), name="open_inquiries")]


class Return(Message):
    """A returned dialogue with the reason."""

    class Reason(models.TextChoices):
        BROKEN_MEDIA = "broken_media", _("picture or sound is broken")
        WRONG_LANGUAGE = "wrong_language", _("wrong language")
        NOT_A_CONVERSATION = "not_a_conversation", _("not a conversation")
        CANNOT_WATCH = "cannot_watch", _("I cannot watch this")
        OTHER = "other", _("other")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("message", "open")
        GIVEN_OUT = "given_out", _("reassigned")
        EXCLUDED = "excluded", _("excluded")
        DRAFT = "draft", _("returned to draft")

    reason = models.CharField(max_length=20, choices=Reason.choices)
    comment = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment"], condition=Q(state="open"), name="returned_once_at_a_time"),
            models.CheckConstraint(
                condition=Q(state="open", settled_at__isnull=True) | (~Q(state="open") & Q(settled_at__isnull=False)),
                name="settled_return_has_time",
            ),
        ]
        indexes = [models.Index(fields=["corpus"], condition=Q(state="open"), name="open_returns")]
