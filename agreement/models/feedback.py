"""Decisions that annotators have seen beside their own answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from agreement.models.decisions import Decision, Outcome
from corpus.models import Annotation, Corpus, Purpose, Rater, Revision

SAVING = timedelta(hours=1)  # longer than from the time of an annotation to that of its revision


class ShownFeedback(models.Model):
    """A decision that an annotator has seen. Their first one begins a new phase: they answer with this knowledge."""

    rater = models.ForeignKey(Rater, on_delete=models.CASCADE, related_name="shown_feedback", db_index=False)
    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveIntegerField(help_text="of the revision of the decision")
    shown_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rater", "decision", "number"], name="feedback_recorded_once"),
        ]

    def __str__(self) -> str:
        return f"{self.decision} shown to {self.rater}"


def annotations_of_phase(corpus: Corpus, *, is_after: bool, is_same: bool = False) -> QuerySet[Annotation]:
    """Return the annotations of people who have seen feedback that can be compared with a decision.

    An annotation belongs to the phase after feedback if its first revision is later than the first feedback that its
    annotator saw.

    Args:
        corpus: of the people.
        is_after: after they first saw feedback, or before.
        is_same: only those whose answers that were handed in first are those of the decision.
    """
    began = dict(
        ShownFeedback.objects.filter(rater__corpus=corpus).order_by().values_list("rater").annotate(Min("shown_at"))
    )
    first = Revision.objects.filter(annotation=OuterRef("pk"), number=1)
    phases: Any = Q(pk__in=[])
    for rater, shown_at in began.items():
        if is_after:  # what was not changed since is recognized without its revisions
            phases |= Q(rater=rater, updated_at__gt=shown_at - SAVING) & Exists(first.filter(created_at__gt=shown_at))
        else:
            phases |= Q(rater=rater) & Exists(first.filter(created_at__lte=shown_at))
    rows = Annotation.objects.filter(
        phases,
        rater__in=list(began),
        purpose=Purpose.MAIN,
        answers__isnull=False,
        utterance__decision__outcome=Outcome.PROFILE,
        codebook=F("utterance__decision__codebook"),
    )
    decided = F("utterance__decision__codes")
    return rows.filter(Q(first_codes__isnull=True, codes=decided) | Q(first_codes=decided)) if is_same else rows
