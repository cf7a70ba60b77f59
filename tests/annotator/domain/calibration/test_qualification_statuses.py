from typing import Any

import pytest
from django.utils import timezone

from annotator.domain.allocation.assignments import release
from annotator.domain.calibration import results
from annotator.domain.calibration.manual_qualification import allow_retake, qualify
from annotator.domain.calibration.qualification import status_of
from annotator.domain.calibration.qualification_statuses import statuses_of
from corpus.models import Corpus, Rater
from tests.annotator.calibrated import GLAD, calibrated, newcomer, take, work_through
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def again(rater: Rater) -> Rater:
    return Rater.objects.select_related("corpus__calibration").get(pk=rater.pk)


def people_everywhere(corpus: Corpus) -> list[Rater]:
    """Return people at every stage of training and test."""
    people = [newcomer(corpus) for _ in range(9)]
    _new, holds, trained, passed, failed, twice, through, again_, returned = people
    take(holds)
    for rater in (trained, passed, failed, twice, again_):
        work_through(rater)
    for rater in (passed, again_):
        work_through(rater)
    for rater in (failed, twice):
        work_through(rater, GLAD)
    work_through(twice, GLAD)
    qualify(rater=through, by=UserFactory(), now=timezone.now())
    allow_retake(rater=again(again_))
    held = take(returned)
    assert held
    release(assignment=held, now=timezone.now())
    return people


def test_the_statuses_of_all_match_the_status_of_each() -> None:
    corpus = calibrated("training", "test1", "test2")
    people = people_everywhere(corpus)
    found = statuses_of(corpus=corpus, raters=people)
    alone = {rater.pk: status_of(rater=again(rater)) for rater in people}
    assert found == alone
    stages = [found[rater.pk].stage for rater in people]
    assert stages == [
        "training", "training", "test", "qualified", "test", "failed", "qualified", "test", "test"
    ]  # fmt: skip
    corpus.dialogues.filter(calibration__isnull=False).update(state="excluded")
    assert statuses_of(corpus=corpus, raters=people) == {rater.pk: status_of(rater=again(rater)) for rater in people}


@pytest.mark.parametrize("count", [2, 20])
def test_queries_do_not_grow_with_the_people(django_assert_num_queries: Any, count: int) -> None:
    corpus = calibrated("training", "test1", "gold")
    for _ in range(count):
        work_through(newcomer(corpus))
    corpus = Corpus.objects.select_related("calibration").get(pk=corpus.pk)
    with django_assert_num_queries(8):
        assert len(results.people(corpus=corpus)) == count
