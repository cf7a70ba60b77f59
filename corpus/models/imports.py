"""Imports: the record of each table or published corpus that was imported, and saved mappings of tables."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corpus.models.corpora import Corpus


class Import(models.Model):
    """One import. Its dialogues are hidden until all of them are written, and an undo hides them again first."""

    class State(models.TextChoices):
        PREPARED = "prepared", _("not imported yet")  # a table was uploaded, and its columns are mapped
        WRITING = "writing", _("being imported")
        PUBLISHING = "publishing", _("being published")  # from here on it is completed, never discarded
        PUBLISHED = "published", _("imported")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")
        FAILED = "failed", _("failed")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="imports")
    importer = models.CharField(max_length=60, help_text="name of the importer; `table` for a table")
    name = models.CharField(max_length=255, help_text="of the file or folder, for people")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WRITING)
    mapping = models.TextField(blank=True, help_text="of a table: its mapping as YAML")
    counts = models.JSONField(default=dict, blank=True, help_text="dialogues, utterances and speakers that were read")
    remarks = models.JSONField(default=dict, blank=True, help_text="problem -> number of import remarks")
    created = models.JSONField(
        default=dict, blank=True, help_text="keys of rows that came with it: series, episodes, raters, codebook ..."
    )
    job = models.UUIDField(null=True, blank=True, help_text="public id of the job that writes it")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=["prepared", "writing", "publishing", "published", "undoing", "undone", "failed"]
                ),
                name="import_state_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.importer} {self.name}"


class SavedMapping(models.Model):
    """The mapping of a table under a name, so that the next table of this form needs no second mapping."""

    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="saved_mappings", db_index=False)
    name = models.CharField(max_length=120)
    text = models.TextField(help_text="YAML, see corpus.importers.table.mapping")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["corpus", "name"], name="one_saved_mapping_per_name")]

    def __str__(self) -> str:
        return self.name
