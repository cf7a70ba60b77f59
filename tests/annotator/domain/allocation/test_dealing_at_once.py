# Jobs deal ahead while people claim, in several processes, on a real database.

from collections import Counter
from multiprocessing import get_context

import pytest
from django.db import connection

from annotator.domain.allocation import dealing_ahead
from annotator.models import Assignment, Batch, Slot
from common.jobs.queue import enqueue, execute
from corpus.models import Corpus, Dialogue
from tests.annotator.claimants import together
from tests.annotator.material import corpus_with_work
from tests.connections import wait_for_connections
from tests.factories import RaterFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database, pytest.mark.xdist_group("connections")]
DIALOGUES, K, PEOPLE = 90, 2, 6


def deal(scope: str, times: int) -> None:
    """Run jobs that deal ahead, one after the other, in a process of its own."""
    for _ in range(times):
        job = enqueue(kind=dealing_ahead.KIND, args={"corpus": scope}, scope=scope, here=True)
        execute(str(job.public_id))
        job.refresh_from_db()
        assert job.state == "done", job.error_code
    connection.close()


def test_two_jobs_and_many_claims_give_each_dialogue_its_k_slots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dealing_ahead, "CHUNK", 3)
    monkeypatch.setattr(dealing_ahead, "AHEAD", 40)
    corpus: Corpus = corpus_with_work(dialogues=DIALOGUES, utterances=0, k=K)
    raters = [RaterFactory(corpus=corpus).pk for _ in range(PEOPLE)]
    wait_for_connections()
    forked = get_context("fork")
    answers = forked.Queue()
    claiming = [forked.Process(target=together, args=(raters[n::2], answers), daemon=True) for n in range(2)]
    dealing = [forked.Process(target=deal, args=(str(corpus.public_id), 12), daemon=True) for _ in range(2)]
    for child in claiming + dealing:
        child.start()
    try:
        given = [answer for _ in claiming for answer in answers.get(timeout=300)]
        for child in claiming + dealing:
            child.join(timeout=60)
    finally:
        for child in claiming + dealing:
            child.kill()  # one that hangs would keep the database from the next tests
    assert [child.exitcode for child in claiming + dealing] == [0] * 4
    assert sum(assignment is not None for _rater, assignment in given) == DIALOGUES * K
    assert set(Counter(Assignment.objects.values_list("dialogue", flat=True)).values()) == {K}
    assert set(Counter(Slot.objects.values_list("dialogue", flat=True)).values()) == {K}
    ranks = set(Slot.objects.values_list("rank", "dialogue"))
    assert sorted(rank for rank, _dialogue in ranks) == list(range(DIALOGUES))
    assert (Batch.objects.get().dealt, Dialogue.objects.filter(is_dealt=False).count()) == (DIALOGUES, 0)
