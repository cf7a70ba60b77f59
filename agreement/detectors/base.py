"""The protocol of a detector: its input and its result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol

Severity = Literal["note", "warning", "severe"]


class Row(NamedTuple):
    """One utterance with one rater's answers to it.

    Attributes:
        dialogue: public id of its dialogue.
        dialogue_code: name of the dialogue.
        utterance: public id.
        file, row: source of an imported utterance, rows counted from 1 with the header; "" and None for others.
        speaker: name, "" if unknown.
        text: of the utterance.
        answers: question slug -> answer; empty where no rater's answers are read.
    """

    dialogue: str
    dialogue_code: str
    utterance: str
    file: str
    row: int | None
    speaker: str
    text: str
    answers: Mapping[str, Any]


class Material(Protocol):
    """The utterances of a corpus, with the answers of at most one rater."""

    @property
    def questions(self) -> Sequence[str]:
        """Slugs of the codebook's tasks and links."""

    def rows(self) -> Iterator[Row]:
        """Read the utterances in the order of the corpus; may be called again. With a rater, only answered ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """One case; attributes as of `corpus.domain.findings.NewFinding`, which adds the rater and the kind."""

    rows: Mapping[str, Any]
    extent_count: int
    extent_share: float
    severity: Severity
    task: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)


class Detector(Protocol):
    """A search for one kind of defect.

    Attributes:
        name: kind and source of its findings; unique in the registry.
        summary: a lazily translated noun phrase for the cases of this kind ("columns that end in ...").
        case: a lazily translated sentence about one case, with `%(name)s` placeholders for its evidence.
        per_rater: whether it examines answers and so runs once for each rater; else it runs once for the corpus.
    """

    @property
    def name(self) -> str: ...

    @property
    def summary(self) -> object: ...

    @property
    def case(self) -> object: ...

    @property
    def per_rater(self) -> bool: ...

    def detect(self, material: Material) -> Iterator[Detection]:
        """Yield the cases; the order depends on the material only."""
        ...


def location(row: Row, last: Row | None = None) -> dict[str, Any]:
    """Return the position of rows in an imported file, as a part of `Detection.rows`; empty for other rows."""
    if row.row is None:
        return {}
    place: dict[str, Any] = {"file": row.file, "first_row": row.row}
    return place if last is None else place | {"last_row": last.row}
