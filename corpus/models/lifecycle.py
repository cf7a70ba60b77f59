"""Former short names of corpora, permits for deletion, and the record of what was deleted."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corpus.models.append_only import AppendOnlyModel
from corpus.models.corpora import Corpus


class FormerShortName(models.Model):
    """A short name that a corpus had before; it still leads to the corpus, and no other corpus can take it.

    That no other corpus has it as its present name is ensured by triggers, see corpus/models/triggers.py.
    """

    slug = models.SlugField(max_length=60, unique=True)
    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="former_short_names")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.slug


class DeletionPermit(models.Model):
    """The permission of a transaction to delete rows of a corpus for good; checked by triggers.

    No other transaction sees the row, because its transaction removes it again. A transaction that does not remove it
    cannot be committed: `ends` refers to a corpus that never exists, and this is checked at the commit.
    """

    writable_while_archived: ClassVar[bool] = True

    corpus = models.OneToOneField(Corpus, on_delete=models.CASCADE, related_name="+")
    ends = models.ForeignKey(Corpus, on_delete=models.DO_NOTHING, related_name="+")

    def __str__(self) -> str:
        return f"{self.corpus}"


class Deletion(AppendOnlyModel):
    """The record of a deletion: the kind of material, the person, the time and the counts."""

    class Kind(models.TextChoices):
        CORPUS = "corpus", _("corpus")
        SERIES = "series", _("series")
        EPISODE = "episode", _("episode")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    corpus = models.UUIDField(db_index=True, help_text="public id of the corpus")
    name = models.CharField(max_length=400, help_text="short name and title, or title, of what was deleted")
    counts = models.JSONField(help_text="what was deleted: name -> number, and the bytes of its files")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    person_name = models.CharField(max_length=300, help_text="of the person who deleted it, at that time")
    requested_at = models.DateTimeField()
    ended_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["corpus", "series", "episode"]), name="deletion_kind_is_known")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"
