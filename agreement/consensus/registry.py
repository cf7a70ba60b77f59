"""The registry of consensus methods, and the choice of one by name and number.

To add a method, write its file, add its entry here, and test it against published values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from agreement.consensus import dawid_skene, majority, soft, threshold, unanimous
from agreement.consensus.method import ConsensusMethod, Decide
from agreement.consensus.patterns import Patterns

DEFAULT = "majority"
METHODS: dict[str, ConsensusMethod] = {
    method.name: method
    for method in (
        majority.MAJORITY,
        threshold.THRESHOLD,
        unanimous.UNANIMOUS,
        dawid_skene.DAWID_SKENE,
        soft.SOFT,
    )
}


@dataclass(frozen=True, slots=True)
class ChosenMethod:
    """A method with its number.

    Attributes:
        method: of the registry.
        value: of its parameter; None if it has none.
    """

    method: ConsensusMethod
    value: float | None

    def __str__(self) -> str:
        """Return the text that `choose` reads, always with the number."""
        return self.method.name if self.value is None else f"{self.method.name}:{self.value:g}"

    def fit(self, patterns: Mapping[str, Patterns]) -> Decide:
        """Return the function that decides.

        Args:
            patterns: slug of the item -> answers of the corpus; empty unless the method reads the corpus.
        """
        return self.method.fit(self.value, patterns)


def choose(text: str) -> ChosenMethod:
    """Return the method of a text like `majority`, `threshold:0.7` or `threshold:2/3`.

    Raises:
        ValueError: there is no such method, or the number is not one that it takes.
    """
    name, has_number, number = text.partition(":")
    method = METHODS.get(name)
    if method is None or (has_number and method.parameter is None):
        raise ValueError(text)
    parameter = method.parameter
    if parameter is None:
        return ChosenMethod(method, None)
    try:
        value = float(Fraction(number.strip())) if has_number else parameter.default
    except (ValueError, ZeroDivisionError, OverflowError):
        raise ValueError(text) from None
    if not parameter.low <= value <= parameter.high:
        raise ValueError(text)
    return ChosenMethod(method, float(f"{value:g}"))
