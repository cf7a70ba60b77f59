"""Labelling progress of a corpus, for its manager."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Least
from django.db.models.lookups import GreaterThan

from annotator.models import Assignment, LateOperation, Slot
from corpus.models import Annotation, Corpus, Dialogue, Purpose, Rater, Revision

OPEN, DONE = Assignment.State.OPEN, Assignment.State.DONE
HELD, FINISHED = Slot.State.HELD, Q(state=Slot.State.DONE)


@dataclass(frozen=True, slots=True)
class Totals:
    """`filled` of `slots` are finished; `complete` of `dialogues` have all their slots finished."""

    dialogues: int
    complete: int
    slots: int
    filled: int

    @property
    def percent(self) -> int:
        """Percentage of finished slots, rounded down: 100 means all."""
        return 100 * self.filled // self.slots if self.slots else 0


def k_of(corpus: Corpus) -> int:
    """Return the number of people who judge each dialogue; 0 without a codebook."""
    return corpus.codebook.rules().policy.k if corpus.codebook else 0


def ready(*, corpus: Corpus) -> QuerySet[Dialogue]:
    """Return the ready dialogues in order."""
    return Dialogue.objects.filter(corpus=corpus, state=Dialogue.State.READY).order_by("order")


def dialogues(*, corpus: Corpus, only: Sequence[Dialogue]) -> QuerySet[Dialogue]:
    """Return a page of the ready dialogues with their `done` and `open` slots and the target `k`."""
    slots = Slot.objects.filter(dialogue=OuterRef("pk"), purpose=Purpose.MAIN).values("dialogue").order_by()
    integer = {"output_field": IntegerField()}
    return (
        ready(corpus=corpus)
        .filter(pk__in=[each.pk for each in only])
        .annotate(
            done=Coalesce(Subquery(slots.annotate(n=Count("pk", filter=FINISHED)).values("n")), 0, **integer),
            open=Coalesce(Subquery(slots.annotate(n=Count("pk", filter=Q(state=HELD))).values("n")), 0, **integer),
            k=Coalesce(Subquery(slots.annotate(n=_wanted(k_of(corpus))).values("n")), k_of(corpus), **integer),
        )
    )


def totals(*, corpus: Corpus) -> Totals:
    """Return the sums over all ready dialogues.

    A dialogue in a batch of a manager has the slots that it was given there; any other has k. Extra judgements, from a
    time when k was higher, are not counted.
    """
    k = k_of(corpus)
    count = ready(corpus=corpus).count()
    if not k:
        return Totals(count, 0, 0, 0)
    dealt = (
        Slot.objects.filter(purpose=Purpose.MAIN, dialogue__in=ready(corpus=corpus).order_by())
        .values("dialogue")
        .annotate(done=Count("pk", filter=FINISHED), wanted=_wanted(k))
        .order_by()
    )
    sums = dealt.aggregate(
        count=Count("*"),  # a named column would be added to the GROUP BY
        slots=Coalesce(Sum("wanted"), 0),
        complete=Coalesce(Sum(Case(When(done__gte=F("wanted"), then=1), default=0)), 0),
        filled=Coalesce(Sum(Least(F("done"), F("wanted"))), 0),
    )
    return Totals(count, sums["complete"], sums["slots"] + k * (count - sums["count"]), sums["filled"])


def people(*, corpus: Corpus) -> QuerySet[Rater]:
    """Return the annotators with `done` and `open` dialogues, `labelled` utterances and `active_ms` of work."""
    judged = Assignment.objects.filter(rater=OuterRef("pk"), purpose=Purpose.MAIN).values("rater")
    labelled = Annotation.objects.filter(rater=OuterRef("pk"), purpose=Purpose.MAIN, answers__isnull=False)
    revisions = Revision.objects.filter(annotation__rater=OuterRef("pk"))
    return (
        Rater.objects.filter(corpus=corpus, kind=Rater.Kind.MEMBER)
        .select_related("membership__user", "work_plan")
        .annotate(
            done=_per_rater(judged.filter(state=DONE), Count("pk")),
            open=_per_rater(judged.filter(state=OPEN), Count("pk")),
            labelled=_per_rater(labelled.values("rater"), Count("pk")),
            active_ms=_per_rater(revisions.values("annotation__rater"), Sum("active_ms")),
        )
        .order_by("pk")
    )


def open_assignments(*, corpus: Corpus) -> QuerySet[Assignment]:
    """Return the open assignments, the longest inactive first."""
    return (
        Assignment.objects.filter(rater__corpus=corpus, state=OPEN)
        .select_related("rater__membership__user", "dialogue")
        .order_by("heartbeat_at")
    )


def late_operations(*, corpus: Corpus) -> QuerySet[LateOperation]:
    """Return the late work that the manager has not settled."""
    return LateOperation.objects.filter(assignment__rater__corpus=corpus, state=LateOperation.State.WAITING)


def _wanted(k: int) -> Case:
    """Return the target number of judgements of a dialogue, over its main slots."""
    of_manager = Count("pk", filter=Q(batch__is_automatic=False))
    # After a batch is dissolved, the automatic batch may have more slots than it gives out.
    given_out = Count("pk", filter=~Q(state=Slot.State.FREE, batch__is_automatic=True, number__gt=k))
    return Case(When(GreaterThan(of_manager, 0), then=given_out), default=Value(k))


def _per_rater(rows: QuerySet[Any, Any], figure: Count | Sum) -> Coalesce:
    """Return an aggregate over rows grouped by rater, as a subquery for each person.

    A join in the outer query would multiply the rows and compute the aggregate for each of them.
    """
    return Coalesce(Subquery(rows.order_by().annotate(figure=figure).values("figure")), 0, output_field=IntegerField())
