# Qualification: training, then a test, then the decision of the manager.

import pytest

from annotator.domain.allocation.assignments import release
from annotator.domain.calibration.manual_qualification import allow_retake, qualify, qualify_workers
from annotator.domain.calibration.qualification import Round, round_of, status_of
from annotator.domain.calibration.settings import stop_using_dialogue
from annotator.models import Attempt, Calibration, Slot
from common.errors import Refused
from corpus.models import Corpus, Rater
from tests.annotator.calibrated import CALM, GLAD, NOW, calibrated, keyed, newcomer, take, work_through
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def again(rater: Rater) -> Rater:
    return Rater.objects.select_related("corpus__calibration").get(pk=rater.pk)


def stage(rater: Rater) -> str:
    return status_of(rater=again(rater)).stage


def refusal(rater: Rater) -> str:
    with pytest.raises(Refused) as refused:
        take(rater)
    return refused.value.code


def test_training_comes_first_then_the_test_then_the_main_work() -> None:
    rater = newcomer(calibrated("training", "training", "test", main=2))
    assert [work_through(rater) for _ in range(6)] == ["training", "training", "test", "main", "main", ""]


def test_training_gives_feedback_and_fails_no_one() -> None:
    rater = newcomer(calibrated("training", main=1))
    assert [work_through(rater, GLAD), work_through(rater)] == ["training", "main"]


def test_a_failed_test_is_followed_by_another_set_and_then_nothing() -> None:
    rater = newcomer(calibrated("test", "test2", "test3", attempts=2))
    assert (work_through(rater, GLAD), stage(rater)) == ("test", "test")
    assert (work_through(rater, GLAD), stage(rater)) == ("test", "failed")
    assert refusal(rater) == "annotator.not_qualified"
    assert list(Attempt.objects.values_list("part", "right", "judged", "passed")) == [
        (1, 0, 2, False),
        (2, 0, 2, False),
    ]


def test_a_second_attempt_can_pass() -> None:
    rater = newcomer(calibrated("test", "test2"))
    assert [work_through(rater, GLAD), work_through(rater), work_through(rater)] == ["test", "test", "main"]


def test_without_another_test_set_one_attempt_is_all() -> None:
    rater = newcomer(calibrated("test", attempts=3))
    work_through(rater, GLAD)
    assert (stage(rater), refusal(rater)) == ("failed", "annotator.not_qualified")


def test_the_pass_mark_applies_to_all_dialogues_of_the_set() -> None:
    corpus = calibrated("test", "test", "test2", pass_percent=50)
    rater = newcomer(corpus)
    work_through(rater, GLAD)
    assert (stage(rater), Attempt.objects.count()) == ("test", 0)
    work_through(rater, CALM)
    assert (stage(rater), Attempt.objects.get().right, Attempt.objects.get().judged) == ("qualified", 2, 4)


def test_a_status_counts_finished_and_remaining_dialogues() -> None:
    rater = newcomer(calibrated("training", "training", "test", "test", "test2"))
    work_through(rater)
    second = take(rater)
    assert second
    standing = status_of(rater=again(rater))
    assert (standing.stage, standing.training, standing.attempts_left) == ("training", Round(1, 2), 2)
    assert round_of(assignment=second) == ("training", 2, 2)
    work_through(rater)
    work_through(rater)
    standing = status_of(rater=again(rater))
    assert (standing.stage, standing.training, standing.test) == ("test", Round(2, 2), Round(1, 2))


def test_no_one_is_tested_with_a_dialogue_they_know() -> None:
    corpus = calibrated(main=3)
    rater = newcomer(corpus)
    work_through(rater)
    known, new, _ = corpus.dialogues.order_by("order")
    keyed(known, "test")
    keyed(new, "test")
    Calibration.objects.update(has_test=True)
    taken = take(rater)
    assert taken
    assert (taken.purpose, taken.dialogue, status_of(rater=again(rater)).test) == ("test", new, Round(0, 1))


def test_a_calibration_dialogue_is_not_given_as_main_work_again() -> None:
    corpus = calibrated("training", "test", "gold", main=0, apart=False, gold_percent=50)
    rater = newcomer(corpus)
    taken = [work_through(rater) for _ in range(6)]
    assert taken[:2] == ["training", "test"]
    assert set(taken[2:]) <= {"main", "gold", ""}
    assert sum(purpose in ("main", "gold") for purpose in taken) == 1


def test_removing_dialogues_from_a_set_does_not_skip_the_test() -> None:
    corpus = calibrated("test", "test", "test2")
    rater = newcomer(corpus)
    work_through(rater, GLAD)
    stop_using_dialogue(dialogue=corpus.dialogues.order_by("order")[1])
    taken = take(rater)
    assert taken
    assert (taken.purpose, Attempt.objects.get().passed) == ("test", False)


def test_a_released_calibration_slot_goes_to_no_one() -> None:
    corpus = calibrated("training", main=0)
    rater = newcomer(corpus)
    taken = take(rater)
    assert taken
    release(assignment=taken, now=NOW)
    assert take(rater) is None
    other = take(newcomer(corpus))
    assert other
    assert (other.purpose, Slot.objects.filter(purpose="training").count()) == ("training", 2)


def test_open_work_can_be_finished() -> None:
    corpus = calibrated("test", has_test=False)
    rater = newcomer(corpus)
    held = take(rater)
    assert held
    Calibration.objects.update(has_test=True)
    assert take(rater) == held
    assert work_through(rater) == "main"


def test_a_manager_qualifies_a_person() -> None:
    rater = newcomer(calibrated("training", "test"))
    qualify(rater=rater, by=UserFactory(), now=NOW)
    assert work_through(rater) == "main"


def test_everyone_with_finished_work_is_qualified_at_once() -> None:
    corpus = calibrated("test", has_test=False)
    worker, idler = newcomer(corpus), newcomer(corpus)
    work_through(worker)
    Calibration.objects.update(has_test=True)
    assert qualify_workers(corpus=corpus, by=UserFactory(), now=NOW) == 1
    assert (stage(worker), stage(idler)) == ("qualified", "test")
    assert qualify_workers(corpus=corpus, by=UserFactory(), now=NOW) == 0


def test_a_retake_uses_a_new_test_set_and_keeps_earlier_attempts() -> None:
    corpus = calibrated("test", "test2", attempts=1)
    rater = newcomer(corpus)
    work_through(rater, GLAD)
    assert stage(rater) == "failed"
    allow_retake(rater=again(rater))
    assert (stage(rater), work_through(rater), stage(rater)) == ("test", "test", "qualified")
    with pytest.raises(Refused) as refused:
        allow_retake(rater=again(rater))
    assert (refused.value.code, Attempt.objects.count()) == ("calibration.no_test_left", 2)


def test_a_retake_revokes_a_manual_qualification() -> None:
    rater = newcomer(calibrated("test"))
    qualify(rater=rater, by=UserFactory(), now=NOW)
    allow_retake(rater=again(rater))
    assert stage(rater) == "test"


def test_without_training_and_test_everyone_is_qualified() -> None:
    assert stage(newcomer(calibrated("training", has_training=False))) == "qualified"
    corpus: Corpus = calibrated()
    Calibration.objects.all().delete()
    assert stage(newcomer(corpus)) == "qualified"
