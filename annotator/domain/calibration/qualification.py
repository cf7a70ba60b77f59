"""Qualification for main work through training and test, and the next calibration slot of a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from django.db.models import Exists, Max, OuterRef, QuerySet

from annotator.domain.calibration.judging import close_attempt
from annotator.models import (
    Assignment,
    Attempt,
    Calibration,
    CalibrationDialogue,
    ClosedDialogue,
    Qualification,
    Result,
    Slot,
)
from common.errors import Refused
from corpus.models import Corpus, Dialogue, Purpose, Rater

Stage = Literal["training", "test", "failed", "qualified"]


@dataclass(frozen=True, slots=True)
class Round:
    """Finished and all dialogues of a training round or test set."""

    done: int = 0
    all: int = 0


@dataclass(frozen=True, slots=True)
class QualificationStatus:
    """Progress of a person towards main work.

    Attributes:
        stage: the next step; `failed`: no work until a manager decides.
        training: the training round.
        test: the current test set.
        part: number of the current test set; 0: none.
        pass_percent: current pass mark.
        attempts_left: including the current one.
        attempts: finished ones, oldest first.
    """

    stage: Stage
    training: Round = Round()
    test: Round = Round()
    part: int = 0
    pass_percent: int = 0
    attempts_left: int = 0
    attempts: tuple[Attempt, ...] = ()


def calibration_of(corpus: Corpus) -> Calibration | None:
    """Return the calibration of a corpus, without a query if it was loaded with the corpus."""
    return getattr(corpus, "calibration", None)


class Facts(Protocol):
    """Data about one person from which the status is derived, in the order of use."""

    def decided(self) -> Qualification | None:
        """Return the decision about them."""

    def attempts(self) -> tuple[Attempt, ...]:
        """Return their finished attempts at the test, oldest first."""

    def round(self, use: str, part: int = 1) -> Round:
        """Return their progress in a round."""

    def open_parts(self, attempts: Sequence[Attempt]) -> list[int]:
        """Return the test sets that they may still take, started ones first."""


def status_of(*, rater: Rater) -> QualificationStatus:
    """Return the status of a member; without training and test everyone is qualified."""
    return status_from(calibration_of(rater.corpus), _QueriedFacts(rater))


def status_from(calibration: Calibration | None, facts: Facts) -> QualificationStatus:
    """Return the status derived from these facts."""
    if calibration is None or not (calibration.has_training or calibration.has_test):
        return QualificationStatus("qualified")
    mark = calibration.pass_percent
    decided, attempts = facts.decided(), facts.attempts()
    if decided and decided.qualified_at:
        return QualificationStatus("qualified", pass_percent=mark, attempts=attempts)
    training = facts.round(Purpose.TRAINING)
    if calibration.has_training and training.done < training.all:
        return QualificationStatus(
            "training", training, pass_percent=mark, attempts_left=calibration.attempts, attempts=attempts
        )
    if not calibration.has_test:
        return QualificationStatus("qualified", training, pass_percent=mark, attempts=attempts)
    forgiven = decided.forgiven if decided else 0
    left = max(0, calibration.attempts - sum(attempt.number > forgiven for attempt in attempts))
    parts = facts.open_parts(attempts)
    if not left or not parts:
        return QualificationStatus("failed", training, pass_percent=mark, attempts=attempts)
    test = facts.round(Purpose.TEST, parts[0])
    return QualificationStatus("test", training, test, parts[0], mark, min(left, len(parts)), attempts)


@dataclass(frozen=True, slots=True)
class _QueriedFacts:
    """Facts of one person, each queried when it is needed: usually the first one is enough."""

    rater: Rater

    def decided(self) -> Qualification | None:
        return Qualification.objects.filter(rater=self.rater).first()

    def attempts(self) -> tuple[Attempt, ...]:
        return tuple(Attempt.objects.filter(rater=self.rater).order_by("number"))

    def round(self, use: str, part: int = 1) -> Round:
        return _round(self.rater, use, part)

    def open_parts(self, attempts: Sequence[Attempt]) -> list[int]:
        return open_parts(self.rater, attempts)


def next_slot(*, rater: Rater, now: datetime) -> Slot | None:
    """Create and return a slot for training or test if one is due; None: continue with main work.

    The caller has locked the rater. The slot is reserved for this person.

    Raises:
        Refused: `annotator.not_qualified`; the person has failed all attempts.
    """
    calibration = calibration_of(rater.corpus)
    if calibration is None:
        return None
    while (status := status_of(rater=rater)).stage != "qualified":
        if status.stage == "failed":
            raise Refused("annotator.not_qualified")
        use = Purpose.TRAINING if status.stage == "training" else Purpose.TEST
        chosen = _new_to(rater, use).filter(part=status.part or 1).order_by("dialogue__order").first()
        if chosen:
            return _slot(chosen, rater)
        # The remaining dialogues were removed from the test set in the meantime: the attempt ends with the others.
        close_attempt(rater=rater, part=status.part, pass_percent=calibration.pass_percent, now=now)
    return None


def next_round(*, rater: Rater) -> Stage:
    """Return the stage in which the next dialogue of a member would be given out, as `next_slot` does.

    A test whose remaining dialogues were removed is still a test: the next claim ends it and shows its result.
    """
    return "qualified" if calibration_of(rater.corpus) is None else status_of(rater=rater).stage


def round_of(*, assignment: Assignment) -> tuple[str, int, int] | None:
    """Return use, position and number of dialogues of the training or test round of an assignment; None for main work.

    Gold counts as main work here, so that annotators cannot recognize it.
    """
    if assignment.purpose not in (Purpose.TRAINING, Purpose.TEST):
        return None
    used = CalibrationDialogue.objects.filter(dialogue=assignment.dialogue_id).first()
    whole = _round(assignment.rater, assignment.purpose, used.part if used else 1)
    is_judged = Result.objects.filter(assignment=assignment).exists()
    return assignment.purpose, whole.done + (not is_judged), max(whole.all, 1)


def open_parts(rater: Rater, attempts: Sequence[Attempt]) -> list[int]:
    """Return the test sets that this person may still take, started ones first."""
    begun = set(_had(rater, Purpose.TEST).values_list("part", flat=True))
    new = set(_new_to(rater, Purpose.TEST).values_list("part", flat=True))
    return parts_left(begun, new, attempts)


def parts_left(begun: set[int], new: set[int], attempts: Sequence[Attempt]) -> list[int]:
    """Return the test sets without a finished attempt, started ones first."""
    return sorted((new | begun) - {attempt.part for attempt in attempts}, key=lambda part: (part not in begun, part))


def _round(rater: Rater, use: str, part: int = 1) -> Round:
    of_part = _had(rater, use).filter(part=part)
    own = Assignment.objects.filter(dialogue=OuterRef("dialogue"), rater=rater, purpose=use)
    done = of_part.filter(Exists(own.filter(result__isnull=False))).count()
    # An excluded dialogue is not given out, so it does not count as remaining.
    ready = of_part.filter(dialogue__state=Dialogue.State.READY)
    in_hand = ready.filter(Exists(own.filter(result__isnull=True, state=Assignment.State.OPEN))).count()
    return Round(done, done + in_hand + _new_to(rater, use).filter(part=part).count())


def _had(rater: Rater, use: str) -> QuerySet[CalibrationDialogue]:
    """Return the dialogues of a use that this person has had for it."""
    had = Assignment.objects.filter(dialogue=OuterRef("dialogue"), rater=rater, purpose=use)
    return CalibrationDialogue.objects.filter(Exists(had), use=use)


def _new_to(rater: Rater, use: str) -> QuerySet[CalibrationDialogue]:
    """Return the dialogues of a use that this person has never had for any purpose and that are not closed to them."""
    had = Assignment.objects.filter(dialogue=OuterRef("dialogue"), rater=rater)
    closed = ClosedDialogue.objects.filter(dialogue=OuterRef("dialogue"), rater=rater)
    return CalibrationDialogue.objects.filter(
        ~Exists(had), ~Exists(closed), dialogue__corpus=rater.corpus_id, dialogue__state=Dialogue.State.READY, use=use
    )


def _slot(chosen: CalibrationDialogue, rater: Rater) -> Slot:
    """Create a slot of a calibration dialogue for one person."""
    # Concurrent claims of one dialogue get consecutive slot numbers.
    dialogue = Dialogue.objects.select_for_update(no_key=True).get(pk=chosen.dialogue_id)
    last = Slot.objects.filter(dialogue=dialogue, purpose=chosen.use).aggregate(last=Max("number"))["last"]
    return Slot.objects.create(dialogue=dialogue, purpose=chosen.use, number=(last or 0) + 1, rank=0, rater=rater)
