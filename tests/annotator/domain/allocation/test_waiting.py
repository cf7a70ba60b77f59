from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotator.domain.allocation.claims import claim
from annotator.domain.allocation.waiting import NextWork, next_work
from annotator.domain.allocation.work_plans import set_absence, set_quota
from annotator.domain.batches.batches import BatchSpec, create_batch, stop_batch
from annotator.domain.batches.retests import MinimumAge, create_retest
from annotator.domain.manager.annotators import pause
from annotator.models import Assignment, Batch, Bookmark, ClosedDialogue
from common.errors import Refused
from corpus.domain.structure.ready_dialogues import exclude_dialogue
from corpus.models import Corpus, Purpose, Rater, Revision
from tests.annotator.calibrated import CALM, calibrated, newcomer, work_through
from tests.annotator.material import codebook_of, corpus_with_work
from tests.factories import AnnotationFactory, RaterFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = timezone.now()
LATER = NOW + timedelta(days=1)


def worker(corpus: Corpus, done: int = 0) -> Rater:
    rater = newcomer(corpus)
    for _ in range(done):
        work_through(rater)
    return rater


def fresh() -> Rater:
    return worker(corpus_with_work(dialogues=2))


def everything_done() -> Rater:
    return worker(corpus_with_work(dialogues=2), done=2)


def with_an_open_dialogue() -> Rater:
    rater = worker(corpus_with_work(dialogues=1))
    claim(rater=rater, now=NOW)
    return rater


def with_an_open_excluded_dialogue() -> Rater:
    rater = with_an_open_dialogue()
    exclude_dialogue(dialogue=Assignment.objects.get().dialogue)
    return rater


def after_others() -> Rater:
    corpus = corpus_with_work(dialogues=1, k=1)
    worker(corpus, done=1)
    return worker(corpus)


def after_an_abandoned_one() -> Rater:
    corpus = corpus_with_work(dialogues=1, k=1)
    claim(rater=RaterFactory(corpus=corpus), now=NOW - timedelta(days=2))
    return worker(corpus)


def abandoned_and_kept() -> Rater:
    corpus = corpus_with_work(dialogues=1, k=1, expiry="keep")
    claim(rater=RaterFactory(corpus=corpus), now=NOW - timedelta(days=2))
    return worker(corpus)


def stopped() -> Rater:
    corpus = corpus_with_work(dialogues=2)
    rater = worker(corpus, done=1)
    stop_batch(batch=Batch.objects.get(), now=NOW)
    return rater


def all_excluded() -> Rater:
    rater = worker(corpus_with_work(dialogues=2), done=1)
    for dialogue in rater.corpus.dialogues.all():
        exclude_dialogue(dialogue=dialogue)
    return rater


def a_higher_k() -> Rater:
    corpus = corpus_with_work(dialogues=1, k=1)
    worker(corpus, done=1)
    corpus.codebook = codebook_of(corpus, 2, version=2)
    corpus.save()
    return worker(corpus)


def a_higher_k_for_one_who_has_done_it() -> Rater:
    corpus = corpus_with_work(dialogues=1, k=1)
    rater = worker(corpus, done=1)
    corpus.codebook = codebook_of(corpus, 2, version=2)
    corpus.save()
    return rater


def a_lower_and_higher_k() -> Rater:
    corpus = corpus_with_work(dialogues=1, k=2)
    worker(corpus, done=1)
    corpus.codebook = codebook_of(corpus, 1, version=2)
    corpus.save()
    rater = worker(corpus)
    assert claim(rater=rater, now=NOW) is None
    Bookmark.objects.update(rank=1)
    corpus.codebook = codebook_of(corpus, 2, version=3)
    corpus.save()
    return rater


def paused() -> Rater:
    rater = fresh()
    assert rater.membership
    pause(membership=rater.membership, now=NOW)
    return rater


def absent() -> Rater:
    rater = fresh()
    today = timezone.localdate(NOW)
    set_absence(rater=rater, first=today, last=today, today=today)
    return rater


def with_a_full_share() -> Rater:
    rater = worker(corpus_with_work(dialogues=2), done=1)
    set_quota(rater=rater, most_dialogues=1, most_per_week=None)
    return rater


def with_a_full_week() -> Rater:
    rater = worker(corpus_with_work(dialogues=2), done=1)
    set_quota(rater=rater, most_dialogues=None, most_per_week=1)
    return rater


def over_the_limit() -> Rater:
    rater = fresh()
    assert rater.membership
    assert rater.corpus.codebook
    Corpus.objects.update(daily_limit_minutes=1)
    Revision.objects.create(
        annotation=AnnotationFactory(rater=rater, codebook=rater.corpus.codebook, purpose=Purpose.TRAINING),
        number=1,
        cause="commit",
        codebook=rater.corpus.codebook,
        author=rater.membership.user,
        active_ms=60_000,
        created_at=NOW,
    )
    return rater


def without_a_codebook() -> Rater:
    rater = fresh()
    Corpus.objects.update(codebook=None)
    return rater


def new_to_training() -> Rater:
    return worker(calibrated("training", "test", main=1))


def after_the_test() -> Rater:
    return worker(calibrated("training", "test", main=1), done=2)


def failed() -> Rater:
    rater = newcomer(calibrated("test", main=1, attempts=1))
    work_through(rater, {**CALM, "sentiment": "positive", "emotion": "joy", "emotion_sentiment": 2})
    return rater


def reserved_for_others() -> Rater:
    corpus = corpus_with_work(dialogues=1)
    people = [RaterFactory(corpus=corpus) for _ in range(3)]
    create_batch(
        corpus=corpus,
        name="theirs",
        spec=BatchSpec(k=3, given="shared", people=people),
        created_by=UserFactory(),
        now=NOW,
    )
    return worker(corpus)


def with_a_retest() -> Rater:
    rater = everything_done()
    create_retest(
        corpus=rater.corpus,
        name="",
        people=[rater],
        count=1,
        minimum_age=MinimumAge(days=0, dialogues=0),
        percent=1,
        created_by=UserFactory(),
        now=LATER,
    )
    return rater


def after_seeing_the_answers() -> Rater:
    rater = worker(corpus_with_work(dialogues=1))
    ClosedDialogue.objects.create(rater=rater, dialogue=rater.corpus.dialogues.get())
    return rater


CASES = [
    (fresh, NextWork.WAITING),
    (everything_done, NextWork.NOTHING),
    (with_an_open_dialogue, NextWork.IN_HAND),
    (with_an_open_excluded_dialogue, NextWork.NOTHING),
    (after_others, NextWork.NOTHING),
    (after_an_abandoned_one, NextWork.WAITING),
    (abandoned_and_kept, NextWork.NOTHING),
    (stopped, NextWork.NOTHING),
    (all_excluded, NextWork.NOTHING),
    (a_higher_k, NextWork.WAITING),
    (a_higher_k_for_one_who_has_done_it, NextWork.NOTHING),
    (a_lower_and_higher_k, NextWork.WAITING),
    (paused, NextWork.PAUSED),
    (absent, NextWork.ABSENT),
    (with_a_full_share, NextWork.SHARE_DONE),
    (with_a_full_week, NextWork.WEEK_DONE),
    (over_the_limit, NextWork.DAILY_LIMIT),
    (without_a_codebook, NextWork.NO_CODEBOOK),
    (new_to_training, NextWork.WAITING),
    (after_the_test, NextWork.WAITING),
    (failed, NextWork.NOT_QUALIFIED),
    (reserved_for_others, NextWork.NOTHING),
    (with_a_retest, NextWork.WAITING),
    (after_seeing_the_answers, NextWork.NOTHING),
]


@pytest.mark.parametrize(("case", "expected"), CASES, ids=[case.__name__ for case, _ in CASES])
def test_work_waits_if_and_only_if_a_claim_returns_it(case: Callable[[], Rater], expected: NextWork) -> None:
    rater = case()
    with CaptureQueriesContext(connection) as queries:
        assert next_work(rater=rater, now=NOW) == expected
    assert not [
        query["sql"] for query in queries if not query["sql"].lstrip().startswith(("SELECT", "EXECUTE", "PREP"))
    ]
    try:
        is_given = claim(rater=rater, now=NOW) is not None
    except Refused:
        is_given = False
    assert is_given == (expected in (NextWork.IN_HAND, NextWork.WAITING))


def test_the_overview_says_what_comes_next(client: Client) -> None:
    rater = everything_done()
    assert rater.membership
    client.force_login(rater.membership.user)
    for address in ("/", f"/c/{rater.corpus.slug}/"):
        page = client.get(address).text
        assert "No dialogue is waiting for you at the moment." in page
        assert "Label the next dialogue" not in page
    other = worker(rater.corpus)
    assert other.membership
    client.force_login(other.membership.user)
    assert "Label the next dialogue" in client.get("/").text
