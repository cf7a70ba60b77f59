"""Work under way in a corpus, for its manager; the figures are those of `annotator.domain.figures`."""

from collections import Counter
from uuid import UUID

from django.db.models import QuerySet

from annotator.domain.figures.dialogue_work import Work
from annotator.domain.figures.own_work import people_with_work
from annotator.models import Assignment, LateOperation
from corpus.models import Corpus, Rater


def people(*, corpus: Corpus, kept: Work | None = None) -> list[Rater]:
    """Return the annotators with the figures of their work, see `people_with_work`."""
    return people_with_work(corpus, _annotators(corpus).order_by("pk"), kept)


def person(*, corpus: Corpus, public_id: UUID) -> Rater | None:
    """Return one of `people`; None if the corpus has no such annotator."""
    return next(iter(people_with_work(corpus, _annotators(corpus).filter(public_id=public_id))), None)


def open_assignments(*, corpus: Corpus) -> QuerySet[Assignment]:
    """Return the open assignments, the longest inactive first."""
    return (
        Assignment.objects.filter(rater__corpus=corpus, state=Assignment.State.OPEN)
        .select_related("rater__membership__user", "dialogue")
        .order_by("heartbeat_at")
    )


def late_count(*, corpus: Corpus) -> int:
    """Return the number of late operations that the manager has not settled."""
    # first those of all corpora, which are few: a join would look at every assignment of the corpus
    waiting = Counter(
        LateOperation.objects.filter(state=LateOperation.State.WAITING).values_list("assignment", flat=True)
    )
    if not waiting:
        return 0
    own = Assignment.objects.filter(pk__in=waiting, rater__corpus=corpus).values_list("pk", flat=True)
    return sum(waiting[assignment] for assignment in own)


def _annotators(corpus: Corpus) -> QuerySet[Rater]:
    raters = Rater.objects.filter(corpus=corpus, kind=Rater.Kind.MEMBER)
    return raters.select_related("membership__user", "work_plan")
