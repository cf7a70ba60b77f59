"""Decisions that annotators have seen beside their own answers."""

from __future__ import annotations

from django.db import models
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from agreement.models.decisions import Decision, Outcome
from corpus.models import Annotation, Corpus, Purpose, Rater, Revision


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
    shown = ShownFeedback.objects.filter(rater=OuterRef("rater")).order_by("shown_at").values("shown_at")[:1]
    made = Revision.objects.filter(annotation=OuterRef("pk"), number=1).values("created_at")[:1]
    rows = Annotation.objects.filter(
        rater__in=Rater.objects.filter(corpus=corpus, pk__in=ShownFeedback.objects.values("rater")),
        purpose=Purpose.MAIN,
        answers__isnull=False,
        utterance__decision__outcome=Outcome.PROFILE,
        codebook=F("utterance__decision__codebook"),
    ).alias(began=Subquery(shown), made=Subquery(made))
    rows = rows.filter(made__gt=F("began")) if is_after else rows.filter(made__lte=F("began"))
    decided = F("utterance__decision__codes")
    return rows.filter(Q(first_codes__isnull=True, codes=decided) | Q(first_codes=decided)) if is_same else rows
