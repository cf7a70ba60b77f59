"""Adjudication: settings, the queue with its cases, holds of adjudicators, and their late work.

The queue is computed from the annotations by a job (agreement/domain/adjudication/queue). A claim reads the index of
`CaseRank` alone.
"""

from __future__ import annotations

import secrets
import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreement.models.default_reasons import default_reasons
from corpus.models import CodebookVersion, Corpus, Membership, Utterance

FLAG, FINDING, SCORE = "flag", "finding", "score"  # orders of the queue
SUSPICIOUS = Q(ranks__has_any_keys=[FLAG, FINDING])  # of a case: something speaks against its answers
OPEN_STATES = ("idle", "waiting")


def new_adjudication_seed() -> str:
    """Return a secret seed, so that no one can predict the draws."""
    return secrets.token_hex(16)


class AdjudicationSettings(models.Model):
    """Settings of a corpus's adjudication. No row: the defaults."""

    corpus = models.OneToOneField(Corpus, on_delete=models.CASCADE, related_name="adjudication")
    blind_percent = models.PositiveSmallIntegerField(
        default=10, help_text="cases that are decided before the answers are shown, in percent"
    )
    double_percent = models.PositiveSmallIntegerField(
        default=5, help_text="cases that two adjudicators decide, in percent; some of the blind ones"
    )
    audit_percent = models.PositiveSmallIntegerField(
        default=5, help_text="utterances with unanimous or majority answers that are audited, in percent"
    )
    reasons = models.JSONField(
        default=default_reasons,
        blank=True,
        help_text="reasons for an own decision: a list of slug and texts by language",
    )
    feedback_allowed = models.BooleanField(
        default=False, help_text="whether annotators see where a decision differs from their answers"
    )
    seed = models.CharField(
        max_length=32,
        default=new_adjudication_seed,
        editable=False,
        help_text="secret; determines which cases are blind, double and audited",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(blind_percent__lte=100, audit_percent__lte=100, double_percent__lte=F("blind_percent")),
                name="adjudication_shares_in_range",
            )
        ]

    def __str__(self) -> str:
        return f"adjudication of {self.corpus}"


class AdjudicationQueue(models.Model):
    """The state from which the queue of a corpus was computed. No row: it was never computed."""

    corpus = models.OneToOneField(Corpus, on_delete=models.CASCADE, related_name="adjudication_queue")
    codebook = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    frequencies = models.JSONField(help_text="how often each answer was given, and the scores of the orders")
    read_until = models.DateTimeField(help_text="annotations of dialogues finished by then are in the queue")
    built_at = models.DateTimeField(default=timezone.now, help_text="when all cases were last computed")

    def __str__(self) -> str:
        return f"queue of {self.corpus}"


class CaseQuerySet(models.QuerySet["AdjudicationCase"]):
    """Queries of cases that several modules need."""

    def acceptable(self, agreement: str) -> CaseQuerySet:
        """Return the cases of an agreement whose consensus can be accepted in bulk now."""
        held = CaseHold.objects.filter(case=OuterRef("pk"), state=CaseHold.State.OPEN)
        return self.filter(
            ~SUSPICIOUS,
            ~Exists(held),
            agreement=agreement,
            state__in=OPEN_STATES,
            consensus__isnull=False,
            is_stale=False,
        )

    def held_back(self, agreement: str) -> CaseQuerySet:
        """Return the open cases of an agreement that are not accepted because of a flag or a finding."""
        return self.filter(SUSPICIOUS, agreement=agreement, state__in=OPEN_STATES)

    def audited(self) -> CaseQuerySet:
        """Return the audited cases that are decided and in nobody's hands any more: until then nobody may know them."""
        held = CaseHold.objects.filter(case=OuterRef("pk"), state=CaseHold.State.OPEN)
        return self.filter(~Exists(held), is_audit=True, state="decided", first_free=False, second_free=False)


class AdjudicationCase(models.Model):
    """An utterance whose annotations are complete: how far they agree, and its place in the queue.

    What was drawn at random about it depends on the seed of the corpus and the utterance alone.
    """

    class Agreement(models.TextChoices):
        UNANIMOUS = "unanimous", _("unanimous")
        MAJORITY = "majority", _("majority")
        SPLIT = "split", _("no majority")
        SINGLE = "single", _("one annotator alone")

    class State(models.TextChoices):
        IDLE = "idle", _("not in the queue")
        WAITING = "waiting", _("in the queue")
        DECIDED = "decided", _("decided")
        ACCEPTED = "accepted", _("accepted as consensus")

    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="+", db_index=False)
    utterance = models.OneToOneField(Utterance, on_delete=models.CASCADE, related_name="case")
    agreement = models.CharField(max_length=9, choices=Agreement.choices)
    state = models.CharField(max_length=8, choices=State.choices)
    raters = models.PositiveSmallIntegerField(help_text="number of annotations that count")
    disagreement = models.FloatField(help_text="see agreement.domain.adjudication.queue.disagreement")
    differing = models.JSONField(default=list, blank=True, help_text="slugs of the questions answered differently")
    codebook = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    consensus = models.BinaryField(
        null=True, help_text="codes of the unanimous or majority answers; null: some question has none"
    )
    ranks = models.JSONField(default=dict, blank=True, help_text="order -> score, for its rows in `CaseRank`")
    first_free = models.BooleanField(default=False, help_text="an adjudicator can take it")
    second_free = models.BooleanField(default=False, help_text="a second adjudicator can take it")
    is_blind = models.BooleanField(default=False)
    is_double = models.BooleanField(default=False)
    is_audit = models.BooleanField(default=False)
    is_stale = models.BooleanField(default=False, help_text="an annotation was added or changed since; see the trigger")

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(is_double=False) | Q(is_blind=True), name="double_case_is_blind"),
            models.CheckConstraint(condition=Q(second_free=False) | Q(is_double=True), name="only_double_has_second"),
        ]
        indexes = [
            models.Index(fields=["corpus", "agreement", "state"], name="cases_by_agreement"),
            models.Index(fields=["corpus"], condition=Q(is_stale=True), name="stale_cases"),
            models.Index(fields=["corpus"], condition=Q(is_audit=True), name="audited_cases"),
            models.Index(fields=["corpus"], condition=Q(is_blind=True), name="blind_cases"),
        ]

    def __str__(self) -> str:
        return f"case {self.utterance}"


class CaseRank(models.Model):
    """A free place of a case in one order of the queue. Deleted when the place is taken."""

    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="+", db_index=False)
    case = models.ForeignKey(AdjudicationCase, on_delete=models.CASCADE, related_name="rank_rows", db_index=False)
    place = models.PositiveSmallIntegerField(default=1, help_text="2: for a second adjudicator")
    order = models.CharField(
        max_length=90, help_text="`disagreement`, `flag`, `finding`, `score`, or `question:` and a slug"
    )
    score = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "place", "order"], name="one_rank_per_order"),
            models.CheckConstraint(condition=Q(place__in=[1, 2]), name="rank_place_is_1_or_2"),
        ]
        indexes = [models.Index(F("corpus"), F("order"), F("score").desc(), F("id"), name="ranks_in_order")]

    def __str__(self) -> str:
        return f"{self.case} {self.order} {self.score}"


class CaseHold(models.Model):
    """An adjudicator's hold on a case, with lease and token; one row per adjudicator and case."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        DONE = "done", _("done")
        RELEASED = "released", _("released")  # skipped, taken over, or opened again for everybody

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(AdjudicationCase, on_delete=models.CASCADE, related_name="holds", db_index=False)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="holds", db_index=False)
    codebook = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    place = models.PositiveSmallIntegerField(default=1)
    order = models.CharField(max_length=90, blank=True, help_text="of the queue; empty: the adjudicator chose the case")
    blind = models.BooleanField(default=False, help_text="decided before the answers are shown")
    revealed_at = models.DateTimeField(null=True, blank=True, help_text="when the answers were shown")
    seen = models.CharField(max_length=64, blank=True, help_text="digest of the annotations that were shown")
    token = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    is_skipped = models.BooleanField(default=False, help_text="released by its adjudicator without a decision")
    lease_until = models.DateTimeField()
    claimed_at = models.DateTimeField(default=timezone.now)
    heartbeat_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "membership"], name="never_two_places_for_one"),
            models.UniqueConstraint(
                fields=["case", "place"], condition=Q(state__in=["open", "done"]), name="one_holder_per_place"
            ),
            models.CheckConstraint(condition=Q(place__in=[1, 2]), name="hold_place_is_1_or_2"),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True) | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="ended_hold_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["membership", "claimed_at"], condition=Q(state="open"), name="open_holds_of_member"),
            models.Index(fields=["lease_until"], condition=Q(state="open"), name="lease_of_open_hold"),
        ]

    def __str__(self) -> str:
        return f"{self.membership} on {self.case}"


class LateDecision(models.Model):
    """An operation under a superseded token: stored for the manager to apply or discard, never deleted."""

    never_deleted: ClassVar[bool] = True  # see corpus/models/triggers.py

    class State(models.TextChoices):
        WAITING = "waiting", _("to be reviewed")
        APPLIED = "applied", _("applied")
        DISCARDED = "discarded", _("discarded")

    hold = models.ForeignKey(CaseHold, on_delete=models.CASCADE, related_name="late_decisions")
    operation = models.UUIDField(unique=True)
    token = models.PositiveIntegerField()
    payload = models.JSONField(help_text="the operation as the browser sent it")
    received_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, help_text="why it was discarded")

    def __str__(self) -> str:
        return f"{self.hold} {self.operation}"


class LabelScore(models.Model):
    """The error score of one label: the probability that it is wrong, computed by a model outside of Concord.

    A control was drawn at random and has the score of a suspected label, so that nobody can tell them apart by their
    places in the queue. See agreement/domain/label_scores.py.
    """

    utterance = models.ForeignKey(Utterance, on_delete=models.CASCADE, related_name="label_scores", db_index=False)
    question = models.CharField(max_length=80, help_text="slug of the task or link")
    source = models.CharField(max_length=60, help_text="name of whatever computed it")
    score = models.FloatField(help_text="from 0 to 1; the higher, the more likely wrong")
    is_control = models.BooleanField(
        default=False, help_text="drawn at random among the labels that nothing speaks against"
    )
    label = models.JSONField(null=True, blank=True, help_text="the label that was judged")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["utterance", "question", "source"], name="one_label_score_per_source"),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=1), name="label_score_is_a_share"),
        ]

    def __str__(self) -> str:
        return f"{self.utterance} {self.question} {self.score}"
