"""Raters, their annotations, and the revisions of annotations.

Every index slows every commit down. So there is no index on a key that begins a constraint's index, and none on the
versions of codebook and guideline, since no query looks rows up by them.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corpus.models.answer_moves import AnswerMove
from corpus.models.append_only import AppendOnlyModel
from corpus.models.codebooks import CodebookVersion, GuidelineVersion
from corpus.models.corpora import Corpus, Membership
from corpus.models.dialogues import Utterance


class Rater(models.Model):
    """The owner of answers: a member, a source (published labels of an imported corpus), or a model."""

    class Kind(models.TextChoices):
        MEMBER = "member", _("member")
        SOURCE = "source", _("source")
        MODEL = "model", _("model")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="raters")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    slug = models.SlugField(max_length=60, help_text="pseudonym in exports; for members annotator-1, annotator-2 ...")
    name = models.CharField(max_length=200, blank=True)
    membership = models.OneToOneField(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="rater")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["corpus", "slug"], name="one_rater_per_slug"),
            models.CheckConstraint(
                condition=Q(kind="member", membership__isnull=False) | (~Q(kind="member") & Q(membership__isnull=True)),
                name="only_members_have_membership",
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class Purpose(models.TextChoices):
    """The purpose of an annotation. Only `main` counts towards k, agreement and releases."""

    MAIN = "main", _("main")
    PILOT = "pilot", _("pilot")
    RELABEL = "relabel", _("relabelling")
    RETEST = "retest", _("retest")
    TRAINING = "training", _("training")
    TEST = "test", _("qualification")
    GOLD = "gold", _("gold")


class Annotation(models.Model):
    """One rater's current answers to one utterance for one purpose: a copy of the newest revision.

    Agreement reads the answers that were handed in first. They are stored here as well once later ones differ from
    them; an edit of the utterance withdraws their codes, since they were about another text.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    rater = models.ForeignKey(Rater, on_delete=models.PROTECT, related_name="annotations", db_index=False)
    utterance = models.ForeignKey(Utterance, on_delete=models.PROTECT, related_name="annotations")
    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.MAIN)
    codebook = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    answers = models.JSONField(
        null=True, help_text="question slug -> value, see corpus.rules.codebook; null: withdrawn by undo"
    )
    codes = models.BinaryField(
        null=True, help_text="the answers as small integers, see corpus.rules.codebook.codes; null: withdrawn"
    )
    number = models.PositiveIntegerField(help_text="of the revision these answers come from")
    first_number = models.PositiveIntegerField(
        null=True, blank=True, help_text="of the revision that was handed in first; null: it is the newest one"
    )
    first_codes = models.BinaryField(null=True, blank=True, help_text="the codes of that revision")
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rater", "utterance", "purpose"], name="one_annotation_per_rater"),
            models.CheckConstraint(
                condition=Q(first_number__isnull=True, first_codes__isnull=True)
                | Q(first_number__lte=F("number"), first_codes__isnull=False)
                | Q(first_number__lte=F("number"), codes__isnull=True),
                name="first_answers_are_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rater} on {self.utterance}"


class Revision(AppendOnlyModel):
    """One committed state of an annotation; append-only."""

    class Cause(models.TextChoices):
        COMMIT = "commit", _("committed")
        UNDO = "undo", _("undone")
        IMPORT = "import", _("imported")
        CORRECT = "correct", _("corrected")  # by its annotator, after the dialogue was handed in
        REOPEN = "reopen", _("asked again")  # the utterance was edited: withdrawn until its annotator answers again
        # moved to another codebook version, or back; without answers if its annotator has to answer again
        MIGRATION = "migration", _("moved")
        CARRIED = "carried", _("taken over")  # from the first round into a second one that asks other utterances
        ASKED = "asked", _("asked once more")  # by another second round: withdrawn until its annotator answers again

    # an utterance with one of these on a day counts as answered on that day, on every page
    ANSWERING: ClassVar[tuple[str, ...]] = (Cause.COMMIT, Cause.CORRECT)

    class Reason(models.TextChoices):
        """The reason for a correction."""

        SLIP = "slip", _("wrong key")
        MISREAD = "misread", _("misread or misheard")
        CONTEXT = "context", _("context understood later")
        GUIDELINE = "guideline", _("guideline understood better")
        OTHER = "other", _("another reason")

    class Shortcut(models.TextChoices):
        """The single key that answered every question; such answers may depend on more than the utterance."""

        NONE = "", _("none")
        ALL_DEFAULT = "all_default", _("all default")
        SAME_AS_PREVIOUS = "same_as_previous", _("same as previous")

    annotation = models.ForeignKey(Annotation, on_delete=models.PROTECT, related_name="revisions", db_index=False)
    number = models.PositiveIntegerField(help_text="from 1 within the annotation")
    cause = models.CharField(max_length=9, choices=Cause.choices)
    answers = models.JSONField(null=True)
    raw = models.JSONField(null=True, blank=True, help_text="a source's own values, before they were mapped")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    codebook = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    guideline = models.ForeignKey(
        GuidelineVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    assignment = models.UUIDField(null=True, blank=True, help_text="public id of the assignment it was made under")
    operation = models.UUIDField(null=True, blank=True, help_text="id the browser gave it; applied at most once")
    active_ms = models.PositiveIntegerField(default=0)
    played_ms = models.PositiveIntegerField(default=0)
    opened = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="utterances of the dialogue that were open to its annotator by then"
    )
    shortcut = models.CharField(max_length=16, choices=Shortcut.choices, default=Shortcut.NONE, blank=True)
    correction = models.JSONField(
        null=True, blank=True, help_text="of a correction: its reason, one of `Reason`, and a comment"
    )
    move = models.ForeignKey(
        AnswerMove,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="of a migration: the move with the mapping",
    )
    moved_from = models.PositiveIntegerField(
        null=True, blank=True, help_text="of a migration: number of the revision whose answers it moved"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(cause="correct", correction__isnull=False)
                | (~Q(cause="correct") & Q(correction__isnull=True)),
                name="correction_has_reason",
            ),
            models.UniqueConstraint(fields=["annotation", "number"], name="one_revision_per_number"),
            models.UniqueConstraint(
                fields=["operation"], condition=Q(operation__isnull=False), name="one_revision_per_operation"
            ),
        ]
        indexes = [models.Index(fields=["author", "created_at"], name="revisions_of_a_day")]

    def __str__(self) -> str:
        return f"{self.annotation} #{self.number}"
