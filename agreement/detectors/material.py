"""The material that detectors examine: a corpus with the answers of all its raters, as arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
import numpy.typing as npt

from agreement.detectors.lines import Ints, Lines, Row
from corpus.rules.codebook import Codebook, CodeLayout
from corpus.rules.codebook.codes import MISSING

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int16]
Answers = npt.NDArray[np.signedinteger[Any]]
T = TypeVar("T")

MOST_COMBINED = 1 << 62
MOST_COUNTED = 1 << 17  # distance of values that are counted instead of sorted
MEMBER, SOURCE, MODEL = "member", "source", "model"


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
    lines: Lines
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

    @property
    def dialogue(self) -> Ints:
        """(N,) number of each utterance's dialogue, from 0."""
        return self.lines.dialogue

    @property
    def dialogues(self) -> int:
        """Their number."""
        return int(self.dialogue[-1]) + 1 if len(self) else 0

    @property
    def files(self) -> npt.NDArray[np.int32]:
        """(N,) number of each utterance's imported file."""
        return self.lines.file

    def values(self, question: str) -> Answers:
        """Return (R, N) the answers to a question as numbers: a code, or for a set of choices a number per set.

        Negative numbers are `MISSING` and the states *cannot judge* and *not applicable*. The numbers are as small as
        the codes, except those of a set with more choices than a code holds: widen them before a calculation.
        """
        return self.kept(("values", question), lambda: self._values(question))

    def _values(self, question: str) -> Answers:
        assert self.layout is not None  # noqa: S101 -- there are no questions without a codebook
        column = next(each for each in self.layout.columns if each.slug == question)
        if column.width == 1:
            return np.ascontiguousarray(self.codes[:, :, column.start])
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
        given = np.zeros(self.codes.shape[:2], dtype=bool)
        for column in self.layout.columns:
            given |= self.codes[:, :, column.start] != MISSING
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
        named: dict[str, Any] = {"utterances": self.lines.utterances(rows)}
        return named | (location(self.lines[int(rows[0])]) if len(rows) else {})

    def rows_of(self, named: Mapping[str, Any]) -> Ints:
        """Return the rows that `Detection.rows` names, in ascending order."""
        if "first" in named:
            first, last = (int(self.lines.rows_of([named[end]])[0]) for end in ("first", "last"))
            return np.arange(first, last + 1)
        if "dialogues" in named:
            return self.lines.rows_of_dialogues(named["dialogues"])
        return self.lines.rows_of(named.get("utterances", ()))

    def span(self, first: int, last: int) -> dict[str, Any]:
        """Return a range of rows of the corpus as `Detection.rows`."""
        begin, end = self.lines[first], self.lines[last]
        return {"first": begin.utterance, "last": end.utterance, **location(begin, end)}


def distinct(values: Answers) -> tuple[Answers, Answers, Ints]:
    """Return the distinct values in ascending order, the place of each value among them, and how often each occurs.

    It is `np.unique` without sorting, for values in a narrow range, such as codes.
    """
    if not values.size:
        return values.ravel(), values.astype(np.intp), np.zeros(0, dtype=np.int64)
    low, high = int(values.min()), int(values.max())
    if high - low > MOST_COUNTED:
        known, inverse, times = np.unique(values, return_inverse=True, return_counts=True)
        return known, inverse.reshape(values.shape), times
    shifted = np.subtract(values, low, dtype=np.int64 if values.itemsize > 2 else np.int32)
    counts = np.bincount(shifted.ravel(), minlength=high - low + 1)
    found = np.flatnonzero(counts)
    place = np.zeros(len(counts), dtype=np.min_scalar_type(-max(1, len(found))))
    place[found] = np.arange(len(found))
    return found + low, place[shifted], counts[found]


def combined(columns: Iterable[Answers]) -> Answers:
    """Return a number per row that is equal for rows with the same values in all columns of (M,) values, at least 1."""
    total: Answers = np.zeros(1, dtype=np.int32)
    span = 1
    for each in columns:
        column, low = each, int(each.min(initial=0))
        own = int(column.max(initial=0)) - low + 1
        if span * own > MOST_COMBINED:
            total = np.unique(total, return_inverse=True)[1]
            span = int(total.max(initial=0)) + 1
        if span * own > MOST_COMBINED:  # the values of a column may be far apart: sets of 60 choices and more
            column = np.unique(column, return_inverse=True)[1]
            low, own = 0, int(column.max(initial=0)) + 1
        span *= own
        kind = np.int32 if span < 1 << 31 else np.int64
        total = np.multiply(total, own, dtype=kind)
        total = np.add(total, np.subtract(column, low, dtype=kind), dtype=kind)
    return total


def location(row: Row, last: Row | None = None) -> dict[str, Any]:
    """Return the position of rows in an imported file, as a part of `Detection.rows`; empty for other rows."""
    if row.row is None:
        return {}
    place: dict[str, Any] = {"file": row.file, "first_row": row.row}
    return place if last is None else place | {"last_row": last.row}
