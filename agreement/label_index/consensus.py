"""The majority of a block of utterances, by the same rules as `agreement.consensus.labelling`, on codes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agreement.consensus import sources
from agreement.judgements.comparability import INCOMPARABLE, Codes
from agreement.label_index.block import Answerer, Mask, differ
from corpus.rules.codebook import Codebook, CodeLayout, Link
from corpus.rules.codebook.codes import BITS, CANNOT_JUDGE_CODE, MISSING, NOT_APPLICABLE_CODE, Column
from corpus.rules.codebook.conditions import comparisons

# The number of a source is its place here: the least one of the questions stands for a whole utterance.
ORDER = (*sources.OPEN, *sources.SETTLED)
NOT_ADMITTED, TIE, ENDS_NOT_SETTLED, CANNOT_JUDGE, NONE = (
    ORDER.index(each)
    for each in (sources.NOT_ADMITTED, sources.TIE, sources.ENDS_NOT_SETTLED, sources.CANNOT_JUDGE, sources.NONE)
)
SINGLE, MAJORITY, UNANIMOUS, NOT_ASKED = (
    ORDER.index(each) for each in (sources.SINGLE, sources.MAJORITY, sources.UNANIMOUS, sources.NOT_ASKED)
)
WITHOUT = np.array([NOT_ADMITTED, TIE, ENDS_NOT_SETTLED, CANNOT_JUDGE, NONE], dtype=np.int8)  # they give no label
Sources = npt.NDArray[np.int8]
Known = Callable[[Answerer], Mask]  # whether the condition of a link is known to hold, or to fail


@dataclass(slots=True)
class Labels:
    """The labels of n utterances.

    Attributes:
        codes: (W, n) codes of the labels, `MISSING` where there is none.
        sources: slug -> (n,) places in `ORDER`: how each label came about, or why there is none.
    """

    codes: Codes
    sources: dict[str, Sources]

    def as_answerer(self) -> Answerer:
        """Return the labels as if a rater had given them."""
        return Answerer(np.ones(self.codes.shape[1], dtype=bool), self.codes)


def majority(
    codebook: Codebook,
    layout: CodeLayout,
    answerers: Sequence[Answerer],
    size: int,
    *,
    wanted: Collection[str],
    conditions: Mapping[str, tuple[Known, Known]],
) -> Labels:
    """Return the majority of n utterances.

    Args:
        codebook: the questions; tasks come before the links between them.
        layout: of the codebook.
        answerers: the raters.
        size: n.
        wanted: slugs of the questions to decide; the ends of their links and the tasks of their conditions are decided
            as well.
        conditions: link slug -> whether its condition is known to hold, and to fail.
    """
    labels = Labels(np.full((layout.width, size), MISSING, dtype=np.int16), {})
    columns = {column.slug: column for column in layout.columns}
    needed = {*wanted}
    for link in codebook.links:
        if link.slug in wanted:
            needed |= {link.source, link.target, *(question for question, _ in comparisons(link.condition))}
    for question in codebook.questions:
        if question.slug not in needed:
            continue
        column = columns[question.slug]
        if isinstance(question, Link):
            ends = [columns[question.source], columns[question.target]]
            _label_link(labels, column, ends, answerers, conditions[question.slug])
            continue
        valid = [each.has(column) for each in answerers]
        if column.is_set:
            _label_set(labels, column, answerers, valid)
        else:
            code, source = _most_frequent([each.cell(column.start) for each in answerers], valid, size)
            labels.codes[column.start], labels.sources[column.slug] = code, source
        source = labels.sources[column.slug]
        for each in answerers:
            source[(source == NONE) & (each.cell(column.start) == CANNOT_JUDGE_CODE)] = CANNOT_JUDGE
    return labels


def unanimous(answerers: Sequence[Answerer], column: Column, size: int) -> Mask:
    """Return (n,) whether at least two raters answered, all alike."""
    answered = np.zeros(size, dtype=np.int16)
    for each in answerers:
        answered += each.has(column)
    return (answered > 1) & ~differ(answerers, column, size)


def _label_link(
    labels: Labels,
    column: Column,
    ends: Sequence[Column],
    answerers: Sequence[Answerer],
    condition: tuple[Known, Known],
) -> None:
    """Decide a link among the raters who share the labels of both its ends, where it is asked of the labels."""
    size = labels.codes.shape[1]
    holds, fails = (known(labels.as_answerer()) for known in condition)
    settled = holds.copy()
    for end in ends:
        settled &= labels.codes[end.start] >= 0
    valid, answered = [], np.zeros(size, dtype=bool)
    for each in answerers:
        first = each.cell(column.start)
        answered |= each.given & (first != MISSING) & (first != INCOMPARABLE)
        shares = each.has(column) & settled
        for end in ends:
            for cell in range(end.start, end.start + end.width):
                shares &= each.codes[cell] == labels.codes[cell]
        valid.append(shares)
    code, source = _most_frequent([each.cell(column.start) for each in answerers], valid, size)
    source[source == NONE] = NOT_ADMITTED  # nobody gave both ends
    source[~settled] = ENDS_NOT_SETTLED
    source[fails], code[fails] = NOT_ASKED, NOT_APPLICABLE_CODE
    source[~answered], code[~answered] = NONE, MISSING
    labels.codes[column.start], labels.sources[column.slug] = code, source


def _label_set(labels: Labels, column: Column, answerers: Sequence[Answerer], valid: Sequence[Mask]) -> None:
    """Decide each choice of a task with several choices."""
    size = labels.codes.shape[1]
    total = np.zeros(size, dtype=np.int16)
    for mask in valid:
        total += mask
    source = np.full(size, UNANIMOUS, dtype=np.int8)
    tied = np.zeros(size, dtype=bool)
    cells = np.zeros((column.width, size), dtype=np.int16)
    for choice in range(len(column.answers)):
        cell, bit = divmod(choice, BITS)
        times = np.zeros(size, dtype=np.int16)
        for each, mask in zip(answerers, valid, strict=True):
            times += mask & each.equals(column, choice)
        tied |= 2 * times == total
        source[(times > 0) & (times < total)] = MAJORITY
        cells[cell] |= np.where(2 * times > total, 1 << bit, 0).astype(np.int16)
    source[~cells.any(axis=0)] = NOT_ADMITTED
    source[tied] = TIE
    source[total == 1] = SINGLE
    source[total == 0] = NONE
    without = np.isin(source, WITHOUT)
    cells[:, without] = 0
    cells[0, without] = MISSING
    labels.codes[column.start : column.start + column.width] = cells
    labels.sources[column.slug] = source


def _most_frequent(codes: Sequence[Codes], valid: Sequence[Mask], size: int) -> tuple[Codes, Sources]:
    """Return (n,) the code that is more frequent than any other, or `MISSING`; and (n,) how it came about.

    Most utterances have equal answers, which are found without counting; only the others are counted.
    """
    label = np.full(size, MISSING, dtype=np.int16)
    total = np.zeros(size, dtype=np.int8)
    unequal = np.zeros(size, dtype=bool)
    for own, given in zip(codes, valid, strict=True):
        unequal |= given & (total > 0) & (own != label)
        np.copyto(label, own, where=given & (total == 0))
        total += given
    source = np.full(size, UNANIMOUS, dtype=np.int8)
    source[total == 1] = SINGLE
    source[total == 0] = NONE
    rows = np.flatnonzero(unequal)
    if len(rows):
        label[rows], tied = _counted([each[rows] for each in codes], [each[rows] for each in valid])
        source[rows] = np.where(tied, TIE, MAJORITY)
    return label, source


def _counted(codes: Sequence[Codes], valid: Sequence[Mask]) -> tuple[Codes, Mask]:
    """Return (m,) the code that is more frequent than any other, or `MISSING`; and (m,) whether none is."""
    size = len(codes[0])
    label = np.full(size, MISSING, dtype=np.int16)
    best = np.zeros(size, dtype=np.int8)
    tied = np.zeros(size, dtype=bool)
    for own, given in zip(codes, valid, strict=True):
        votes = np.zeros(size, dtype=np.int8)
        for other, theirs in zip(codes, valid, strict=True):
            votes += theirs & (own == other)
        better = given & (votes > best)
        tied = ~better & (tied | (given & (votes == best) & (own != label)))
        np.copyto(label, own, where=better)
        np.copyto(best, votes, where=better)
    label[tied] = MISSING
    return label, tied
