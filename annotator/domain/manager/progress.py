"""Work under way in a corpus, for its manager; the figures are those of `annotator.domain.figures`."""

from django.db.models import QuerySet

from annotator.domain.figures.own_work import people_with_work
from annotator.models import Assignment, LateOperation
from corpus.models import Corpus, Rater


def people(*, corpus: Corpus) -> QuerySet[Rater]:
    """Return the annotators with the figures of their work, see `people_with_work`."""
    raters = Rater.objects.filter(corpus=corpus, kind=Rater.Kind.MEMBER).select_related("membership__user", "work_plan")
    return people_with_work(raters).order_by("pk")


def open_assignments(*, corpus: Corpus) -> QuerySet[Assignment]:
    """Return the open assignments, the longest inactive first."""
    return (
        Assignment.objects.filter(rater__corpus=corpus, state=Assignment.State.OPEN)
        .select_related("rater__membership__user", "dialogue")
        .order_by("heartbeat_at")
    )


def late_operations(*, corpus: Corpus) -> QuerySet[LateOperation]:
    """Return the late work that the manager has not settled."""
    return LateOperation.objects.filter(assignment__rater__corpus=corpus, state=LateOperation.State.WAITING)
