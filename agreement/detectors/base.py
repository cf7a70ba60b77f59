"""The protocol of a detector and of its result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from agreement.detectors.material import Material

Severity = Literal["note", "warning", "severe"]
# what a finding is about: `material` (texts), `answers` (their own pattern, or facts), `behaviour` (times and playing),
# `disagreement` (that a person answers otherwise than others do), `results` (gold and qualification)
Subject = Literal["material", "answers", "behaviour", "disagreement", "results"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """One case; attributes as of `corpus.domain.findings.NewFinding`.

    Attributes:
        rater: slug of the rater concerned; empty for none.
        p_value: probability of a case like it, or a clearer one, anywhere among all that this detector examines of this
            kind, if nothing is wrong; None for a fact, about which there is nothing to doubt.
        identity: what tells this case from others of its kind, task and rater while its rows grow; None: its rows.
    """

    rows: Mapping[str, Any]
    extent_count: int
    extent_share: float
    severity: Severity
    task: str = ""
    rater: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    p_value: float | None = None
    identity: str | None = None


class Detector(Protocol):
    """A search for one kind of defect.

    Attributes:
        name: kind and source of its findings; unique in the registry.
        summary: a lazily translated noun phrase for the cases of this kind ("columns that end in ...").
        case: a lazily translated sentence about one case, with `%(name)s` placeholders for its evidence.
        null: the null hypothesis, as a lazily translated sentence; empty for facts.
        subject: see `Subject`. A finding of mere disagreement pauses nobody.
        is_test: whether its cases have p-values and so share the level of the collection.
        explained_by: kinds of findings whose answers it does not look at, so that a fault has one finding and nobody is
            blamed for another's.
    """

    @property
    def name(self) -> str: ...

    @property
    def summary(self) -> object: ...

    @property
    def case(self) -> object: ...

    @property
    def null(self) -> object: ...

    @property
    def subject(self) -> Subject: ...

    @property
    def is_test(self) -> bool: ...

    @property
    def explained_by(self) -> tuple[str, ...]: ...

    def detect(self, material: Material) -> Iterator[Detection]:
        """Yield the cases; they and their order depend on the material only. Cases of chance have large p-values."""
        ...


class Kind:
    """Usual attributes of a detector: facts about answers."""

    null: object = ""
    subject: Subject = "answers"
    is_test = False
    explained_by: tuple[str, ...] = ()
