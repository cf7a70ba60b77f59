# Gold is judged by a job: later, once, by the answers at its end, and nothing is lost without a worker.

from datetime import datetime, timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest

from annotator.domain.allocation.assignments import finish, send_back
from annotator.domain.calibration import gold_judging
from annotator.domain.calibration.gold_judging import DELAY, corpora_with_gold_to_judge, waiting
from annotator.domain.calibration.judging import record_result
from annotator.domain.labelling.operations import Operation, apply_operations
from annotator.models import Assignment, Result
from common.jobs.upkeep import queue_upkeep
from common.models import Job
from corpus.models import Corpus, Rater, Revision
from tests.annotator.calibrated import CALM, GLAD, NOW, calibrated, commit, gold_judged, newcomer, take

pytestmark = [pytest.mark.django_db, pytest.mark.database]
LATER = NOW + 2 * DELAY


@pytest.fixture
def corpus() -> Corpus:
    return calibrated(*["gold"] * 3, main=8, gold_percent=50)


def finished_gold(rater: Rater) -> Assignment:
    """Let a person work until they have finished a gold dialogue; return it."""
    while True:
        taken = take(rater)
        assert taken
        commit(taken, CALM)
        finish(assignment=taken, token=taken.token, now=NOW)
        if taken.purpose == "gold":
            return Assignment.objects.get(pk=taken.pk)


def commit_at(assignment: Assignment, moment: datetime) -> None:
    utterance = assignment.dialogue.utterances.get()
    operation = Operation(id=uuid4(), kind="commit", utterance=utterance.public_id, answers=GLAD)
    assert assignment.rater.membership
    apply_operations(
        assignment=assignment,
        token=assignment.token,
        author=assignment.rater.membership.user,
        operations=[operation],
        now=moment,
    )


def test_the_end_of_gold_writes_neither_a_result_nor_a_job(corpus: Corpus) -> None:
    gold = finished_gold(newcomer(corpus))
    assert (Result.objects.count(), Job.objects.count()) == (0, 0)
    assert list(waiting(corpus=corpus)) == [gold]


def test_each_is_judged_once_and_dated_by_its_end(corpus: Corpus) -> None:
    gold = finished_gold(newcomer(corpus))
    assert gold_judged(corpus).result == {"dialogues": 1}
    assert gold_judged(corpus).result == {"dialogues": 0}
    result = Result.objects.get()
    assert (result.assignment, result.right, result.judged, result.created_at) == (gold, 2, 2, gold.ended_at)
    assert not waiting(corpus=corpus).exists()


def test_the_answers_at_the_end_count(corpus: Corpus) -> None:
    gold = finished_gold(newcomer(corpus))
    commit_at(gold, NOW + timedelta(seconds=1))
    assert Revision.objects.filter(annotation__utterance__dialogue=gold.dialogue_id).count() == 2
    gold_judged(corpus)
    assert Result.objects.get().right == 2


def test_one_that_was_reopened_waits_until_it_is_finished_again(corpus: Corpus) -> None:
    rater = newcomer(corpus)
    gold = finished_gold(rater)
    send_back(assignment=gold, comment="again", now=NOW)
    assert gold_judged(corpus).result == {"dialogues": 0}
    commit_at(gold, NOW)
    finish(assignment=gold, token=gold.token, now=NOW)
    assert gold_judged(corpus).result == {"dialogues": 1}
    assert Result.objects.get().right == 0


def test_the_sweep_queues_one_job_of_a_corpus_after_a_delay(corpus: Corpus) -> None:
    finished_gold(newcomer(corpus))
    calibrated("gold")
    assert corpora_with_gold_to_judge(now=NOW) == []
    assert corpora_with_gold_to_judge(now=LATER) == [corpus]
    for _ in range(2):
        queue_upkeep(now=LATER)
    job = Job.objects.get(kind=gold_judging.KIND)
    assert (job.scope, job.args) == (str(corpus.public_id), {"corpus": str(corpus.public_id)})


def test_one_that_cannot_be_judged_does_not_keep_the_others_waiting(corpus: Corpus) -> None:
    first, second = finished_gold(newcomer(corpus)), finished_gold(newcomer(corpus))

    def failing(*, assignment: Assignment, now: datetime) -> Result:
        if assignment == first:
            raise ValueError("broken")
        return record_result(assignment=assignment, now=now)

    with patch.object(gold_judging, "record_result", failing):
        job = gold_judged(corpus)
    assert (job.state, job.error_code) == ("failed", "job.crashed")
    assert (list(waiting(corpus=corpus)), Result.objects.get().assignment) == ([first], second)
    gold_judged(corpus)
    assert Result.objects.count() == 2
