from collections import Counter
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from agreement.domain.report_figures import figures
from agreement.judgements.raters import offered_raters
from agreement.judgements.tables import read_tables
from annotator.domain.batches import batches as batch_module
from annotator.domain.batches.batches import BatchSpec, Share, create_batches
from annotator.domain.figures import corpus_work
from annotator.models import Batch, Slot
from common.jobs.queue import execute
from common.models import Job
from corpus.models import Corpus, Dialogue, Utterance
from tests.agreement.material import judge
from tests.annotator.material import corpus_with_work
from tests.factories import EpisodeFactory, RaterFactory, SeriesFactory, UserFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("checked_sums")]
NOW = timezone.now()


@pytest.fixture
def corpus() -> Any:
    """40 dialogues: 30 of one episode and 10 of another."""
    made = corpus_with_work(dialogues=40, order="shuffled-blocks")
    series = SeriesFactory(corpus=made)
    for first, last in ((0, 29), (30, 39)):
        chosen = Dialogue.objects.filter(corpus=made, order__gte=first, order__lte=last)
        chosen.update(series=series, episode=EpisodeFactory(series=series))
    return made


def create(corpus: Corpus, percent: int = 20, seed: int | None = 7, k: int = 1, **spec: Any) -> tuple[Batch, Batch]:
    return create_batches(
        corpus=corpus,
        name="wave 1",
        spec=BatchSpec(k=k, **spec),
        share=Share(percent=percent, k=2, seed=seed),
        created_by=UserFactory(),
        now=NOW,
    )


def slots(batch: Batch) -> Counter[int]:
    """Number of slots of each dialogue of a batch."""
    return Counter(Slot.objects.filter(batch=batch).values_list("dialogue", flat=True))


def test_a_share_is_labelled_by_two_and_the_rest_by_one(corpus: Corpus) -> None:
    first, rest = create(corpus)
    assert (first.name, first.k, first.share, first.seed) == ("wave 1 · k = 2", 2, 20, 7)
    assert (rest.name, rest.k, rest.rest_of, rest.seed) == ("wave 1", 1, first, 7)
    assert (len(slots(first)), set(slots(first).values())) == (8, {2})
    assert (len(slots(rest)), set(slots(rest).values())) == (32, {1})
    assert not slots(first).keys() & slots(rest).keys()


def test_the_share_takes_from_each_episode_in_proportion_and_the_seed_repeats_it(corpus: Corpus) -> None:
    first, _rest = create(corpus)
    drawn = set(slots(first))
    by_episode = Counter(Dialogue.objects.filter(pk__in=drawn).values_list("episode", flat=True))
    assert sorted(by_episode.values()) == [2, 6]
    Slot.objects.all().delete()
    assert set(slots(create(corpus)[0])) == drawn
    Slot.objects.all().delete()
    assert set(slots(create(corpus, seed=8)[0])) != drawn


def test_a_codebook_that_keeps_the_order_gives_both_out_in_order() -> None:
    corpus = corpus_with_work(dialogues=20)
    first, rest = create(corpus, most=10)
    for batch, count in ((first, 2), (rest, 8)):
        orders = list(
            Slot.objects.filter(batch=batch, number=1).order_by("rank").values_list("dialogue__order", flat=True)
        )
        assert (orders, len(orders)) == (sorted(orders), count)
        assert max(orders) < 10


def test_a_large_selection_is_filled_by_two_jobs_one_after_the_other(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_module, "AT_ONCE", 5)
    first, rest = create(corpus)
    assert first.job
    assert (rest.job, rest.closed_at is None) == (None, False)
    execute(str(first.job.public_id))
    rest.refresh_from_db()
    assert rest.job
    execute(str(rest.job.public_id))
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}
    assert (len(slots(first)), len(slots(rest))) == (8, 32)
    assert set(Batch.objects.filter(is_automatic=False).values_list("closed_at", flat=True)) == {None}


def test_progress_counts_each_dialogue_with_its_own_k_and_figures_count_single_ones_apart(corpus: Corpus) -> None:
    first, rest = create(corpus)
    totals = corpus_work.totals(corpus=corpus)
    assert (totals.dialogues, totals.slots) == (40, 8 * 2 + 32)
    double, single = next(iter(slots(first))), next(iter(slots(rest)))
    counted: Any = corpus_work.with_judgements(corpus=corpus, only=list(corpus.dialogues.all()))
    k = dict(counted.values_list("pk", "k"))
    assert (k[double], k[single]) == (2, 1)
    one, two = RaterFactory(corpus=corpus, slug="a"), RaterFactory(corpus=corpus, slug="b")
    Slot.objects.all().delete()
    for rater, dialogue in ((one, double), (two, double), (one, single)):
        judge(rater, Utterance.objects.get(dialogue=dialogue), sentiment="positive")
    assert corpus.codebook
    made = figures(read_tables(codebook=corpus.codebook, raters=offered_raters(corpus)))
    assert made["single"] == {"utterances": 1, "dialogues": 1}
    assert made["questions"][0]["percent"]["n_units"] == 1


def test_impossible_shares_are_refused(corpus: Corpus) -> None:
    for percent, k, code in ((0, 1, "share_out_of_range"), (100, 1, "share_out_of_range"), (20, 2, "share_k")):
        with refused(f"batch.{code}"):
            create(corpus, percent=percent, k=k)
    with refused("batch.share_too_small"):
        create(corpus, percent=1)
    with refused("batch.few_people"):
        create(corpus, given="shared", people=[RaterFactory(corpus=corpus)])
    assert not Batch.objects.filter(is_automatic=False).exists()


def test_the_database_allows_no_share_without_a_rest(corpus: Corpus) -> None:
    first, _rest = create(corpus)
    for share in (0, 100):
        with pytest.raises(IntegrityError), transaction.atomic():
            Batch.objects.filter(pk=first.pk).update(share=share)
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.filter(is_automatic=True).update(share=10)
