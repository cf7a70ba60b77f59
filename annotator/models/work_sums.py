"""Sums over the work of a large corpus, so that pages need not count it.

Triggers add a `WorkMark` with each change of the work on a dialogue (annotator/models/triggers.py); a job counts the
marked dialogues again and brings the sums up to date (annotator/domain/figures/keeping_sums.py). A mark is only added
and names no count, so annotators who save at the same moment neither wait for each other nor lose a count.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from corpus.models import Corpus


class WorkSums(models.Model):
    """The sums of a corpus. Triggers mark dialogues only while the corpus has this row."""

    writable_while_archived: ClassVar[bool] = True  # derived from other rows

    corpus = models.OneToOneField(Corpus, on_delete=models.CASCADE, related_name="work_sums")
    k = models.PositiveIntegerField(default=0, help_text="annotators per dialogue by which it was counted")
    figures = models.JSONField(default=dict, help_text="name -> sum, see annotator/domain/figures/dialogue_work.py")
    marked_from = models.BigIntegerField(
        null=True,
        help_text="PostgreSQL: number of a transaction; older ones may have marked nothing; 0: they have ended",
    )
    filled_to = models.BigIntegerField(default=0, help_text="primary key; dialogues up to it are counted")
    is_whole = models.BooleanField(default=False, help_text="all dialogues are counted")

    def __str__(self) -> str:
        return f"work of {self.corpus}"


class DialogueWork(models.Model):
    """The part of a dialogue in the sums of its corpus; it stays until the sums are corrected after a deletion."""

    writable_while_archived: ClassVar[bool] = True

    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="+", db_index=False)
    dialogue = models.BigIntegerField(help_text="primary key of a dialogue that may be deleted by now")
    figures = models.JSONField(help_text="name -> count")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["corpus", "dialogue"], name="one_work_per_dialogue")]

    def __str__(self) -> str:
        return f"work on {self.dialogue}"


class WorkMark(models.Model):
    """A change of the work on a dialogue; added by triggers, several for a dialogue, and removed by the job."""

    corpus = models.BigIntegerField(help_text="primary key; no foreign key, which would make each save slower")
    dialogue = models.BigIntegerField(help_text="primary key of a dialogue that may be deleted by now")

    class Meta:
        indexes = [models.Index(fields=["corpus", "dialogue"], name="work_marks")]

    def __str__(self) -> str:
        return f"changed work on {self.dialogue}"
