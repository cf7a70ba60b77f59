"""The material that detectors examine: a corpus with the answers of all its raters, as arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
import numpy.typing as npt

from corpus.rules.codebook import Codebook, CodeLayout
from corpus.rules.codebook.codes import MISSING

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int16]
T = TypeVar("T")

MEMBER, SOURCE, MODEL = "member", "source", "model"


class Row(NamedTuple):
    """One utterance; `file` and `row` (from 1, with the header) are its place in an imported file, else "" and None."""

    dialogue: str
    dialogue_code: str
    utterance: str
    file: str
    row: int | None
    speaker: str
    text: str


class MaterialRater(NamedTuple):
    """A rater: `kind` is `member`, `source` or `model`."""

    slug: str
    kind: str


class TestResult(NamedTuple):
    """The result of a rater in gold or in the qualification test.

    Attributes:
        rater: slug.
        purpose: `gold` or `test`.
        right, judged: numbers of answers.
        needed: percent that the corpus asks for.
    """

    rater: str
    purpose: str
    right: int
    judged: int
    needed: int


@dataclass(frozen=True, kw_only=True)
class Material:
    """N utterances of D dialogues in the order of the corpus, with the answers of R raters.

    Attributes:
        codebook: the questions; None for a corpus without a codebook, which has no raters then.
        lines: the N utterances.
        raters: the R raters.
        codes: (R, N, W) codes of the answers that were handed in first, in the layout of the codebook, -1 in the first
            cell of a question without an answer that can be compared.
        clip_ms: (N,) length of the clips; 0 without a clip.
        moment: (R, N) µs since 1970 of the first commit; 0 for imported answers.
        active_ms, played_ms: (R, N) of all commits together; 0 for imported answers.
        results: of gold and qualification.
    """

    codebook: Codebook | None
    lines: Sequence[Row]
    raters: Sequence[MaterialRater] = ()
    codes: Codes = field(default_factory=lambda: np.empty((0, 0, 0), dtype=np.int16))
    clip_ms: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    moment: Ints = field(default_factory=lambda: np.empty((0, 0), dtype=np.int64))
    active_ms: Ints = field(default_factory=lambda: np.empty((0, 0), dtype=np.int64))
    played_ms: Ints = field(default_factory=lambda: np.empty((0, 0), dtype=np.int64))
    results: Sequence[TestResult] = ()
    _kept: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.lines)

    def rows(self) -> Iterator[Row]:
        """Return the utterances in the order of the corpus; may be called again."""
        return iter(self.lines)

    @property
    def questions(self) -> tuple[str, ...]:
        """Slugs of the tasks and links."""
        return tuple(each.slug for each in self.codebook.questions) if self.codebook else ()

    @cached_property
    def layout(self) -> CodeLayout | None:
        """The cells of the codes."""
        return CodeLayout(self.codebook) if self.codebook else None

    @cached_property
    def dialogue(self) -> Ints:
        """(N,) number of each utterance's dialogue, from 0."""
        names = [line.dialogue for line in self.lines]
        starts = np.array([before != now for before, now in zip(["", *names], names, strict=False)], dtype=bool)
        return (np.cumsum(starts) - 1).astype(np.int64)

    @cached_property
    def dialogues(self) -> int:
        """Their number."""
        return int(self.dialogue[-1]) + 1 if len(self) else 0

    @cached_property
    def files(self) -> Ints:
        """(N,) number of each utterance's imported file."""
        number: dict[str, int] = {}
        return np.array([number.setdefault(line.file, len(number)) for line in self.lines], dtype=np.int64)

    def values(self, question: str) -> Ints:
        """Return (R, N) the answers to a question as numbers: a code, or for a set of choices a number per set.

        Negative numbers are `MISSING` and the states *cannot judge* and *not applicable*.
        """
        return self.kept(("values", question), lambda: self._values(question))

    def _values(self, question: str) -> Ints:
        assert self.layout is not None  # noqa: S101 -- there are no questions without a codebook
        column = next(each for each in self.layout.columns if each.slug == question)
        cells = self.codes[:, :, column.start : column.start + column.width].astype(np.int64)
        value: Ints = cells[:, :, 0]
        for place in range(1, column.width):
            value = np.where(value >= 0, value + (cells[:, :, place] << 15 * place), value)
        return value

    @cached_property
    def given(self) -> Bools:
        """(R, N) whether a rater answered any question of an utterance."""
        if self.layout is None or not self.codes.size:
            return np.zeros((len(self.raters), len(self)), dtype=bool)
        given: Bools = (self.codes[:, :, [column.start for column in self.layout.columns]] != MISSING).any(axis=2)
        return given

    def order(self, rater: int) -> Ints:
        """Return the utterances that a rater answered, in the order of work; imported ones in that of the corpus."""

        def ordered() -> Ints:
            rows = np.flatnonzero(self.given[rater])
            return rows[np.argsort(self.moment[rater, rows], kind="stable")]

        return self.kept(("order", rater), ordered)

    def peers(self, kind: str = MEMBER) -> list[int]:
        """Return the numbers of the raters of a kind, who can be compared with each other."""
        return [number for number, rater in enumerate(self.raters) if rater.kind == kind]

    def kept(self, key: Any, compute: Callable[[], T]) -> T:
        """Return what `compute` returned for this key first, so that detectors share intermediate results."""
        if key not in self._kept:
            self._kept[key] = compute()
        return cast("T", self._kept[key])

    def place(self, rows: Ints) -> dict[str, Any]:
        """Return single rows as `Detection.rows`: their utterances, and where they are in an imported file."""
        named: dict[str, Any] = {"utterances": [self.lines[row].utterance for row in rows.tolist()]}
        return named | (location(self.lines[int(rows[0])]) if len(rows) else {})

    def rows_of(self, named: Mapping[str, Any]) -> Ints:
        """Return the rows that `Detection.rows` names."""
        number = self.kept("numbers", lambda: {line.utterance: place for place, line in enumerate(self.lines)})
        if "first" in named:
            return np.arange(number[named["first"]], number[named["last"]] + 1)
        if "dialogues" in named:
            wanted = set(named["dialogues"])
            return np.array([place for place, line in enumerate(self.lines) if line.dialogue in wanted], dtype=np.int64)
        return np.array([number[each] for each in named.get("utterances", ())], dtype=np.int64)

    def span(self, first: int, last: int) -> dict[str, Any]:
        """Return a range of rows of the corpus as `Detection.rows`."""
        begin, end = self.lines[first], self.lines[last]
        return {"first": begin.utterance, "last": end.utterance, **location(begin, end)}


def location(row: Row, last: Row | None = None) -> dict[str, Any]:
    """Return the position of rows in an imported file, as a part of `Detection.rows`; empty for other rows."""
    if row.row is None:
        return {}
    place: dict[str, Any] = {"file": row.file, "first_row": row.row}
    return place if last is None else place | {"last_row": last.row}
