"""The description of a consensus method."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from corpus.rules.codebook import Codebook

Answer = str | int | list[str]
Answers = Mapping[str, Answer]  # question slug -> answer


@dataclass(frozen=True, slots=True)
class Consensus:
    """The consensus on one question of an utterance.

    Attributes:
        label: the label; None if there is none. A link's may be `not_applicable`.
        source: a word for the origin of the label or the reason why it is missing, see the method.
        answers: rater slug -> answer, in the order of the slugs, counted or not.
    """

    label: Answer | None
    source: str
    answers: dict[str, Answer]


@dataclass(frozen=True, slots=True)
class ConsensusMethod:
    """An entry of `registry.METHODS`.

    Attributes:
        name: on the command line and in manifests.
        summary: a short description for `--help`.
        labels: takes a codebook and the answers to one utterance by rater slug; returns the consensus on every question
            of the codebook, in its order. Equal answers must give an equal result, since results are cached.
    """

    name: str
    summary: str
    labels: Callable[[Codebook, Mapping[str, Answers]], dict[str, Consensus]]
