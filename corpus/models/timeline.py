"""The log of the timeline editor's edits, and who has the editor open."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corpus.models.append_only import AppendOnlyModel
from corpus.models.sources import Episode


class TimelineEdit(AppendOnlyModel):
    """One edit made in the timeline editor, with everything that is needed to undo it; append-only.

    An undo is an edit as well, and so is a redo, which undoes the undo.
    """

    never_deleted: ClassVar[bool] = False  # an episode of drafts can be removed

    class Action(models.TextChoices):
        CHANGE = "change", _("changed")
        SPLIT = "split", _("split")
        MERGE = "merge", _("merged")
        INSERT = "insert", _("inserted")
        DELETE = "delete", _("deleted")
        RETIME = "retime", _("shifted or stretched")
        DIVIDE = "divide", _("dialogue split")
        JOIN = "join", _("dialogues joined")
        EXCLUDE = "exclude", _("excluded")
        INCLUDE = "include", _("included")
        TOPIC = "topic", _("topic changed")
        SPEAKER = "speaker", _("speaker changed")
        UNDO = "undo", _("undone")

    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="timeline_edits", db_index=False)
    number = models.PositiveIntegerField(help_text="from 1 within the episode")
    operation = models.UUIDField(unique=True, help_text="id the page gave it; applied at most once")
    session = models.UUIDField(default=uuid.uuid4, help_text="the page that made it, of which undo takes back the last")
    action = models.CharField(max_length=8, choices=Action.choices)
    lines = models.JSONField(default=list, help_text="[{id, before, after}] of utterances; see corpus/domain/timeline")
    dialogues = models.JSONField(default=list, help_text="[{id, before, after}] of dialogues")
    speakers = models.JSONField(default=list, help_text="[{id, before, after}] of speakers")
    cues = models.JSONField(default=list, help_text="[cue, utterance before, utterance after]")
    withdrawn = models.JSONField(
        default=list, help_text="[annotation, number]: the revisions by which the edit withdrew answers"
    )
    reopened = models.JSONField(default=list, help_text="public ids of the finished assignments that it opened again")
    given_up = models.JSONField(default=list, help_text="public ids of the finished assignments that it ended")
    flag = models.UUIDField(null=True, blank=True, help_text="public id of the proposal that it accepted")
    undoes = models.OneToOneField("self", on_delete=models.CASCADE, null=True, blank=True, related_name="undone_by")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["episode", "number"], name="one_timeline_edit_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.episode} #{self.number}: {self.action}"


class TimelineVisit(models.Model):
    """One open timeline editor; the other editors of the episode show it until it has not been seen for a minute."""

    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="timeline_visits", db_index=False)
    session = models.UUIDField(help_text="made by the page")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["episode", "session"], name="one_visit_per_session")]

    def __str__(self) -> str:
        return f"{self.user} in {self.episode}"
