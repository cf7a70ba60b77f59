"""Qualification statuses of all people of a corpus, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from annotator.domain.calibration.qualification import (
    QualificationStatus,
    Round,
    calibration_of,
    parts_left,
    status_from,
)
from annotator.models import Assignment, Attempt, CalibrationDialogue, Qualification
from corpus.models import Corpus, Dialogue, Purpose, Rater


@dataclass(frozen=True, slots=True)
class _Had:
    """An assignment of a person to a calibration dialogue: whether it is scored, and whether it is open."""

    is_judged: bool
    is_open: bool


@dataclass(frozen=True, slots=True)
class _PrefetchedFacts:
    """Facts of one person, taken from rows that were read for all.

    Attributes:
        used: the calibration dialogues for training and test.
        had: their assignments, by dialogue and purpose.
    """

    qualification: Qualification | None
    finished: tuple[Attempt, ...]
    used: Sequence[CalibrationDialogue]
    had: dict[int, dict[str, _Had]]

    def decided(self) -> Qualification | None:
        return self.qualification

    def attempts(self) -> tuple[Attempt, ...]:
        return self.finished

    def round(self, use: str, part: int = 1) -> Round:
        done = left = 0
        for each in self.used:
            if (each.use, each.part) == (use, part):
                had = self.had.get(each.dialogue_id, {}).get(use)
                done += had is not None and had.is_judged
                is_ready = each.dialogue.state == Dialogue.State.READY
                left += is_ready and (self._is_new(each) or (had is not None and had.is_open and not had.is_judged))
        return Round(done, done + left)

    def open_parts(self, attempts: Sequence[Attempt]) -> list[int]:
        tests = [each for each in self.used if each.use == Purpose.TEST]
        begun = {each.part for each in tests if Purpose.TEST in self.had.get(each.dialogue_id, {})}
        new = {each.part for each in tests if self._is_new(each) and each.dialogue.state == Dialogue.State.READY}
        return parts_left(begun, new, attempts)

    def _is_new(self, used: CalibrationDialogue) -> bool:
        return used.dialogue_id not in self.had


def statuses_of(*, corpus: Corpus, raters: Sequence[Rater]) -> dict[int, QualificationStatus]:
    """Return the status of each of these members, by primary key; the same as `status_of` for one."""
    in_use = CalibrationDialogue.objects.filter(dialogue__corpus=corpus, use__in=[Purpose.TRAINING, Purpose.TEST])
    used = list(in_use.select_related("dialogue").order_by("pk"))
    decided = {each.rater_id: each for each in Qualification.objects.filter(rater__in=raters)}
    attempts: dict[int, list[Attempt]] = defaultdict(list)
    for attempt in Attempt.objects.filter(rater__in=raters).order_by("number"):
        attempts[attempt.rater_id].append(attempt)
    had: dict[int, dict[int, dict[str, _Had]]] = defaultdict(lambda: defaultdict(dict))
    rows = Assignment.objects.filter(rater__in=raters, dialogue__in=[each.dialogue_id for each in used])
    for rater, dialogue, purpose, state, result in rows.values_list("rater", "dialogue", "purpose", "state", "result"):
        had[rater][dialogue][purpose] = _Had(result is not None, state == Assignment.State.OPEN)
    calibration = calibration_of(corpus)
    return {
        rater.pk: status_from(
            calibration, _PrefetchedFacts(decided.get(rater.pk), tuple(attempts[rater.pk]), used, had[rater.pk])
        )
        for rater in raters
    }
