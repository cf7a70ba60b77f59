"""Calibration of a corpus: its settings, and the dialogues used for it."""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import transaction
from django.db.models import Count

from annotator.domain.calibration.answer_sets import answers_from_experts, codebook_of, expert_labels, lacks_answers
from annotator.models import Assignment, Calibration, CalibrationDialogue
from common.errors import Refused
from common.models import User
from corpus.models import Corpus, Dialogue, Purpose, Rater
from corpus.rules.codebook import Codebook

USES = tuple(str(use) for use in CalibrationDialogue.USES)
MOST_PARTS = 20


def settings_of(corpus: Corpus) -> Calibration:
    """Return the calibration of a corpus, or an unsaved one with everything off."""
    return Calibration.objects.filter(corpus=corpus).first() or Calibration(corpus=corpus)


@transaction.atomic
def change_calibration(
    *,
    corpus: Corpus,
    has_training: bool,
    has_test: bool,
    has_gold: bool,
    pass_percent: int,
    attempts: int,
    gold_percent: int,
) -> Calibration:
    """Turn training, test and gold on or off, and set their marks.

    Args:
        corpus: the corpus.
        has_training, has_test, has_gold: each needs a dialogue that is used for it.
        pass_percent: pass mark in percent of the scored answers, from 1 to 100.
        attempts: from 1; each uses its own test set.
        gold_percent: percentage of the dialogues of a person, from 1 to 50.

    Raises:
        Refused: `calibration.out_of_range`; `calibration.no_dialogues` for the use without dialogues.
    """
    if not (1 <= pass_percent <= 100 and 1 <= gold_percent <= 50 and 1 <= attempts <= MOST_PARTS):
        raise Refused("calibration.out_of_range")
    for use, wanted in ((Purpose.TRAINING, has_training), (Purpose.TEST, has_test), (Purpose.GOLD, has_gold)):
        if wanted and not CalibrationDialogue.objects.filter(dialogue__corpus=corpus, use=use).exists():
            raise Refused(f"calibration.none_for_{use.value}")
    marks = {"pass_percent": pass_percent, "attempts": attempts, "gold_percent": gold_percent}
    switches = {"has_training": has_training, "has_test": has_test, "has_gold": has_gold}
    return Calibration.objects.update_or_create(corpus=corpus, defaults=marks | switches)[0]


@transaction.atomic
def use_dialogue(*, dialogue: Dialogue, use: str, part: int = 1) -> CalibrationDialogue:
    """Use a dialogue with known answers for training, for a test set or as gold.

    Args:
        dialogue: ready, with answer sets.
        use: one of `CalibrationDialogue.USES`; a dialogue has one use at a time.
        part: number of the test set, from 1; 1 for the other uses.

    Raises:
        Refused: `calibration.unknown_use`, `calibration.not_ready`, `calibration.lacks_answers`;
            `calibration.used_before`, someone has had it for another use.
    """
    if use not in USES or not 1 <= part <= MOST_PARTS or (use != Purpose.TEST and part != 1):
        raise Refused("calibration.unknown_use")
    if dialogue.state != Dialogue.State.READY:
        raise Refused("calibration.not_ready", dialogue=dialogue.code)
    others = Assignment.objects.filter(dialogue=dialogue, purpose__in=USES).exclude(purpose=use)
    if others.exists():
        raise Refused("calibration.used_before", dialogue=dialogue.code)
    if lacks_answers(dialogue=dialogue):
        raise Refused("calibration.lacks_answers", dialogue=dialogue.code)
    return CalibrationDialogue.objects.update_or_create(dialogue=dialogue, defaults={"use": use, "part": part})[0]


@transaction.atomic
def stop_using_dialogue(*, dialogue: Dialogue) -> None:
    """Stop using a dialogue for calibration; results stay. A use without dialogues is turned off."""
    CalibrationDialogue.objects.filter(dialogue=dialogue).delete()
    used = set(CalibrationDialogue.objects.filter(dialogue__corpus=dialogue.corpus_id).values_list("use", flat=True))
    off = {f"has_{use}": False for use in USES if use not in used}
    if off:
        Calibration.objects.filter(corpus=dialogue.corpus_id).update(**off)


@transaction.atomic
def use_dialogues(
    *,
    dialogues: Sequence[Dialogue],
    raters: Sequence[Rater],
    unanimous: bool,
    use: str,
    part: int = 1,
    author: User | None,
) -> int:
    """Use dialogues, all or none, and return their number; those without answers get them from experts.

    Raises:
        Refused: the codes of `answers_from_experts` and `use_dialogue`.
    """
    for dialogue in dialogues:
        if lacks_answers(dialogue=dialogue):
            answers_from_experts(dialogue=dialogue, raters=raters, unanimous=unanimous, author=author)
        use_dialogue(dialogue=dialogue, use=use, part=part)
    return len(dialogues)


def with_full_agreement(*, corpus: Corpus, raters: Sequence[Rater], most: int) -> Sequence[Dialogue]:
    """Return ready dialogues without a use on which all raters, at least two, agree.

    Dialogues with the largest share of non-default answers come first: agreement on default answers is easy, and they
    test little.

    Raises:
        Refused: `annotator.no_codebook`.
    """
    rules = codebook_of(corpus).rules()
    rows = (
        expert_labels(raters)
        .filter(
            utterance__dialogue__corpus=corpus,
            utterance__dialogue__state=Dialogue.State.READY,
            utterance__dialogue__calibration__isnull=True,
        )
        .order_by("utterance__dialogue")
        .values_list("utterance__dialogue", "utterance", "answers")
    )
    unusual: dict[int, float] = {}
    lengths: dict[int, int] = {}
    for dialogue, labels in groupby(rows.iterator(), key=itemgetter(0)):
        given: dict[int, list[object]] = {}
        for _dialogue, utterance, answers in labels:
            given.setdefault(utterance, []).append(answers)
        if all(len(each) > 1 and all(answers == each[0] for answers in each) for each in given.values()):
            unusual[dialogue] = sum(_is_unusual(rules, each[0]) for each in given.values()) / len(given)
            lengths[dialogue] = len(given)
    agreed = Dialogue.objects.filter(pk__in=unusual).annotate(Count("utterances"))
    complete = [dialogue for dialogue in agreed if dialogue.utterances__count == lengths[dialogue.pk]]
    return sorted(complete, key=lambda dialogue: (-unusual[dialogue.pk], dialogue.order))[:most]


def _is_unusual(rules: Codebook, answers: Any) -> bool:
    return any(answers.get(task.slug) != task.default for task in rules.tasks)
