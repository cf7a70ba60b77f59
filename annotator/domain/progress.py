"""How far the labelling of a corpus is, for its manager."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Least

from annotator.models import Assignment, SetAside
from corpus.models import Annotation, Corpus, Dialogue, Purpose, Rater, Revision

OPEN, DONE = Assignment.State.OPEN, Assignment.State.DONE
MAIN = Q(assignments__purpose=Purpose.MAIN)


@dataclass(frozen=True, slots=True)
class Totals:
    """`filled` of `places` judgements are finished; `complete` of `dialogues` have all k of theirs."""

    dialogues: int
    complete: int
    places: int
    filled: int

    @property
    def percent(self) -> int:
        """Share of the judgements that are finished, rounded down: 100 means all."""
        return 100 * self.filled // self.places if self.places else 0


def k_of(corpus: Corpus) -> int:
    """Return how many people judge each dialogue; 0 while there is no codebook to say so."""
    return corpus.codebook.rules().policy.k if corpus.codebook else 0


def dialogues(*, corpus: Corpus) -> QuerySet[Dialogue]:
    """Return the ready dialogues in order, each with `done` and `open` assignments."""
    return (
        Dialogue.objects.filter(corpus=corpus, state=Dialogue.State.READY)
        .annotate(
            done=Count("assignments", filter=MAIN & Q(assignments__state=DONE)),
            open=Count("assignments", filter=MAIN & Q(assignments__state=OPEN)),
        )
        .order_by("order")
    )


def totals(*, corpus: Corpus) -> Totals:
    """Return the sums over all ready dialogues; more than k judgements of one (k was higher once) count as k."""
    k = k_of(corpus)
    sums = dialogues(corpus=corpus).aggregate(
        count=Count("pk"),
        complete=Count("pk", filter=Q(done__gte=k)),
        filled=Coalesce(Sum(Least(F("done"), Value(k))), 0),
    )
    return Totals(sums["count"], sums["complete"] if k else 0, sums["count"] * k, sums["filled"])


def people(*, corpus: Corpus) -> QuerySet[Rater]:
    """Return the annotators with `done` and `open` dialogues, `labelled` utterances and `active_ms` of work."""
    labelled = Annotation.objects.filter(rater=OuterRef("pk"), purpose=Purpose.MAIN, answers__isnull=False)
    revisions = Revision.objects.filter(annotation__rater=OuterRef("pk"))
    return (
        Rater.objects.filter(corpus=corpus, kind=Rater.Kind.MEMBER)
        .select_related("membership__user")
        .annotate(
            done=Count("assignments", filter=MAIN & Q(assignments__state=DONE)),
            open=Count("assignments", filter=MAIN & Q(assignments__state=OPEN)),
            labelled=_per_rater(labelled.values("rater"), Count("pk")),
            active_ms=_per_rater(revisions.values("annotation__rater"), Sum("active_ms")),
        )
        .order_by("pk")
    )


def held(*, corpus: Corpus) -> QuerySet[Assignment]:
    """Return the assignments somebody holds now, the longest silent first."""
    return (
        Assignment.objects.filter(rater__corpus=corpus, state=OPEN)
        .select_related("rater__membership__user", "dialogue")
        .order_by("heartbeat_at")
    )


def set_aside(*, corpus: Corpus) -> QuerySet[SetAside]:
    """Return the work that came too late and still waits for the manager."""
    return SetAside.objects.filter(assignment__rater__corpus=corpus, state=SetAside.State.WAITING)


def _per_rater(rows: QuerySet[Any, Any], figure: Count | Sum) -> Coalesce:
    """Return a figure over rows grouped by rater; apart from the query around it, whose joins would multiply it."""
    return Coalesce(Subquery(rows.order_by().annotate(figure=figure).values("figure")), 0, output_field=IntegerField())
