"""Feedback: where decisions differ from the answers of an annotator, after the batch is closed, without names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from agreement.domain.adjudication.settings import settings_of
from agreement.models import Decision, DecisionRevision, Outcome, ShownFeedback
from agreement.models.feedback import annotations_of_phase
from annotator.domain.labelling.corrections import to_be_repeated
from annotator.models import Assignment
from common.errors import Refused
from corpus.domain.structure.archiving import require_writable
from corpus.models import Annotation, Corpus, Purpose, Rater


@dataclass(frozen=True)
class Difference:
    """An answer of an annotator that differs from the decision.

    Attributes:
        question: slug of the task or link.
        given: the annotator's answer.
        decided: the answer of the decision.
    """

    question: str
    given: Any
    decided: Any


@dataclass(frozen=True)
class Feedback:
    """An annotation with the decision on its utterance.

    Attributes:
        annotation: of the annotator, with utterance, dialogue and episode.
        decision: on the same utterance.
        differences: in the order of the codebook.
        reason: slug of the corpus's list, or empty.
        comment: of the adjudicator.
    """

    annotation: Annotation
    decision: Decision
    differences: list[Difference]
    reason: str
    comment: str


def annotations_with_feedback(rater: Rater) -> QuerySet[Annotation]:
    """Return the annotations of a person that differ from a decision and may be shown with it, the newest first.

    Their batch must be closed, and the person must not be about to answer the dialogue again.

    Args:
        rater: of a corpus that allows feedback; for others there is none.
    """
    if not settings_of(rater.corpus).feedback_allowed:
        return Annotation.objects.none()
    repeated = to_be_repeated(rater).filter(dialogue=OuterRef("utterance__dialogue"))
    finished = Assignment.objects.filter(
        rater=rater,
        dialogue=OuterRef("utterance__dialogue"),
        purpose=Purpose.MAIN,
        state=Assignment.State.DONE,
        slot__batch__closed_at__isnull=False,
    )
    decided = Annotation.objects.filter(
        rater=rater, purpose=Purpose.MAIN, answers__isnull=False, utterance__decision__outcome=Outcome.PROFILE
    )
    # answers under two versions of the codebook cannot be compared as a whole
    comparable = decided.filter(codebook=F("utterance__decision__codebook"))
    return (
        comparable.exclude(codes=F("utterance__decision__codes"))
        .filter(Exists(finished), ~Exists(repeated))
        .select_related("utterance__dialogue__series", "utterance__dialogue__episode", "utterance__speaker")
        .select_related("utterance__decision__codebook")
        .order_by("-utterance__decision__updated_at", "-pk")
    )


@transaction.atomic
def show_feedback(*, rater: Rater, annotations: Sequence[Annotation], now: datetime) -> list[Feedback]:
    """Return feedback on annotations, and record that the person has seen it.

    Args:
        rater: the person.
        annotations: some of `annotations_with_feedback`.
        now: the moment.

    Raises:
        Refused: `adjudication.no_feedback`, the corpus does not allow it; `corpus.archived`.
    """
    if not settings_of(rater.corpus).feedback_allowed:
        raise Refused("adjudication.no_feedback")
    require_writable(rater.corpus)
    decisions = [each.utterance.decision for each in annotations]
    made = DecisionRevision.objects.filter(decision__in=decisions, number=F("decision__number"))
    why = {each.decision_id: each for each in made}
    ShownFeedback.objects.bulk_create(
        [ShownFeedback(rater=rater, decision=each, number=each.number, shown_at=now) for each in decisions],
        ignore_conflicts=True,
    )
    return [_feedback(each, why[each.utterance.decision.pk]) for each in annotations]


def _feedback(annotation: Annotation, revision: DecisionRevision) -> Feedback:
    decision: Decision = annotation.utterance.decision
    given, decided = annotation.answers or {}, decision.answers or {}
    differences = [
        Difference(question.slug, given.get(question.slug), decided.get(question.slug))
        for question in decision.codebook.rules().questions
        if given.get(question.slug) != decided.get(question.slug)
    ]
    return Feedback(annotation, decision, differences, revision.reason, revision.comment)


@dataclass(frozen=True)
class Phase:
    """Annotations of one phase, compared with decisions.

    Attributes:
        same: annotations whose first answers are those of the decision.
        compared: all that can be compared with a decision.
    """

    same: int
    compared: int

    @property
    def share(self) -> float | None:
        """Share of the annotations that equal the decision; None if there is none to compare."""
        return self.same / self.compared if self.compared else None


def phases(corpus: Corpus) -> tuple[Phase, Phase] | None:
    """Return how often annotators answered as was decided, before and after they first saw feedback.

    Only annotators who have seen feedback count, with the answers they handed in first; see `annotations_of_phase`.

    Returns:
        None if nobody has seen feedback.
    """
    if not ShownFeedback.objects.filter(rater__corpus=corpus).exists():
        return None
    before, after = (
        Phase(
            same=annotations_of_phase(corpus, is_after=is_after, is_same=True).count(),
            compared=annotations_of_phase(corpus, is_after=is_after).count(),
        )
        for is_after in (False, True)
    )
    return before, after
