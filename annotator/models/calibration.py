"""Calibration: dialogues with known answers, and the results of people in them."""

from __future__ import annotations

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotator.models.assignments import Assignment
from corpus.models import AnswerMove, CodebookVersion, Corpus, Dialogue, Purpose, Rater, Utterance
from corpus.models.append_only import AppendOnlyModel


def new_seed() -> str:
    """Return a secret seed, so that no one can predict the draws."""
    return secrets.token_hex(16)


class Calibration(models.Model):
    """Training, test and hidden gold of a corpus. No row: no calibration."""

    corpus = models.OneToOneField(Corpus, on_delete=models.CASCADE, related_name="calibration")
    has_training = models.BooleanField(default=False)
    has_test = models.BooleanField(default=False)
    pass_percent = models.PositiveSmallIntegerField(
        default=80, help_text="acceptable answers, in percent of the scored ones"
    )
    attempts = models.PositiveSmallIntegerField(default=2, help_text="each with its own test set")
    has_gold = models.BooleanField(default=False)
    gold_percent = models.PositiveSmallIntegerField(default=5, help_text="percentage of the dialogues of a person")
    seed = models.CharField(
        max_length=32, default=new_seed, editable=False, help_text="secret; determines when gold is given out"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(pass_percent__range=(1, 100), gold_percent__range=(1, 50), attempts__gte=1),
                name="calibration_in_range",
            )
        ]

    def __str__(self) -> str:
        return f"calibration of {self.corpus}"


class AnswerSet(AppendOnlyModel):
    """A version of the acceptable answers to an utterance. A result refers to one version."""

    class Origin(models.TextChoices):
        UNANIMOUS = "unanimous", _("all experts agree")
        EXPERTS = "experts", _("each expert's answer")
        TYPED = "typed", _("written by hand")
        MOVED = "moved", _("moved to another codebook version")
        DECIDED = "decided", _("decided by an adjudicator")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    utterance = models.ForeignKey(Utterance, on_delete=models.PROTECT, related_name="answer_sets")
    version = models.PositiveIntegerField(help_text="from 1 within the utterance")
    codebook = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="+")
    acceptable = models.JSONField(
        help_text="question slug -> list of acceptable answers; a missing question is not scored"
    )
    reasons = models.JSONField(help_text="question slug, or '' for the utterance -> reason")
    origin = models.CharField(max_length=9, choices=Origin.choices)
    raters = models.JSONField(default=list, help_text="slugs of the experts whose answers it contains")
    move = models.ForeignKey(
        AnswerMove,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="the move of answers that made it from the version before",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["utterance", "version"], name="one_answer_set_per_version")]

    def __str__(self) -> str:
        return f"answers to {self.utterance} v{self.version}"


class CalibrationDialogue(models.Model):
    """A dialogue used for training, test or gold. `part` is the number of the test set; each is one attempt."""

    USES = (Purpose.TRAINING, Purpose.TEST, Purpose.GOLD)

    dialogue = models.OneToOneField(Dialogue, on_delete=models.CASCADE, related_name="calibration")
    use = models.CharField(max_length=8, choices=[(use.value, use.label) for use in USES])
    part = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(use="test", part__gte=1) | Q(part=1), name="only_tests_have_parts"),
            models.CheckConstraint(condition=Q(use__in=["training", "test", "gold"]), name="use_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.dialogue} for {self.use}"


class Qualification(models.Model):
    """The decision of a manager or a passed test about a person. No row: no decision yet."""

    rater = models.OneToOneField(Rater, on_delete=models.CASCADE, related_name="qualification")
    qualified_at = models.DateTimeField(null=True, blank=True)
    let_through_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="null: passed the test",
    )
    forgiven = models.PositiveIntegerField(default=0, help_text="attempts up to this number do not count any more")

    def __str__(self) -> str:
        return f"qualification of {self.rater}"


class Attempt(AppendOnlyModel):
    """A finished qualification test, with the pass mark of that time."""

    rater = models.ForeignKey(Rater, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField(help_text="from 1 within the rater")
    part = models.PositiveSmallIntegerField(help_text="the test set")
    right = models.PositiveIntegerField()
    judged = models.PositiveIntegerField()
    pass_percent = models.PositiveSmallIntegerField()
    passed = models.BooleanField()
    ended_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rater", "number"], name="one_attempt_per_number"),
            models.UniqueConstraint(fields=["rater", "part"], name="one_attempt_per_test_set"),
        ]

    def __str__(self) -> str:
        return f"{self.rater} attempt {self.number}"


class Result(AppendOnlyModel):
    """Score of a calibration dialogue when it was first finished."""

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="result")
    rater = models.ForeignKey(Rater, on_delete=models.PROTECT, related_name="results")
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    right = models.PositiveIntegerField(help_text="acceptable answers")
    judged = models.PositiveIntegerField(help_text="answers to questions in the answer set")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["rater", "purpose", "created_at"], name="results_of_a_person")]

    def __str__(self) -> str:
        return f"{self.assignment}: {self.right}/{self.judged}"


class ResultItem(AppendOnlyModel):
    """The answers to one utterance, and the answer set by which they were scored."""

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="items")
    answer_set = models.ForeignKey(AnswerSet, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField()
    verdicts = models.JSONField(
        help_text="question slug -> whether the answer was acceptable; unscored questions are missing"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["result", "answer_set"], name="one_item_per_utterance")]

    def __str__(self) -> str:
        return f"{self.result} {self.answer_set}"
