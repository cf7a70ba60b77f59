"""The result of a measure: a value with its interval, or the reason why it is undefined."""

from __future__ import annotations

from dataclasses import asdict, dataclass

FEW_DIALOGUES = 50  # below it every interval is too narrow: 79-93 % coverage of a nominal 95 % in simulation

ONE_RATER = "one_rater"  # fewer than two raters gave any answer
NOTHING_TO_COMPARE = "nothing_to_compare"  # no utterance has two ratings
NO_VARIATION = "no_variation"  # one category everywhere: agreement beyond chance can neither show nor be ruled out
NEVER_USED = "never_used"  # the category occurs in no compared utterance
TOO_MANY_SETS = "too_many_sets"  # more different sets of choices than `MOST_SETS`
MOST_SETS = 2000  # the time grows with its square: 22,000 utterances of three raters take about 10 s at this number


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value, or `None` with the reason.

    Attributes:
        value: the point estimate; None if it is undefined, which is never the same as 0 or 1.
        reason: why `value` is None (a constant of this module); empty otherwise.
        low: lower end of the 95 % interval; None if it cannot be estimated (one dialogue, or all dialogues alike).
        high: upper end of the interval.
        n_units: number of utterances with at least two ratings, the only ones that can be compared.
        n_dialogues: number of dialogues with at least one such utterance.
        n_raters: number of raters with at least one rating.
    """

    value: float | None
    reason: str
    low: float | None
    high: float | None
    n_units: int
    n_dialogues: int
    n_raters: int

    def as_json(self) -> dict[str, float | int | str | None]:
        """Return the attributes by name."""
        return asdict(self)
