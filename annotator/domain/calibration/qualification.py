"""What a person has to do before the main work is open to them, and the hidden gold among it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from django.db.models import Exists, Max, OuterRef, QuerySet

from annotator.domain.calibration.judging import close_attempt
from annotator.models import Assignment, Attempt, Calibration, CalibrationDialogue, Qualification, Result, Slot
from annotator.rules.gold_draws import in_drawn_order, is_gold
from common.errors import Refused
from corpus.models import Corpus, Dialogue, Purpose, Rater

Stage = Literal["training", "test", "failed", "qualified"]


@dataclass(frozen=True, slots=True)
class Round:
    """How many dialogues of a training round or test set are handed in, and of how many."""

    done: int = 0
    all: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person is on their way to the main work.

    Attributes:
        stage: what comes next; `failed`: nothing until a manager decides.
        training: the training round.
        test: the present test set.
        part: number of the present test set; 0 where there is none.
        pass_percent: what a test asks for now.
        attempts_left: at the test, the present one included.
        attempts: all that were finished, oldest first.
    """

    stage: Stage
    training: Round = Round()
    test: Round = Round()
    part: int = 0
    pass_percent: int = 0
    attempts_left: int = 0
    attempts: tuple[Attempt, ...] = ()


def calibration_of(corpus: Corpus) -> Calibration | None:
    """Return the corpus's calibration, without a query where it was read with the corpus."""
    return getattr(corpus, "calibration", None)


class Facts(Protocol):
    """What is asked of one person to say where they stand, in the order in which it is asked."""

    def decided(self) -> Qualification | None:
        """Return what was decided about them."""

    def attempts(self) -> tuple[Attempt, ...]:
        """Return their finished attempts at the test, oldest first."""

    def round(self, use: str, part: int = 1) -> Round:
        """Return how far they are in a round."""

    def open_parts(self, attempts: Sequence[Attempt]) -> list[int]:
        """Return the test sets that they may still take, the one they have begun first."""


def standing_of(*, rater: Rater) -> Standing:
    """Return where a member stands; where the corpus asks for nothing they are qualified."""
    return standing_by(calibration_of(rater.corpus), _Asked(rater))


def standing_by(calibration: Calibration | None, facts: Facts) -> Standing:
    """Return where the person stands of whom these are the facts."""
    if calibration is None or not (calibration.has_training or calibration.has_test):
        return Standing("qualified")
    mark = calibration.pass_percent
    decided, attempts = facts.decided(), facts.attempts()
    if decided and decided.qualified_at:
        return Standing("qualified", pass_percent=mark, attempts=attempts)
    training = facts.round(Purpose.TRAINING)
    if calibration.has_training and training.done < training.all:
        return Standing("training", training, pass_percent=mark, attempts_left=calibration.attempts, attempts=attempts)
    if not calibration.has_test:
        return Standing("qualified", training, pass_percent=mark, attempts=attempts)
    forgiven = decided.forgiven if decided else 0
    left = max(0, calibration.attempts - sum(attempt.number > forgiven for attempt in attempts))
    parts = facts.open_parts(attempts)
    if not left or not parts:
        return Standing("failed", training, pass_percent=mark, attempts=attempts)
    test = facts.round(Purpose.TEST, parts[0])
    return Standing("test", training, test, parts[0], mark, min(left, len(parts)), attempts)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The facts of one person, each asked of the database when it is needed: mostly the first one says it all."""

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
    """Return a free slot of a dialogue for training, test or gold if it is its turn; None: go on with the main work.

    The caller has locked the rater. The slot is made for this person.

    Raises:
        Refused: `annotator.not_qualified`; the test was failed as often as the corpus allows.
    """
    calibration = calibration_of(rater.corpus)
    if calibration is None:
        return None
    while (standing := standing_of(rater=rater)).stage != "qualified":
        if standing.stage == "failed":
            raise Refused("annotator.not_qualified")
        use = Purpose.TRAINING if standing.stage == "training" else Purpose.TEST
        chosen = _new_to(rater, use).filter(part=standing.part or 1).order_by("dialogue__order").first()
        if chosen:
            return _slot(chosen, rater)
        # what was left of the test set has been taken out of it meanwhile: it ends with what there is
        close_attempt(rater=rater, part=standing.part, pass_percent=calibration.pass_percent, now=now)
    return _gold(calibration, rater)


def round_of(*, assignment: Assignment) -> tuple[str, int, int] | None:
    """Return what an assignment is openly part of: use, place and number of dialogues; None for the main work.

    Gold is main work to whoever does it.
    """
    if assignment.purpose not in (Purpose.TRAINING, Purpose.TEST):
        return None
    used = CalibrationDialogue.objects.filter(dialogue=assignment.dialogue_id).first()
    whole = _round(assignment.rater, assignment.purpose, used.part if used else 1)
    is_judged = Result.objects.filter(assignment=assignment).exists()
    return assignment.purpose, whole.done + (not is_judged), max(whole.all, 1)


def open_parts(rater: Rater, attempts: Sequence[Attempt]) -> list[int]:
    """Return the test sets that this person may still take, the one they have begun first."""
    begun = set(_had(rater, Purpose.TEST).values_list("part", flat=True))
    new = set(_new_to(rater, Purpose.TEST).values_list("part", flat=True))
    return parts_left(begun, new, attempts)


def parts_left(begun: set[int], new: set[int], attempts: Sequence[Attempt]) -> list[int]:
    """Return the test sets without a finished attempt, those begun first."""
    return sorted((new | begun) - {attempt.part for attempt in attempts}, key=lambda part: (part not in begun, part))


def _round(rater: Rater, use: str, part: int = 1) -> Round:
    of_part = _had(rater, use).filter(part=part)
    own = Assignment.objects.filter(dialogue=OuterRef("dialogue"), rater=rater, purpose=use)
    done = of_part.filter(Exists(own.filter(result__isnull=False))).count()
    # one that was put aside meanwhile comes to nobody, so nothing waits for it
    ready = of_part.filter(dialogue__state=Dialogue.State.READY)
    in_hand = ready.filter(Exists(own.filter(result__isnull=True, state=Assignment.State.OPEN))).count()
    return Round(done, done + in_hand + _new_to(rater, use).filter(part=part).count())


def _had(rater: Rater, use: str) -> QuerySet[CalibrationDialogue]:
    """Return the dialogues of a use that this person had for it."""
    had = Assignment.objects.filter(dialogue=OuterRef("dialogue"), rater=rater, purpose=use)
    return CalibrationDialogue.objects.filter(Exists(had), use=use)


def _new_to(rater: Rater, use: str) -> QuerySet[CalibrationDialogue]:
    """Return the dialogues of a use that this person never had for any purpose: what one knows does not test one."""
    had = Assignment.objects.filter(dialogue=OuterRef("dialogue"), rater=rater)
    return CalibrationDialogue.objects.filter(
        ~Exists(had), dialogue__corpus=rater.corpus_id, dialogue__state=Dialogue.State.READY, use=use
    )


def _gold(calibration: Calibration, rater: Rater) -> Slot | None:
    if not calibration.has_gold:
        return None
    person = str(rater.public_id)
    place = Assignment.objects.filter(rater=rater, purpose__in=[Purpose.MAIN, Purpose.GOLD]).count()
    if not is_gold(seed=calibration.seed, person=person, place=place, percent=calibration.gold_percent):
        return None
    found = {str(each.dialogue.public_id): each for each in _new_to(rater, Purpose.GOLD).select_related("dialogue")}
    order = in_drawn_order(list(found), seed=calibration.seed, person=person)
    return _slot(found[order[0]], rater) if order else None


def _slot(chosen: CalibrationDialogue, rater: Rater) -> Slot:
    """Make a slot of a calibration dialogue for one person."""
    # people who come to one dialogue at once get numbers one after the other
    dialogue = Dialogue.objects.select_for_update(no_key=True).get(pk=chosen.dialogue_id)
    last = Slot.objects.filter(dialogue=dialogue, purpose=chosen.use).aggregate(last=Max("number"))["last"]
    return Slot.objects.create(dialogue=dialogue, purpose=chosen.use, number=(last or 0) + 1, rank=0, rater=rater)
