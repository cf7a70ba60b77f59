"""Criteria: functions from a block of rows to a mask of the rows that fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from agreement.consensus import sources
from agreement.judgements.comparability import INCOMPARABLE
from agreement.label_index import consensus
from agreement.label_index.arrays import DECIDED, DISCUSSION, DISPUTED, REVIEW, UNDECIDABLE, Keys
from agreement.label_index.block import Answerer, Block, Mask, differ
from corpus.rules.codebook import Codebook, CodeLayout
from corpus.rules.codebook.codes import CANNOT_JUDGE_CODE, MISSING, NOT_APPLICABLE_CODE, Column
from corpus.rules.codebook.conditions import Tree, comparisons, folded

Criterion = Callable[[Block], Mask]
SETTLING = DECIDED | UNDECIDABLE | DISCUSSION  # states of a decision that stand for a label, or for its lack
GAPS = (sources.NONE, sources.CANNOT_JUDGE)
DECISION_PLACES = [
    consensus.ORDER.index(each)
    for each in (sources.DECISION, sources.INCOMPARABLE, sources.UNDECIDABLE, sources.DISCUSSION)
]
GAP_CODES = {
    "cannot_judge": CANNOT_JUDGE_CODE,
    "not_applicable": NOT_APPLICABLE_CODE,
    "unanswered": MISSING,
    "incomparable": INCOMPARABLE,
}
DECISION_STATES = {
    "decided": DECIDED,
    "undecidable": UNDECIDABLE,
    "discussion": DISCUSSION,
    "review": REVIEW,
    "disputed": DISPUTED,
}


class Truth(NamedTuple):
    """Whether a condition is known to hold and known to fail, of n answers each."""

    holds: Mask
    fails: Mask


class Condition:
    """A condition on answers, evaluated on codes as `corpus.rules.codebook.conditions.holds` does on answers.

    Args:
        tree: of the condition; its questions and values are those of the layout.
        layout: of the codes.
    """

    def __init__(self, tree: Tree, layout: CodeLayout) -> None:
        self._tree = tree
        self.questions = {question for question, _value in comparisons(tree)}
        self._columns: Mapping[str, Column] = {column.slug: column for column in layout.columns}

    def holds(self, answerer: Answerer) -> Mask:
        """Return (n,) whether it is known to hold for given answers."""

        def of_leaf(leaf: Tree) -> Truth:
            operator, *operands = leaf
            if operator == "always":
                return Truth(np.ones_like(answerer.given), np.zeros_like(answerer.given))
            column = self._columns[operands[0]]
            answer = next(code for code, each in enumerate(column.answers) if str(each) == operands[1])
            known, equal = answerer.has(column), answerer.equals(column, answer)
            equal = known & equal if column.is_set else equal
            truth = Truth(equal, known & ~equal)
            return truth if operator == "==" else Truth(truth.fails, truth.holds)

        def joined(operator: str, truths: list[Truth]) -> Truth:
            first, *others = truths
            if operator == "not":
                return Truth(first.fails, first.holds)
            for each in others:
                first = (
                    Truth(first.holds & each.holds, first.fails | each.fails)
                    if operator == "and"
                    else Truth(first.holds | each.holds, first.fails & each.fails)
                )
            return first

        return answerer.given & folded(self._tree, of_leaf, joined).holds


def by_any(condition: Condition) -> Criterion:
    """Return the criterion that the condition holds for some rater's answers."""
    return lambda block: block.anybody(condition.holds(each) for each in block.answerers)


def by_every(condition: Condition) -> Criterion:
    """Return the criterion that there are answers, and that the condition holds for those of every rater."""
    return lambda block: (
        (block.count > 0) & ~block.anybody(each.given & ~condition.holds(each) for each in block.answerers)
    )


def by_rater(condition: Condition, rater: int) -> Criterion:
    """Return the criterion that the condition holds for the answers of one rater."""
    return lambda block: block.anybody(condition.holds(each) for each in block.of_rater(rater))


def by_label(condition: Condition, codebook: Codebook, layout: CodeLayout) -> Criterion:
    """Return the criterion that the condition holds for the label: the decision, else the majority."""

    conditions = conditions_of(codebook, layout)

    def fits(block: Block) -> Mask:
        labels = consensus.majority(
            codebook, layout, block.answerers, block.size, wanted=condition.questions, conditions=conditions
        )
        decisions = block.arrays.decisions
        decided = (decisions.state[block.start : block.stop] & DECIDED).astype(bool)
        if decided.any():
            labels.codes[:, decided] = decisions.codes[:, block.start : block.stop][:, decided]
        return condition.holds(labels.as_answerer())

    return fits


def without_answer(column: Column, gap: str) -> Criterion:
    """Return the criterion that some rater gave no answer to a question for a reason."""
    code = GAP_CODES[gap]
    return lambda block: block.anybody(each.given & (each.state(column) == code) for each in block.answerers)


def differing(columns: Sequence[Column], least: int) -> Criterion:
    """Return the criterion that raters gave different answers to at least `least` of some questions."""

    def fits(block: Block) -> Mask:
        total = np.zeros(block.size, dtype=np.int16)
        for column in columns:
            total += differ(block.answerers, column, block.size)
        enough: Mask = total >= least
        return enough

    return fits


def decided(column: Column, agreement: str, codebook: Codebook, layout: CodeLayout) -> Criterion:
    """Return the criterion that the majority decides a question in one way."""
    if agreement == "unanimous":
        return lambda block: consensus.unanimous(block.answerers, column, block.size)
    wanted = {
        "majority": [consensus.MAJORITY, consensus.UNANIMOUS],
        "tie": [consensus.TIE, consensus.NOT_ADMITTED, consensus.ENDS_NOT_SETTLED],
        "single": [consensus.SINGLE],
        "none": [consensus.NONE, consensus.CANNOT_JUDGE],
    }[agreement]

    conditions = conditions_of(codebook, layout)

    def fits(block: Block) -> Mask:
        labels = consensus.majority(
            codebook, layout, block.answerers, block.size, wanted=[column.slug], conditions=conditions
        )
        decided: Mask = np.isin(labels.sources[column.slug], wanted)
        return decided

    return fits


def origin(question: str, source: str, codebook: Codebook, layout: CodeLayout, accepted: Criterion | None) -> Criterion:
    """Return the criterion that a label came about in one way, or is missing for one reason.

    Args:
        question: slug; empty: the utterance as a whole, for which the weakest of its labels stands.
        source: one of `agreement.consensus.sources`.
        codebook: with all questions.
        layout: of the codebook.
        accepted: of accepted consensus, which like decisions comes before the majority; None: look at the majority
            alone.
    """
    wanted = consensus.ORDER.index(source)
    slugs = [question] if question else [each.slug for each in codebook.questions]
    columns = {column.slug: column for column in layout.columns}
    conditions = conditions_of(codebook, layout)

    def fits(block: Block) -> Mask:
        unsettled: Mask = (block.arrays.decisions.state[block.start : block.stop] & SETTLING) == 0
        if accepted is not None and source == sources.ACCEPTED:
            return unsettled & accepted(block)
        if wanted in DECISION_PLACES:
            return _decided_so(block, [columns[slug] for slug in slugs], wanted)
        if source in GAPS and not _has_gap(block, [columns[slug] for slug in slugs], source):
            return np.zeros(block.size, dtype=bool)
        labels = consensus.majority(codebook, layout, block.answerers, block.size, wanted=slugs, conditions=conditions)
        weakest = np.full(block.size, len(consensus.ORDER), dtype=np.int8)
        for slug in slugs:
            own = labels.sources[slug]
            if accepted is not None:
                _take_decisions(own, block, columns[slug])
            weakest = np.minimum(weakest, own)
        equal: Mask = weakest == wanted
        if accepted is None:
            return equal
        # what is accepted is read only where it matters
        return equal & ~(unsettled & accepted(block)) if (equal & unsettled).any() else equal

    return fits


def _decided_so(block: Block, columns: Sequence[Column], wanted: int) -> Mask:
    """Return (n,) where a decision alone gives a question, or the weakest of some questions, the place `wanted`."""
    weakest = np.full(block.size, len(consensus.ORDER), dtype=np.int8)
    for column in columns:
        own = np.full(block.size, len(consensus.ORDER), dtype=np.int8)
        _take_decisions(own, block, column)
        weakest = np.minimum(weakest, own)
    equal: Mask = weakest == wanted
    return equal


def _has_gap(block: Block, columns: Sequence[Column], source: str) -> bool:
    """Return whether some question could lack a label because nobody answered it, or because nobody could judge.

    Both are rare, and recognized faster than the majority is computed.
    """
    if source == sources.CANNOT_JUDGE:
        return any((each.state(column) == CANNOT_JUDGE_CODE).any() for column in columns for each in block.answerers)
    return any(
        not block.anybody(
            each.has(column) | (each.state(column) == NOT_APPLICABLE_CODE) for each in block.answerers
        ).all()
        for column in columns
    )


def _take_decisions(own: consensus.Sources, block: Block, column: Column) -> None:
    """Put the places of decisions into the sources of a question (n,)."""
    state = block.arrays.decisions.state[block.start : block.stop]
    answer = block.arrays.decisions.codes[column.start, block.start : block.stop]
    decided = (state & DECIDED) != 0
    own[decided] = consensus.ORDER.index(sources.DECISION)
    own[decided & ((answer == INCOMPARABLE) | (answer == MISSING))] = consensus.ORDER.index(sources.INCOMPARABLE)
    own[(decided & (answer == CANNOT_JUDGE_CODE)) | ((state & UNDECIDABLE) != 0)] = consensus.ORDER.index(
        sources.UNDECIDABLE
    )
    own[(state & DISCUSSION) != 0] = consensus.ORDER.index(sources.DISCUSSION)


def answered_question(column: Column) -> Criterion:
    """Return the criterion that some rater answered a question by a choice or value."""
    return lambda block: block.anybody(each.given & each.has(column) for each in block.answerers)


def conditions_of(codebook: Codebook, layout: CodeLayout) -> dict[str, tuple[consensus.Known, consensus.Known]]:
    """Return link slug -> whether its condition is known to hold, and to fail."""
    return {
        link.slug: (Condition(link.condition, layout).holds, Condition(["not", link.condition], layout).holds)
        for link in codebook.links
    }


def answered(least: int | None, most: int | None) -> Criterion:
    """Return the criterion that the number of raters with answers lies between two bounds."""

    def fits(block: Block) -> Mask:
        low = block.count >= (least or 0)
        return low if most is None else low & (block.count <= most)

    return fits


def decision(words: Sequence[str]) -> Criterion:
    """Return the criterion that the decision is in one of some states, named as in a selection."""
    wanted = sum({DECISION_STATES[word] for word in words if word != "undecided"})

    def fits(block: Block) -> Mask:
        state = block.arrays.decisions.state[block.start : block.stop]
        fits: Mask = (state & wanted) != 0
        return fits | ((state & (DECIDED | UNDECIDABLE)) == 0) if "undecided" in words else fits

    return fits


def between(first: int | None, last: int | None) -> Criterion:
    """Return the criterion that some present answers were given from `first` to before `last`, in seconds of 1970."""

    def fits(block: Block) -> Mask:
        found = np.zeros(block.size, dtype=bool)
        for layer, each in zip(block.arrays.layers, block.answerers, strict=True):
            time = layer.time[block.start : block.stop]
            fits = each.given if first is None else each.given & (time >= first)
            found |= fits if last is None else fits & (time < last)
        return found

    return fits


def corrected() -> Criterion:
    """Return the criterion that some answers were changed after they were handed in."""

    def fits(block: Block) -> Mask:
        found = np.zeros(block.size, dtype=bool)
        for layer, each in zip(block.arrays.layers, block.answerers, strict=True):
            rows = np.array([row - block.start for row in layer.first if block.start <= row < block.stop], dtype=int)
            found[rows] |= each.given[rows]
        return found

    return fits


def of_dialogues(chosen: Mask) -> Criterion:
    """Return the criterion that an utterance belongs to one of the dialogues (D,)."""
    return lambda block: chosen[block.arrays.dialogue[block.start : block.stop]]


def of_speakers(keys: Keys) -> Criterion:
    """Return the criterion that one of these speakers says the utterance."""
    return lambda block: np.isin(block.arrays.speaker[block.start : block.stop], keys)


def of_rows(chosen: Mask) -> Criterion:
    """Return the criterion that the row is one of `chosen` (N,)."""
    return lambda block: chosen[block.start : block.stop]
