from collections import Counter

import pytest
from django.utils import timezone

from annotator.domain.allocation.automatic_batch import automatic_batch, deal_slots
from annotator.domain.allocation.claims import claim
from annotator.models import Batch, Slot
from corpus.models import Corpus, Dialogue
from tests.annotator.material import corpus_with_work
from tests.factories import CodebookVersionFactory, DialogueFactory, EpisodeFactory, RaterFactory, SeriesFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = timezone.now()


def dealt(corpus: Corpus) -> bool:
    assert corpus.codebook
    policy = corpus.codebook.rules().policy
    return deal_slots(batch=automatic_batch(corpus=corpus, k=policy.k), policy=policy)


def numbers(corpus: Corpus) -> list[tuple[int, int]]:
    """Order of the dialogue and number of the slot, as they are given out."""
    slots = Slot.objects.filter(dialogue__corpus=corpus).order_by("rank", "number")
    return list(slots.values_list("dialogue__order", "number"))


def with_k(corpus: Corpus, k: int) -> Corpus:
    assert corpus.codebook
    document = corpus.codebook.document
    corpus.codebook = CodebookVersionFactory(
        corpus=corpus, document=document | {"policy": document["policy"] | {"k": k}}
    )
    corpus.save()
    return corpus


@pytest.fixture
def two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.domain.allocation.automatic_batch.CHUNK", 2)


def test_each_ready_dialogue_gets_k_slots() -> None:
    corpus = corpus_with_work(dialogues=2, k=3)
    DialogueFactory(corpus=corpus, order=9, state=Dialogue.State.DRAFT, ready_at=None)
    corpus_with_work(dialogues=1)
    assert [dealt(corpus), dealt(corpus)] == [True, False]
    assert numbers(corpus) == [(0, 1), (0, 2), (0, 3), (1, 1), (1, 2), (1, 3)]
    assert Slot.objects.count() == 6


@pytest.mark.usefixtures("two_at_once")
def test_a_few_dialogues_are_dealt_at_a_time_and_only_when_they_are_asked_for() -> None:
    corpus = corpus_with_work(dialogues=5, utterances=0, k=1)
    made = []
    for _ in range(6):
        claim(rater=RaterFactory(corpus=corpus), now=NOW)
        made.append(Slot.objects.count())
    assert made == [2, 2, 4, 4, 5, 5]


def test_dialogues_that_become_ready_later_are_dealt_without_a_signal() -> None:
    corpus = corpus_with_work(dialogues=1, k=1)
    raters = [RaterFactory(corpus=corpus) for _ in range(3)]
    taken = [claim(rater=raters[0], now=NOW), claim(rater=raters[1], now=NOW)]
    DialogueFactory(corpus=corpus, order=7)
    taken.append(claim(rater=raters[1], now=NOW))
    assert [each and each.dialogue.order for each in taken] == [0, None, 7]


def test_a_second_concurrent_claim_deals_nothing_again() -> None:
    corpus = corpus_with_work(dialogues=1, k=1)
    assert corpus.codebook
    policy = corpus.codebook.rules().policy
    seen_by_both = automatic_batch(corpus=corpus, k=1), automatic_batch(corpus=corpus, k=1)
    assert [deal_slots(batch=batch, policy=policy) for batch in seen_by_both] == [True, True]
    assert [batch.dealt for batch in seen_by_both] == [1, 1]


@pytest.mark.usefixtures("two_at_once")
def test_a_higher_k_adds_slots_to_dialogues_dealt_before() -> None:
    corpus = corpus_with_work(dialogues=3, utterances=0, k=1)
    while dealt(corpus):
        pass
    with_k(corpus, 3)
    while dealt(corpus):
        pass
    assert Counter(numbers(corpus)) == Counter((order, number) for order in range(3) for number in (1, 2, 3))
    assert (Batch.objects.get().k, Batch.objects.get().topped) == (3, 0)
    assert not dealt(corpus)


def test_slots_above_a_lower_k_are_not_given_out_until_it_is_higher_again() -> None:
    corpus = corpus_with_work(dialogues=2, k=3)
    dealt(corpus)
    with_k(corpus, 1)
    raters = [RaterFactory(corpus=corpus) for _ in range(7)]
    taken = [claim(rater=rater, now=NOW) for rater in raters[:3]]
    assert [each and (each.dialogue.order, each.slot.number) for each in taken] == [(0, 1), (1, 1), None]
    with_k(corpus, 2)
    taken = [claim(rater=rater, now=NOW) for rater in raters[2:5]]
    assert [each and (each.dialogue.order, each.slot.number) for each in taken] == [(0, 2), (1, 2), None]


def test_shuffled_blocks_mix_the_episodes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.domain.allocation.automatic_batch.CHUNK", 50)
    corpus = corpus_with_work(dialogues=0, k=1, order="shuffled-blocks")
    series = SeriesFactory(corpus=corpus)
    for n in range(2):
        episode = EpisodeFactory(series=series)
        for order in range(50):
            DialogueFactory(corpus=corpus, series=series, episode=episode, order=100 * n + order)
    while dealt(corpus):
        pass
    given = [number for number, _slot in numbers(corpus)]
    assert sorted(given) == [*range(50), *range(100, 150)]
    assert 23 <= sum(each < 100 for each in given[:50]) <= 27
