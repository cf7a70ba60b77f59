"""Returned training, test or gold dialogues: no slot of k moves, no round gets stuck, gold stays hidden."""

from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from annotator.domain.allocation.assignments import finish
from annotator.domain.batches.unfillable_slots import unfillable_slots_of
from annotator.domain.calibration.qualification import status_of
from annotator.domain.messages.returned_dialogues import return_dialogue, settle_return
from annotator.models import Assignment, Attempt, Calibration, Result, Return, Slot
from corpus.models import Corpus, Dialogue, Rater
from tests.annotator.calibrated import CALM, calibrated, commit, newcomer, take, work_through
from tests.annotator.material import codebook_of
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = timezone.now()


def given_back(assignment: Assignment | None) -> Return:
    assert assignment
    known: dict[str, Any] = {"public_id": uuid4(), "token": assignment.token, "now": NOW}
    return return_dialogue(assignment=assignment, reason="broken_media", **known)


def settled(returned: Return, act: Any) -> None:
    settle_return(returned=returned, act=act, settled_by=UserFactory(), now=NOW)


def stage(rater: Rater) -> str:
    return status_of(rater=Rater.objects.select_related("corpus__calibration").get(pk=rater.pk)).stage


def waits_for_manager(corpus: Corpus) -> None:
    corpus.codebook = codebook_of(corpus, version=2, returned="manager")
    corpus.save()


def places_of_k() -> list[tuple[int, int, str]]:
    return list(Slot.objects.filter(purpose="main").order_by("pk").values_list("dialogue", "number", "state"))


@pytest.mark.parametrize("use", ["training", "test", "gold"])
def test_no_slot_of_k_moves_and_no_one_else_gets_it(use: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.domain.calibration.gold.is_due", lambda **_draw: True)
    corpus = calibrated(use, main=3, apart=False, k=1, gold_percent=50)
    other = newcomer(corpus)
    Calibration.objects.update(has_training=False, has_test=False, has_gold=False)
    work_through(newcomer(corpus))  # so that the main work is dealt
    before = places_of_k()
    Calibration.objects.update(**{f"has_{use}": True})
    rater = newcomer(corpus)
    assignment = take(rater)
    while assignment and assignment.purpose == "main":
        commit(assignment, CALM)
        finish(assignment=assignment, token=assignment.token, now=NOW)
        before = places_of_k()
        assignment = take(rater)
    assert assignment
    assert assignment.purpose == use
    returned = given_back(assignment)
    assert places_of_k() == before
    settled(returned, "give_out")
    assert places_of_k() == before
    own = Slot.objects.get(pk=assignment.slot_id)
    assert (own.state, own.rater, own.batch) == ("free", rater, None)
    assert unfillable_slots_of(rater=rater) == []
    taken = take(other)
    assert taken is None or taken.slot_id != own.pk


def test_training_continues_without_it() -> None:
    corpus = calibrated("training", "training")
    rater = newcomer(corpus)
    returned = given_back(take(rater))
    assert work_through(rater) == "training"
    assert stage(rater) == "qualified"
    settled(returned, "give_back")
    assert stage(rater) == "training"
    assert work_through(rater) == "training"
    assert (Result.objects.count(), work_through(rater)) == (2, "main")


def test_a_test_ends_with_its_finished_dialogues_and_is_not_passed_by_returning_all() -> None:
    corpus = calibrated("test1", "test1", "test2")
    rater = newcomer(corpus)
    given_back(take(rater))
    given_back(take(rater))
    assert work_through(rater) == "test"
    assert list(Attempt.objects.order_by("number").values_list("part", "judged", "passed")) == [
        (1, 0, False), (2, 2, True)
    ]  # fmt: skip
    assert work_through(rater) == "main"


def test_a_dialogue_returned_after_the_test_counts_in_no_attempt() -> None:
    corpus = calibrated("test1", "test1")
    rater = newcomer(corpus)
    returned = given_back(take(rater))
    work_through(rater)
    attempt = Attempt.objects.get()
    settled(returned, "give_back")
    assert work_through(rater) == "test"
    assert Attempt.objects.get() == attempt


@pytest.mark.parametrize("use", ["training", "test"])
def test_an_excluded_dialogue_does_not_block_annotators_who_hold_it(use: str) -> None:
    corpus = calibrated(use, f"{use}")
    waits_for_manager(corpus)
    rater, other = newcomer(corpus), newcomer(corpus)
    held = take(rater)
    assert held
    given_back(take(other))
    assert Dialogue.objects.get(pk=held.dialogue_id).state == "excluded"
    assert work_through(rater) == use
    assert Attempt.objects.count() == int(use == "test")
    assert work_through(rater) == "main"
    assert (Attempt.objects.count(), stage(rater)) == (int(use == "test"), "qualified")


def test_returned_gold_looks_like_any_other_work() -> None:
    corpus = calibrated("gold", main=3, gold_percent=50, k=1)
    rater = newcomer(corpus)
    results = {}
    while assignment := take(rater):
        returned = given_back(assignment)
        results[assignment.purpose] = (returned.state, returned.reason, assignment.comment)
    assert set(results) == {"main", "gold"}
    assert results["gold"] == results["main"]
    assert set(Assignment.objects.values_list("state", flat=True)) == {"released"}
    assert not Result.objects.exists()
