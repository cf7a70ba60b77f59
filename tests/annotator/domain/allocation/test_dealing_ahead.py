import pytest
from django.utils import timezone

from annotator.domain.allocation import dealing_ahead
from annotator.domain.allocation.automatic_batch import CHUNK, automatic_batch
from annotator.domain.allocation.claims import claim
from annotator.domain.allocation.dealing_ahead import corpora_to_deal
from annotator.models import Batch, Bookmark, Slot
from common.jobs.queue import enqueue, execute
from common.jobs.upkeep import queue_upkeep
from common.models import Job
from corpus.models import Corpus, Dialogue, Membership
from tests.annotator.domain.allocation.test_automatic_batch import numbers, with_k
from tests.annotator.material import corpus_with_work
from tests.factories import DialogueFactory, RaterFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = timezone.now()


@pytest.fixture
def corpus(monkeypatch: pytest.MonkeyPatch) -> Corpus:
    monkeypatch.setattr(dealing_ahead, "AHEAD", 30)
    monkeypatch.setattr(dealing_ahead, "CHUNK", 7)
    return corpus_with_work(dialogues=60, utterances=0, k=2)


def dealt_ahead(corpus: Corpus) -> Job:
    scope = str(corpus.public_id)
    job = enqueue(kind=dealing_ahead.KIND, args={"corpus": scope}, scope=scope, here=True)
    execute(str(job.public_id))
    job.refresh_from_db()
    assert job.state == "done"
    return job


@pytest.mark.parametrize("has_batch", [False, True])
def test_slots_are_dealt_for_the_first_claim_once_there_are_annotators(corpus: Corpus, has_batch: bool) -> None:
    if has_batch:
        automatic_batch(corpus=corpus, k=2)
    assert corpora_to_deal() == []
    assert dealt_ahead(corpus).result == {"dialogues": 0}
    rater = RaterFactory(corpus=corpus, membership__corpus=corpus)
    assert corpora_to_deal() == [corpus]
    assert dealt_ahead(corpus).result == {"dialogues": 35}  # five times 7
    assert corpora_to_deal() == []
    claim(rater=rater, now=NOW)
    assert Batch.objects.get().dealt == 35


def test_nothing_is_dealt_for_people_who_get_no_work_and_in_archived_corpora(corpus: Corpus) -> None:
    rater = RaterFactory(corpus=corpus, membership__corpus=corpus)
    assert rater.membership
    Membership.objects.update(paused_at=NOW)
    assert corpora_to_deal() == []
    Membership.objects.update(paused_at=None)
    assert corpora_to_deal() == [corpus]
    Corpus.objects.update(archived_at=NOW)
    assert corpora_to_deal() == []


def test_a_claim_deals_a_few_and_the_job_the_rest_up_to_its_limit(corpus: Corpus) -> None:
    claim(rater=RaterFactory(corpus=corpus), now=NOW)
    assert Batch.objects.get().dealt == CHUNK
    assert dealt_ahead(corpus).result == {"dialogues": 31}  # 10 and three times 7
    assert corpora_to_deal() == []
    assert numbers(corpus) == [(order, number) for order in range(31) for number in (1, 2)]


def test_more_are_dealt_when_the_person_who_is_furthest_ahead_comes_near_the_end(corpus: Corpus) -> None:
    ahead, behind = RaterFactory(corpus=corpus), RaterFactory(corpus=corpus)
    claim(rater=ahead, now=NOW)
    dealt_ahead(corpus)
    batch = Batch.objects.get()
    Bookmark.objects.create(batch=batch, rater=behind, rank=0)
    Bookmark.objects.create(batch=batch, rater=ahead, rank=20)
    assert corpora_to_deal() == [corpus]
    assert dealt_ahead(corpus).result == {"dialogues": 52}
    assert corpora_to_deal() == []


def test_the_end_of_the_corpus_ends_it(corpus: Corpus) -> None:
    rater = RaterFactory(corpus=corpus)
    claim(rater=rater, now=NOW)
    dealt_ahead(corpus)
    Bookmark.objects.create(batch=Batch.objects.get(), rater=rater, rank=50)
    assert dealt_ahead(corpus).result == {"dialogues": 60}
    assert corpora_to_deal() == []
    DialogueFactory(corpus=corpus, order=99)
    assert corpora_to_deal() == [corpus]
    assert dealt_ahead(corpus).result == {"dialogues": 61}


def test_a_higher_k_is_followed_in_all_dialogues(corpus: Corpus) -> None:
    claim(rater=RaterFactory(corpus=corpus), now=NOW)
    dealt_ahead(corpus)
    with_k(corpus, 3)
    assert corpora_to_deal() == [corpus]
    dealt_ahead(corpus)
    assert corpora_to_deal() == []
    assert Slot.objects.filter(number=3).count() == Dialogue.objects.filter(is_dealt=True).count() == 31
    assert (Batch.objects.get().k, Batch.objects.get().topped) == (3, 0)


def test_a_stopped_batch_and_a_corpus_without_a_codebook_get_nothing(corpus: Corpus) -> None:
    claim(rater=RaterFactory(corpus=corpus), now=NOW)
    Batch.objects.update(closed_at=NOW)
    assert corpora_to_deal() == []
    assert dealt_ahead(corpus).result == {"dialogues": 0}


def test_the_sweep_queues_the_job(corpus: Corpus) -> None:
    claim(rater=RaterFactory(corpus=corpus), now=NOW)
    assert queue_upkeep(now=NOW) == 1
    assert Job.objects.get().kind == dealing_ahead.KIND
