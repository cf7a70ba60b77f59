"""Dialogues, utterances with their edits, cues and clips."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corpus.models.append_only import AppendOnlyModel
from corpus.models.corpora import Corpus
from corpus.models.imports import Import
from corpus.models.sources import Episode, MediaFile, Series, Speaker


class CurrentDialogues(models.Manager["Dialogue"]):
    """Dialogues that were not retired."""

    def get_queryset(self) -> models.QuerySet[Dialogue]:
        """Leave out retired dialogues."""
        return super().get_queryset().exclude(state=Dialogue.State.RETIRED)


class Dialogue(models.Model):
    """A run of utterances that form one conversation; the unit of assignment.

    Without an episode (in a text corpus), the times of its utterances count from its own start.

    A dialogue that was joined to another one is *retired*: it keeps its row, so that the join can be undone. One
    retired dialogue of each episode holds the utterances that were deleted or merged into others, with their ids and
    answers. `objects` and the related managers leave retired dialogues out.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        READY = "ready", _("ready")
        EXCLUDED = "excluded", _("excluded")  # frozen like a ready one, but not assigned and not counted
        RETIRED = "retired", _("retired")
        HIDDEN = "hidden", _("hidden")  # of an import that is not complete yet, or that is being undone

    OPEN: ClassVar[tuple[str, ...]] = (State.DRAFT, State.RETIRED)  # states without a time of freezing

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="dialogues")
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="dialogues")
    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, null=True, blank=True, related_name="dialogues")
    code = models.CharField(max_length=80, help_text="name within the corpus, for people and exports")
    order = models.PositiveIntegerField(help_text="place within its corpus")
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    ready_at = models.DateTimeField(null=True, blank=True)
    is_dealt = models.BooleanField(default=False, help_text="its places for annotators were made")
    topic = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1, help_text="grows whenever the timeline editor changes it")
    source_split = models.CharField(max_length=10, blank=True, help_text="train, dev or test, where the source says so")
    source_file = models.CharField(max_length=200, blank=True, help_text="the imported file that held its rows")
    imported_by = models.ForeignKey(Import, on_delete=models.CASCADE, null=True, blank=True, related_name="dialogues")
    length = models.PositiveIntegerField(
        default=0, db_default=0, help_text="number of utterances; kept by triggers, see corpus/models/triggers.py"
    )

    objects = CurrentDialogues()
    with_retired = models.Manager["Dialogue"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["corpus", "code"], name="one_dialogue_per_code"),
            models.CheckConstraint(
                condition=Q(source_split__in=["", "train", "dev", "test"]), name="source_split_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "retired"], ready_at__isnull=True)
                | Q(state__in=["ready", "excluded", "hidden"], ready_at__isnull=False),
                name="ready_dialogue_has_time",
            ),
        ]
        indexes = [
            # with the length, so that the utterances of a corpus are counted without reading its dialogues
            models.Index(fields=["corpus", "state", "order", "length"], name="dialogues_in_order"),
            models.Index(fields=["episode", "order"]),
            # dialogues without slots so far: by order, and by an id that is random
            models.Index(
                fields=["corpus", "order"], condition=Q(state="ready", is_dealt=False), name="undealt_in_order"
            ),
            models.Index(
                fields=["corpus", "public_id"], condition=Q(state="ready", is_dealt=False), name="undealt_by_chance"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Utterance(models.Model):
    """One turn of one speaker. Times are milliseconds of the episode; null if a source's times cannot be repaired."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # the index of the first constraint begins with it
    dialogue = models.ForeignKey(Dialogue, on_delete=models.CASCADE, related_name="utterances", db_index=False)
    code = models.CharField(max_length=80, help_text="name within the dialogue's corpus, for people and exports")
    order = models.PositiveIntegerField(help_text="place within its dialogue, from 1")
    speaker = models.ForeignKey(Speaker, on_delete=models.PROTECT, null=True, blank=True, related_name="utterances")
    text = models.TextField()
    start_ms = models.PositiveIntegerField(null=True, blank=True)
    end_ms = models.PositiveIntegerField(null=True, blank=True)
    source_row = models.PositiveIntegerField(
        null=True, blank=True, help_text="row of the imported file, counted from 1 with the header"
    )
    version = models.PositiveIntegerField(default=1, help_text="grows whenever its text, speaker or times change")

    class Meta:
        ordering = ["dialogue", "order"]
        constraints = [
            models.UniqueConstraint(fields=["dialogue", "order"], name="one_utterance_per_place"),
            models.UniqueConstraint(fields=["dialogue", "code"], name="one_utterance_per_code"),
            models.CheckConstraint(
                # null < 5 is neither true nor false, which a check constraint accepts, so both must be required
                condition=Q(start_ms__isnull=True, end_ms__isnull=True)
                | Q(start_ms__isnull=False, end_ms__isnull=False, start_ms__lt=F("end_ms")),
                name="utterance_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class UtteranceEdit(AppendOnlyModel):
    """One edit of an utterance after its dialogue was declared ready; append-only.

    A dialogue without annotations can become a draft again; an utterance that is then removed takes its edits along.
    """

    never_deleted: ClassVar[bool] = False

    utterance = models.ForeignKey(Utterance, on_delete=models.CASCADE, related_name="edits")
    before = models.JSONField(help_text="text, speaker (name), start_ms and end_ms, where they changed")
    after = models.JSONField(help_text="the same keys as in `before`")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.utterance}: {', '.join(self.after)}"


class Cue(models.Model):
    """A line of a subtitle file as read, with what the reader did to it and the utterance made of it."""

    class Kind(models.TextChoices):
        SPEECH = "speech", _("speech")
        NO_SPEECH = "no_speech", _("no speech")  # a sound or music: context of its dialogue, never an utterance
        LEFT_OUT = "left_out", _("left out")

    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="cues")
    utterance = models.ForeignKey(Utterance, on_delete=models.SET_NULL, null=True, blank=True, related_name="cues")
    order = models.PositiveIntegerField()
    start_ms = models.IntegerField()
    end_ms = models.IntegerField()
    speaker_name = models.CharField(max_length=120, blank=True)
    text = models.TextField()
    kind = models.CharField(max_length=9, choices=Kind.choices, default=Kind.SPEECH)
    translation = models.TextField(blank=True, help_text="the same in another language")
    row = models.PositiveIntegerField(default=0, help_text="number of the cue in its file, from 1")
    line = models.PositiveIntegerField(default=0, help_text="line of the file, from 1")
    raw = models.TextField(blank=True, help_text="its text in the file; only the first part of a cue has it")
    notes = models.JSONField(default=list, blank=True, help_text="names of the rules and repairs that touched it")
    remark = models.CharField(max_length=20, blank=True, help_text="why it was not used, or that it was shortened")

    class Meta:
        ordering = ["episode", "order"]
        constraints = [models.UniqueConstraint(fields=["episode", "order"], name="one_cue_per_place")]
        indexes = [
            # the sounds and the music around a dialogue
            models.Index(fields=["episode", "start_ms"], condition=Q(kind="no_speech"), name="passages_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.order}: {self.text}"


class Clip(models.Model):
    """The media cut for one utterance: the requested and the true span."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    utterance = models.ForeignKey(Utterance, on_delete=models.CASCADE, related_name="clips")
    file = models.ForeignKey(MediaFile, on_delete=models.PROTECT, related_name="clips")
    profile = models.CharField(max_length=20)
    requested_start_ms = models.PositiveIntegerField()
    requested_end_ms = models.PositiveIntegerField()
    true_start_ms = models.PositiveIntegerField()
    true_end_ms = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["utterance", "profile", "requested_start_ms", "requested_end_ms"], name="one_clip_per_cut"
            ),
            models.CheckConstraint(
                condition=Q(requested_start_ms__lt=F("requested_end_ms"), true_start_ms__lt=F("true_end_ms")),
                name="clip_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.utterance} {self.profile}"
