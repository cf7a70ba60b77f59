from typing import Any

import pytest

from annotator.domain.calibration.settings import (
    change_calibration,
    settings_of,
    stop_using_dialogue,
    use_dialogue,
    use_dialogues,
    with_full_agreement,
)
from annotator.models import Calibration, CalibrationDialogue
from common.errors import Refused
from corpus.models import Corpus, Rater
from tests.annotator.calibrated import CALM, GLAD, calibrated, keyed, newcomer, take, work_through
from tests.annotator.material import corpus_with_work

pytestmark = pytest.mark.django_db
MARKS: dict[str, Any] = {"pass_percent": 80, "attempts": 2, "gold_percent": 5}
OFF = {"has_training": False, "has_test": False, "has_gold": False}


def code_of(act: Any, **arguments: Any) -> str:
    with pytest.raises(Refused) as refused:
        act(**arguments)
    return refused.value.code


def judged(*rows: dict[str, Any], utterances: int = 1) -> tuple[Corpus, list[Rater]]:
    """Two people and their answers to each dialogue; a row holds the different answers of the second person."""
    corpus = corpus_with_work(dialogues=len(rows), utterances=utterances, k=2)
    raters = [newcomer(corpus), newcomer(corpus)]
    for row in rows:
        work_through(raters[0], row["first"])
        work_through(raters[1], row.get("second", row["first"]))
    return corpus, raters


def test_a_corpus_without_calibration_has_everything_off() -> None:
    settings = settings_of(corpus_with_work())
    assert settings._state.adding
    assert (settings.has_training, settings.has_test, settings.has_gold) == (False, False, False)


def test_a_use_without_dialogues_cannot_be_turned_on() -> None:
    corpus = corpus_with_work()
    for use in ("training", "test", "gold"):
        switches = OFF | {f"has_{use}": True}
        assert code_of(change_calibration, corpus=corpus, **MARKS, **switches) == f"calibration.none_for_{use}"


def test_the_seed_stays_when_settings_change() -> None:
    corpus = calibrated("gold")
    before = settings_of(corpus).seed
    change_calibration(corpus=corpus, **MARKS | {"gold_percent": 9}, **OFF | {"has_gold": True})
    assert (settings_of(corpus).seed, settings_of(corpus).gold_percent) == (before, 9)


@pytest.mark.parametrize("wrong", [{"pass_percent": 0}, {"pass_percent": 101}, {"attempts": 0}, {"gold_percent": 51}])
def test_settings_have_a_range(wrong: dict[str, int]) -> None:
    assert code_of(change_calibration, corpus=corpus_with_work(), **MARKS | wrong, **OFF) == "calibration.out_of_range"


def test_a_dialogue_without_answers_has_no_use() -> None:
    dialogue = corpus_with_work().dialogues.get()
    assert code_of(use_dialogue, dialogue=dialogue, use="gold") == "calibration.lacks_answers"
    assert code_of(use_dialogue, dialogue=dialogue, use="main") == "calibration.unknown_use"
    assert code_of(use_dialogue, dialogue=dialogue, use="gold", part=2) == "calibration.unknown_use"


def test_a_use_that_someone_has_had_stays() -> None:
    corpus = calibrated("training", main=0)
    dialogue = corpus.dialogues.get()
    keyed(dialogue, "gold")
    keyed(dialogue, "training")
    take(newcomer(corpus))
    stop_using_dialogue(dialogue=dialogue)
    assert code_of(use_dialogue, dialogue=dialogue, use="gold") == "calibration.used_before"
    use_dialogue(dialogue=dialogue, use="training")


def test_a_use_without_its_last_dialogue_is_turned_off() -> None:
    corpus = calibrated("training", "gold", "gold")
    first, second, third, _ = corpus.dialogues.order_by("order")
    stop_using_dialogue(dialogue=second)
    assert settings_of(corpus).has_gold
    stop_using_dialogue(dialogue=third)
    assert (settings_of(corpus).has_gold, settings_of(corpus).has_training) == (False, True)
    assert CalibrationDialogue.objects.get().dialogue == first


def test_dialogues_are_used_all_or_none() -> None:
    corpus, raters = judged({"first": CALM}, {"first": GLAD})
    new = corpus_with_work().dialogues.get()
    dialogues = [*corpus.dialogues.all(), new]
    arguments: dict[str, Any] = {"raters": raters, "unanimous": True, "use": "gold", "author": None}
    assert code_of(use_dialogues, dialogues=dialogues, **arguments) == "calibration.no_expert_labels"
    assert not CalibrationDialogue.objects.exists()
    assert use_dialogues(dialogues=dialogues[:2], **arguments) == 2


def test_dialogues_with_full_agreement_come_with_unusual_answers_first() -> None:
    differing = {"first": GLAD, "second": GLAD | {"emotion_sentiment": 1}}
    corpus, raters = judged({"first": CALM}, differing, {"first": GLAD}, {"first": GLAD})
    calm, _differing, glad, used = corpus.dialogues.order_by("order")
    keyed(used, "training")
    assert list(with_full_agreement(corpus=corpus, raters=raters, most=9)) == [glad, calm]
    assert list(with_full_agreement(corpus=corpus, raters=raters, most=1)) == [glad]


def test_a_single_rater_is_no_agreement() -> None:
    corpus, raters = judged({"first": CALM})
    assert list(with_full_agreement(corpus=corpus, raters=raters[:1], most=9)) == []


def test_turning_on_takes_a_dialogue_of_this_corpus() -> None:
    calibrated("gold")
    corpus = corpus_with_work()
    assert (
        code_of(change_calibration, corpus=corpus, **MARKS, **OFF | {"has_gold": True}) == "calibration.none_for_gold"
    )
    assert Calibration.objects.count() == 1
