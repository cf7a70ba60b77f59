"""The result of a measure: a value with its interval, or the reason why it is undefined."""

from __future__ import annotations

from dataclasses import dataclass

FEW_DIALOGUES = 25  # that contain the rare answer; below it the interval covers less than it says (docs/agreement.md)

ONE_RATER = "one_rater"  # fewer than two raters gave any answer
NOTHING_TO_COMPARE = "nothing_to_compare"  # no utterance has two ratings
NO_VARIATION = "no_variation"  # one category everywhere: agreement beyond chance can neither show nor be ruled out
NEVER_USED = "never_used"  # the category occurs in no compared utterance
TOO_MANY_SETS = "too_many_sets"  # more different sets of choices than `MOST_SETS`
NEGATIVE_VALUES = "negative_values"  # the weights need values of at least 0
INCOMPLETE = "incomplete"  # the measure is defined for raters that all rated every utterance, and some did not
MOST_SETS = 2000  # the time grows with its square: 22,000 utterances of three raters take about 10 s at this number

FEW = "few_dialogues"  # fewer than `FEW_DIALOGUES` contain the rare answer: the interval is shown in grey
SINGLE = "single_event"  # one dialogue alone has a disagreement, or the rare answer: no interval
PERFECT = "perfect"  # no disagreement at all: the interval is a bound
ALIKE = "alike"  # all dialogues are alike, or there is only one: no interval
NOTES = (FEW, SINGLE, PERFECT, ALIKE)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value, or `None` with the reason.

    Attributes:
        value: the point estimate; None if it is undefined, which is never the same as 0 or 1.
        reason: why `value` is None (a constant of this module); empty otherwise.
        low, high: the 95 % interval for these raters; None if it cannot be estimated (see `note`).
        n_units: number of utterances with at least two ratings, the only ones that can be compared.
        n_dialogues: number of dialogues with at least one such utterance.
        n_raters: number of raters with at least one rating.
        error: the standard error clustered by dialogues; None if there is no interval.
        n_carriers: number of compared dialogues that contain the category and something else, whichever is less; of a
            question, with an answer other than the most frequent one.
        n_disagreeing: number of dialogues in which raters differ about it.
        note: what a reader of the interval must know, one of `NOTES`; empty if there is nothing.
        wide_low, wide_high: the 95 % interval that also generalises over raters; None if it was not computed.
    """

    value: float | None
    reason: str
    low: float | None
    high: float | None
    n_units: int
    n_dialogues: int
    n_raters: int
    error: float | None = None
    n_carriers: int = 0
    n_disagreeing: int = 0
    note: str = ""
    wide_low: float | None = None
    wide_high: float | None = None

    def as_json(self) -> dict[str, float | int | str | None]:
        """Return the attributes by name."""
        return {name: getattr(self, name) for name in self.__slots__}

    def rounded(self) -> dict[str, float | int | str | None]:
        """Return the same rounded to 12 digits, because the last bits depend on the machine's arithmetic."""
        return {name: round(value, 12) if isinstance(value, float) else value for name, value in self.as_json().items()}
