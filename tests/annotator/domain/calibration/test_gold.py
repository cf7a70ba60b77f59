# Hidden gold: given out at its rate, once, new to the person, and not distinguishable from other dialogues.

import json
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from agreement.judgements.selection import countable
from annotator.api.assignment_responses import as_json
from annotator.domain.allocation.assignments import finish
from annotator.domain.allocation.claims import claim
from annotator.domain.allocation.leases import LEASE, is_superseded
from annotator.domain.figures import corpus_work
from annotator.domain.labelling.open_assignment import open_assignment
from annotator.models import Assignment, CalibrationDialogue, ClosedDialogue, Result, Slot
from corpus.models import Annotation, Corpus, Rater
from tests.annotator.calibrated import (
    CALM,
    GLAD,
    NOW,
    calibrated,
    commit,
    gold_judged,
    keyed,
    newcomer,
    take,
    work_through,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("checked_sums")]


def had(rater: Rater) -> list[str]:
    return list(Assignment.objects.filter(rater=rater).order_by("pk").values_list("purpose", flat=True))


def test_gold_is_given_out_at_its_rate_and_each_dialogue_once() -> None:
    corpus = calibrated("gold", "gold", "gold", main=12, gold_percent=25)
    rater = newcomer(corpus)
    for _ in range(12):
        work_through(rater)
    mixed = had(rater)
    assert [mixed[start : start + 4].count("gold") for start in (0, 4, 8)] == [1, 1, 1]
    dialogues = Assignment.objects.filter(rater=rater).values_list("dialogue", flat=True)
    assert len(set(dialogues)) == len(dialogues) == 12


def test_gold_has_different_positions_for_different_people() -> None:
    corpus = calibrated(*["gold"] * 3, main=6, gold_percent=34, k=6)
    places = set()
    for _ in range(4):
        rater = newcomer(corpus)
        while work_through(rater):
            pass
        places.add(tuple(had(rater)))
    assert len(places) > 1


def test_the_slots_of_gold_exist_before_it_is_drawn() -> None:
    corpus = calibrated("gold", "gold", "gold", main=3, gold_percent=1)
    rater = newcomer(corpus)
    work_through(rater)
    before = list(Slot.objects.filter(purpose="gold").values_list("rater", "number", "state"))
    assert before == [(rater.pk, 1, "free")] * 3
    work_through(newcomer(corpus))
    assert sorted(Slot.objects.filter(purpose="gold").values_list("number", flat=True)) == [1, 1, 1, 2, 2, 2]


def test_a_person_has_one_slot_of_a_gold_dialogue() -> None:
    corpus = calibrated("gold", main=1, gold_percent=1)
    work_through(newcomer(corpus))
    slot = Slot.objects.get(purpose="gold")
    slot.pk, slot.number = None, 2
    with pytest.raises(IntegrityError, match=r"one_own_slot_per_person|dialogue_id"), transaction.atomic():
        slot.save()


def test_gold_left_open_is_released_when_main_work_would_be_taken_over() -> None:
    corpus = calibrated("gold", main=4, gold_percent=50, k=1)
    absent, other = newcomer(corpus), newcomer(corpus)
    while (taken := take(absent)) and taken.purpose == "main":
        commit(taken, CALM)
        finish(assignment=taken, token=taken.token, now=NOW)
    assert taken
    for later, state in ((NOW + LEASE / 2, "open"), (NOW + 2 * LEASE, "released")):
        while found := claim(rater=other, now=later):
            commit(found, CALM)
            finish(assignment=found, token=found.token, now=later)
        taken.refresh_from_db()
        assert taken.state == state
    assert is_superseded(taken, taken.token)
    assert not Slot.objects.filter(pk=taken.slot_id).exclude(state="free").exists()


def test_gold_is_never_a_dialogue_from_main_work() -> None:
    corpus = calibrated(main=4)
    rater = newcomer(corpus)
    for _ in range(4):
        work_through(rater)
    for dialogue in corpus.dialogues.all():
        keyed(dialogue, "gold")
    corpus.calibration.has_gold, corpus.calibration.gold_percent = True, 50
    corpus.calibration.save()
    assert [work_through(rater) for _ in range(3)] == ["", "", ""]


def looks_of(rater: Rater) -> Any:
    """The responses for an open dialogue and its end, without values that differ between any two dialogues."""
    taken = take(rater)
    assert taken
    looks = []
    for answers in (None, GLAD):
        if answers:
            commit(taken, answers)
            finish(assignment=taken, token=taken.token, now=NOW)
        work = json.loads(json.dumps(as_json(open_assignment(assignment=Assignment.objects.get(pk=taken.pk)))))
        for key in ("id", "author", "dialogue", "speakers", "utterances"):
            work.pop(key)
        for past in work["history"]:
            past["operation"] = past["utterance"] = "x"
        looks.append(work)
    return looks


def test_nothing_in_the_response_reveals_gold() -> None:
    corpus = calibrated("gold", main=9, gold_percent=50)
    by_purpose = {}
    for _ in range(8):
        rater = newcomer(corpus)
        looks = looks_of(rater)
        by_purpose[had(rater)[0]] = looks
    assert set(by_purpose) == {"main", "gold"}
    assert by_purpose["main"] == by_purpose["gold"]
    assert "gold" not in json.dumps(by_purpose["gold"])


def test_gold_only_counts_in_its_result() -> None:
    corpus: Corpus = calibrated("gold", main=3, gold_percent=50, k=1)
    rater = newcomer(corpus)
    while (purpose := work_through(rater, CALM)) and purpose != "gold":
        pass
    assert purpose == "gold"
    earnest = had(rater).count("main")
    assert corpus_work.totals(corpus=corpus).filled == earnest
    assert countable([rater]).count() == earnest == Annotation.objects.filter(purpose="main").count()
    gold_judged(corpus)
    assert (Result.objects.get().right, Result.objects.get().judged) == (2, 2)


def test_a_manager_who_labels_gets_no_gold() -> None:
    corpus = calibrated("gold", "gold", main=6, gold_percent=50)
    rater = newcomer(corpus)
    assert rater.membership
    rater.membership.is_manager = True
    rater.membership.save()
    while work_through(rater):
        pass
    assert had(rater) == ["main"] * 6


def test_gold_that_is_closed_to_a_person_is_not_given_out() -> None:
    corpus = calibrated("gold", "gold", main=6, gold_percent=50)
    rater = newcomer(corpus)
    for used in CalibrationDialogue.objects.filter(dialogue__corpus=corpus):
        ClosedDialogue.objects.create(rater=rater, dialogue=used.dialogue)
    while work_through(rater):
        pass
    assert had(rater) == ["main"] * 6
