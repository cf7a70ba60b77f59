"""What a measure answers with: a number and its interval, or the reason why there is none."""

from __future__ import annotations

from dataclasses import asdict, dataclass

FEW_DIALOGUES = 50  # below it every interval is too narrow: 79-93 % coverage of a nominal 95 % in simulation

ONE_RATER = "one_rater"  # fewer than two raters labelled anything
NOTHING_TO_COMPARE = "nothing_to_compare"  # no utterance has two labels
NO_VARIATION = "no_variation"  # one label everywhere: neither agreement nor disagreement beyond chance can show
NEVER_USED = "never_used"  # the label occurs in no compared utterance


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value, or `None` with the reason.

    Attributes:
        value: the point estimate; None where it is undefined, which is never the same as 0 or 1.
        reason: why `value` is None (a constant of this module); empty otherwise.
        low: lower end of the 95 % interval; None where none can be told (one dialogue, or all dialogues alike).
        high: upper end of it.
        n_units: utterances with at least two labels, the only ones that can be compared.
        n_dialogues: dialogues with at least one such utterance.
        n_raters: raters with at least one label.
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
