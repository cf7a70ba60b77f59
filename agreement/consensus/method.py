"""The description of a consensus method, and the values that it works with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from agreement.consensus.patterns import Patterns

Answer = str | int | list[str]
Answers = Mapping[str, Answer]  # question slug -> answer
Choice = str | int | bool  # a choice, a value of a link, or whether one choice of several is given


def gettext_noop(text: str) -> str:
    """Mark a text for translation; it is translated where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class Consensus:
    """The consensus on one question of an utterance.

    Attributes:
        label: the label; None if there is none. A link's may be `not_applicable`.
        source: how the label came about or why it is missing, a word of `agreement.consensus.sources`.
        answers: rater slug -> answer, in the order of the slugs, counted or not.
        distribution: probability of each possible answer as text, from methods that give one; of a task with several
            choices, the probability of each choice on its own.
    """

    label: Answer | None
    source: str
    answers: dict[str, Answer]
    distribution: dict[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to decide: a task, a link, or one choice of a task that takes several.

    Attributes:
        slug: of the question; of a choice `question.choice`.
        answers: the possible ones in the codebook's order; a code is an index into them. `(False, True)` for a choice.
    """

    slug: str
    answers: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a method for one item.

    Attributes:
        answer: None if there is none.
        source: a word of `agreement.consensus.sources`.
        distribution: probability of each possible answer, in their order; None if the method gives none.
    """

    answer: Choice | None
    source: str
    distribution: tuple[float, ...] | None = None


# Decides one item of one utterance. The votes are rater slug -> answer: at least one, in the order of the slugs, and
# none that is reserved.
Decide = Callable[[Item, Mapping[str, Choice]], Verdict]


@dataclass(frozen=True, slots=True)
class Parameter:
    """The number that follows the name of a method, as in `threshold:0.7`.

    Attributes:
        name: for help and forms.
        default: the value if none is given.
        low, high: the bounds, both included.
        label: for forms.
    """

    name: str
    default: float
    low: float
    high: float
    label: str


@dataclass(frozen=True, slots=True)
class ConsensusMethod:
    """An entry of `registry.METHODS`.

    Attributes:
        name: on the command line and in manifests.
        label: for forms.
        fit: takes the parameter (None if there is none) and the patterns of the corpus's answers by slug of the item
            (empty unless `reads_corpus`); returns the function that decides. Equal votes must give an equal verdict,
            since results are cached, and equal patterns an equal function.
        parameter: the method's number, if it takes one.
        reads_corpus: whether `fit` needs the patterns, which costs a pass over the annotations.
        is_soft: whether the verdicts have distributions.
        tells_raters_apart: whether a verdict depends on the raters who gave the votes, and not on the votes alone; if
            not, an export computes fewer verdicts.
    """

    name: str
    label: str
    fit: Callable[[float | None, Mapping[str, Patterns]], Decide]
    parameter: Parameter | None = None
    reads_corpus: bool = False
    is_soft: bool = False
    tells_raters_apart: bool = True
