"""Series, episodes, speakers and stored files."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corpus.models.corpora import Corpus


class MediaFile(models.Model):
    """A file under MEDIA_ROOT, named by its content; never modified."""

    writable_while_archived: ClassVar[bool] = True  # those of releases; the rows that use the others are read-only

    class Kind(models.TextChoices):
        SOURCE = "source", _("source")
        PLAYABLE = "playable", _("playable")
        PEAKS = "peaks", _("peaks")
        MARKS = "marks", _("silences and shot changes")
        SUBTITLES = "subtitles", _("subtitles")
        CLIP = "clip", _("clip")
        RELEASE = "release", _("release")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="bytes")
    content_type = models.CharField(max_length=100)
    name = models.CharField(max_length=200, unique=True, help_text="path relative to MEDIA_ROOT, made by us")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["corpus", "kind", "sha256"], name="one_file_per_content_and_kind"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        """Absolute path of the file."""
        return Path(settings.MEDIA_ROOT) / self.name


class Series(models.Model):
    """A TV series or other source."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="series")
    name = models.CharField(max_length=200)
    licence = models.CharField(max_length=200, blank=True, help_text="of its episodes without a licence of their own")
    has_laugh_track = models.BooleanField(
        null=True, blank=True, help_text="whether laughter was mixed into the audio; null: see its episodes"
    )
    subtitle_options = models.JSONField(
        default=dict, blank=True, help_text="options of the reader of subtitles that the next episode begins with"
    )

    class Meta:
        verbose_name_plural = "series"
        constraints = [models.UniqueConstraint(fields=["corpus", "name"], name="one_series_per_name")]

    def __str__(self) -> str:
        return self.name


class CurrentSpeakers(models.Manager["Speaker"]):
    """Speakers that were not merged into another one."""

    def get_queryset(self) -> models.QuerySet[Speaker]:
        """Leave out merged speakers."""
        return super().get_queryset().filter(merged_into__isnull=True)


class Speaker(models.Model):
    """A character of a series.

    A speaker that was merged into another one keeps its row, so that the merge can be undone. It has no utterances,
    and `objects` and `Series.speakers` leave it out.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="speakers")
    name = models.CharField(max_length=120)
    gender = models.CharField(max_length=20, blank=True)
    age_group = models.CharField(max_length=20, blank=True)
    other_names = models.JSONField(default=list, blank=True)
    notes = models.JSONField(default=dict, blank=True, help_text="what a source says of them: profession, personality")
    merged_into = models.ForeignKey("self", on_delete=models.RESTRICT, null=True, blank=True, related_name="+")

    objects = CurrentSpeakers()
    with_merged = models.Manager["Speaker"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "name"], condition=Q(merged_into__isnull=True), name="one_speaker_per_name"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")), name="never_merged_into_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Episode(models.Model):
    """One media file of a series with its subtitles. Times are milliseconds from the start of the file."""

    class State(models.TextChoices):
        PREVIEW = "preview", _("preview")  # uploaded, and nothing imported until a manager has seen the preview
        NEW = "new", _("waiting")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="episodes")
    title = models.CharField(max_length=200)
    licence = models.CharField(max_length=200, blank=True)
    has_laugh_track = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    source = models.ForeignKey(MediaFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    subtitles = models.ForeignKey(MediaFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    playable = models.ForeignKey(MediaFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    peaks = models.ForeignKey(MediaFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    marks = models.ForeignKey(MediaFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    duration_ms = models.PositiveIntegerField(null=True, blank=True)
    playable_ms = models.PositiveIntegerField(
        null=True, blank=True, help_text="end of the playable file while the rest is converted; null: it is complete"
    )
    fps = models.FloatField(null=True, blank=True)
    has_picture = models.BooleanField(default=True)
    has_sound = models.BooleanField(default=True)
    warnings = models.JSONField(default=list, blank=True, help_text="[{code, params}] found while it was brought in")
    file_names = models.JSONField(default=dict, blank=True, help_text="names of the submitted files, by role")
    subtitle_options = models.JSONField(default=dict, blank=True, help_text="options of the reader of subtitles")
    subtitle_report = models.JSONField(
        default=dict, blank=True, help_text="form, encoding, touched (by rule) and remarks of the reading"
    )
    speech_check = models.JSONField(
        default=dict, blank=True, help_text="speech ([start_ms, end_ms], …) that was detected in the sound"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "title"], name="one_episode_per_title"),
            models.UniqueConstraint(
                fields=["series", "source"], condition=Q(source__isnull=False), name="one_episode_per_file"
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(playable__isnull=False, duration_ms__isnull=False),
                name="ready_episode_plays",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} · {self.title}"
