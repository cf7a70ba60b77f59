"""Rows of `CaseRank`: the free places of cases in each order of the queue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agreement.models import AdjudicationCase, CaseRank

DISAGREEMENT = "disagreement"
QUESTION = "question:"
AT_ONCE = 500


def store_ranks(cases: Sequence[AdjudicationCase]) -> None:
    """Bring the rows of cases in line with their scores and free places.

    Args:
        cases: stored, and locked by the caller.
    """
    wanted = {key: score for case in cases for key, score in _wanted(case)}
    found = CaseRank.objects.filter(case__in=[case.pk for case in cases])
    surplus = []
    for pk, case, place, order, score in found.values_list("pk", "case", "place", "order", "score"):
        if wanted.get((case, place, order)) == score:
            del wanted[case, place, order]
        else:
            surplus.append(pk)
    for start in range(0, len(surplus), AT_ONCE):
        CaseRank.objects.filter(pk__in=surplus[start : start + AT_ONCE]).delete()
    corpus = {case.pk: case.corpus_id for case in cases}
    rows = [
        CaseRank(corpus_id=corpus[case], case_id=case, place=place, order=order, score=score)
        for (case, place, order), score in wanted.items()
    ]
    CaseRank.objects.bulk_create(rows, batch_size=AT_ONCE)


def take_place(case: AdjudicationCase, place: int) -> None:
    """Take a free place of a locked case out of all orders."""
    CaseRank.objects.filter(case=case, place=place).delete()
    _set_free(case, place, free=False)


def free_place(case: AdjudicationCase, place: int) -> None:
    """Put a place of a locked case back into all orders."""
    _set_free(case, place, free=True)
    store_ranks([case])


def _set_free(case: AdjudicationCase, place: int, *, free: bool) -> None:
    name = "first_free" if place == 1 else "second_free"
    setattr(case, name, free)
    AdjudicationCase.objects.filter(pk=case.pk).update(**{name: free})


def _wanted(case: AdjudicationCase) -> Iterable[tuple[tuple[int, int, str], float]]:
    for place, free in ((1, case.first_free), (2, case.second_free)):
        if free:
            for order, score in case.ranks.items():
                yield (case.pk, place, order), score
