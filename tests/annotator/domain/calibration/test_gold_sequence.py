# Where dialogues are given out in order, gold has its place in the order; in a batch, it is from the batch's episodes.

from typing import Any

import pytest

from annotator.domain.batches.batches import BatchSpec, create_batch
from annotator.models import Assignment, Calibration
from corpus.models import Corpus, Dialogue, Rater
from tests.annotator.calibrated import NOW, calibrated, keyed, newcomer, work_through
from tests.factories import DialogueFactory, SeriesFactory, UserFactory, UtteranceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def in_sequence(gold: set[int], dialogues: int, **settings: Any) -> Corpus:
    """Return a corpus that deals in order, and in which the dialogues of these orders are gold alone."""
    corpus = calibrated("gold", main=dialogues - 1, order="sequential", gold_percent=50, **settings)
    corpus.dialogues.get(order=0).calibration.delete()
    corpus.dialogues.update(is_dealt=False)
    for order in gold:
        dialogue = keyed(corpus.dialogues.get(order=order), "gold")
        Dialogue.objects.filter(pk=dialogue.pk).update(is_dealt=True)
    return corpus


def orders(rater: Rater) -> list[tuple[int, str]]:
    return list(Assignment.objects.filter(rater=rater).order_by("pk").values_list("dialogue__order", "purpose"))


def test_gold_keeps_the_sequence() -> None:
    corpus = in_sequence({order for order in range(30) if order % 3}, 30)
    Calibration.objects.update(gold_percent=40)
    purposes = []
    for _ in range(3):
        rater = newcomer(corpus)
        while work_through(rater):
            pass
        given = orders(rater)
        assert given == sorted(given)
        assert [order for order, purpose in given if purpose == "main"] == list(range(0, 30, 3))
        purposes.append([purpose for _order, purpose in given])
    assert all(each.count("gold") >= 5 for each in purposes)
    assert len(set(map(tuple, purposes))) > 1


def test_gold_behind_the_place_of_a_person_is_not_given() -> None:
    corpus = in_sequence(set(), 6)
    rater = newcomer(corpus)
    for _ in range(3):
        work_through(rater)
    for order in (0, 1, 2):
        keyed(corpus.dialogues.get(order=order), "gold")
    late = [DialogueFactory(corpus=corpus, order=1, is_dealt=True) for _ in range(4)]
    for dialogue in late:
        UtteranceFactory(dialogue=dialogue, order=1)
        keyed(dialogue, "gold")
    assert [work_through(rater) for _ in range(4)] == ["main", "main", "main", ""]


def test_where_work_jumps_back_gold_is_not_given_out_of_place() -> None:
    corpus = in_sequence({0, 1}, 8, k=1)
    first = newcomer(corpus)
    Dialogue.objects.filter(order__lt=5).update(state=Dialogue.State.DRAFT, ready_at=None)
    for _ in range(3):
        work_through(first)
    Dialogue.objects.update(state=Dialogue.State.READY, ready_at=NOW)
    while work_through(first):
        pass
    given = [order for order, _purpose in orders(first)]
    assert given == [5, 6, 7, 2, 3, 4]


def test_a_gold_dialogue_with_free_main_slots_is_given_as_gold_at_its_own_place() -> None:
    corpus = in_sequence(set(), 8, k=9)
    for dialogue in corpus.dialogues.all():
        keyed(dialogue, "gold")
    given = []
    for _ in range(3):
        rater = newcomer(corpus)
        while work_through(rater):
            pass
        given.append(orders(rater))
    assert all([order for order, _purpose in each] == list(range(8)) for each in given)
    assert all([purpose for _order, purpose in each].count("gold") == 4 for each in given)


@pytest.mark.parametrize("is_of_the_batch", [True, False])
def test_in_a_batch_of_a_manager_gold_is_from_its_episodes(is_of_the_batch: bool) -> None:
    corpus = calibrated("gold", main=9, k=9, gold_percent=50)
    gold, *others = corpus.dialogues.order_by("order")
    series = SeriesFactory(corpus=corpus)
    corpus.dialogues.filter(pk__in=[each.pk for each in others]).update(series=series)
    if is_of_the_batch:
        corpus.dialogues.filter(pk=gold.pk).update(series=series)
    spec = BatchSpec(series=series)
    create_batch(corpus=corpus, name="series", spec=spec, priority=1, created_by=UserFactory(), now=NOW)
    purposes = []
    for _ in range(6):  # gold is drawn: one person may have none of it among the first four
        rater = newcomer(corpus)
        for _ in range(4):
            work_through(rater)
        purposes += [purpose for _order, purpose in orders(rater)]
    assert ("gold" in purposes) == is_of_the_batch
