"""Figures of a person's own work: the same on their pages and on the manager's; `VISIBLE` names what does not count."""

from typing import Any

from django.db import models
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from annotator.domain.figures.conditions import VISIBLE
from annotator.domain.figures.dialogue_work import Work, of_rater
from annotator.domain.figures.work_sums import work_sums
from annotator.models import Assignment
from common.database.prepared import PreparedSelect, Values
from corpus.models import Annotation, Corpus, Rater, Revision

_DONE = PreparedSelect(
    Values(),
    """
    SELECT COUNT(*) FROM annotator_assignment assignment
    WHERE assignment.rater_id = %(rater)s AND assignment.state = 'done'
        AND assignment.purpose NOT IN ('training', 'test')
    """,
    {"rater": models.BigAutoField()},
)


def dialogues_done(*, rater: int) -> int:
    """Return the number of dialogues that a rater (primary key) has handed in."""
    return sum(count for (count,) in _DONE.all(rater=rater))


def utterances_labelled(*, rater: Rater) -> int:
    """Return the number of utterances with answers of a rater."""
    if (kept := work_sums(rater.corpus)) is not None:
        return kept[of_rater("labelled", rater.pk)]
    return _labelled().filter(rater=rater).count()


def people_with_work(corpus: Corpus, raters: QuerySet[Rater], kept: Work | None = None) -> list[Rater]:
    """Return raters of a corpus with `done` and `open` dialogues, `labelled` utterances and `active_ms` of work.

    The active time is that of everything, since training and test are work as well.

    Args:
        corpus: the corpus.
        raters: some of its raters.
        kept: its sums, if the caller has read them.
    """
    kept = work_sums(corpus) if kept is None else kept
    if kept is None:
        return list(_counted(raters))
    people = list(raters)
    for rater in people:
        for name in ("done", "open", "labelled", "active_ms"):
            setattr(rater, name, kept[of_rater(name, rater.pk)])
    return people


def _counted(raters: QuerySet[Rater]) -> QuerySet[Rater]:
    judged = Assignment.objects.filter(rater=OuterRef("pk")).exclude(purpose__in=VISIBLE).values("rater")
    labelled = _labelled().filter(rater=OuterRef("pk")).values("rater")
    revisions = Revision.objects.filter(annotation__rater=OuterRef("pk")).values("annotation__rater")
    return raters.annotate(
        done=_per_rater(judged.filter(state=Assignment.State.DONE), Count("pk")),
        open=_per_rater(judged.filter(state=Assignment.State.OPEN), Count("pk")),
        labelled=_per_rater(labelled, Count("pk")),
        active_ms=_per_rater(revisions, Sum("active_ms")),
    )


def _labelled() -> QuerySet[Annotation]:
    return Annotation.objects.filter(answers__isnull=False).exclude(purpose__in=VISIBLE)


def _per_rater(rows: QuerySet[Any, Any], figure: Count | Sum) -> Coalesce:
    """Return an aggregate over rows grouped by rater, as a subquery for each person.

    A join in the outer query would multiply the rows and compute the aggregate for each of them.
    """
    return Coalesce(Subquery(rows.order_by().annotate(figure=figure).values("figure")), 0, output_field=IntegerField())
