"""The labels of one question, cached by the answers that decide them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from agreement.consensus.labelling import consensus_on
from agreement.consensus.method import Answer, Consensus, Decide
from corpus.rules.codebook import Link
from corpus.rules.codebook.codes import Column
from export.rows.answer_block import AnswerKey
from export.rows.cells import cell, distribution_part, label_part, vote
from export.rows.columns import Question
from export.rows.label_counts import label_texts
from export.rows.records import encode

CACHED = 8192  # combinations of answers to one question, about 0.5 KB each


class Label(NamedTuple):
    """The label of one question.

    Attributes:
        encoded: see `cells.label_part`.
        positions: of the label in `DialogueSummary.counts`.
        source: how it came about.
    """

    encoded: bytes
    positions: tuple[int, ...]
    source: str


Cell = tuple[bytes, tuple[int, ...], str]  # name and cell as JSON, positions and source of the label


class QuestionLabels:
    """Labels one question of many utterances.

    Args:
        behind: the questions that its label depends on; the last one is the question itself.
        columns: the cells of all questions by slug.
        decide: a fitted consensus method.
        is_soft: whether cells hold distributions.
        tells_raters_apart: see `ConsensusMethod`.
        raters: slugs in order.
        withheld: slugs of those whose votes are not listed.
        positions: (question slug, label as text) -> position in `DialogueSummary.counts`.

    Attributes:
        slug: of the question.
        voting, deciding: the keys of its votes and of its label.
        cell: returns the `Cell` by the method for a key of votes and one of the label.
    """

    def __init__(
        self,
        behind: Sequence[Question],
        columns: Mapping[str, Column],
        *,
        decide: Decide,
        is_soft: bool,
        tells_raters_apart: bool,
        raters: Sequence[str],
        withheld: frozenset[str],
        positions: Mapping[tuple[str, str], int],
    ) -> None:
        self._behind, self._question, self._decide = behind, behind[-1], decide
        self._is_soft, self._raters, self._withheld, self._positions = is_soft, raters, withheld, positions
        self.slug = self._question.slug
        self.voting = AnswerKey([columns[self.slug]])
        self.deciding = AnswerKey([columns[each.slug] for each in behind], has_raters=tells_raters_apart)
        self.votes = lru_cache(CACHED)(self._votes)
        self.decided = lru_cache(CACHED)(self._decided)
        self._consensus = lru_cache(CACHED)(self._new_consensus)
        self._vote = lru_cache(CACHED)(self._new_vote)
        self._label = lru_cache(CACHED)(self._new_label)
        self._name = encode(self.slug) + b":"
        # the votes on a task decide its label; those on a link meet many answers to its ends
        self.cell = self._cell if isinstance(self._question, Link) else lru_cache(CACHED)(self._cell)

    def label(self, answer: Answer | None, source: str) -> Label:
        """Return a label that does not come from the method."""
        return self._label(tuple(answer) if isinstance(answer, list) else answer, source)

    def published(self, stated: Mapping[str, str], source: str) -> tuple[Label, bytes]:
        """Return the label that an imported release states, and the end of its cell; `source` if it states none."""
        shares = json.loads(stated.get(f"distribution.{self.slug}", "[]"))
        distribution = {str(share["answer"]): share["probability"] for share in shares}
        answer = json.loads(stated.get(f"label.{self.slug}", "null"))
        return self.label(answer, stated.get(f"source.{self.slug}", source)), self._ending(distribution)

    def cell_of(self, label: Label, votes: bytes, ending: bytes) -> Cell:
        """Return the cell of a label with the votes and the end of the cell."""
        return self._name + cell(label.encoded, votes, ending), label.positions, label.source

    def _cell(self, voting: bytes, deciding: bytes) -> Cell:
        label, ending = self.decided(deciding)
        return self.cell_of(label, self.votes(voting), ending)

    def _votes(self, key: bytes) -> bytes:
        """Return the votes of a key `voting`, joined."""
        return b",".join(filter(None, map(self._vote, self.voting.split(key))))

    def _new_vote(self, part: bytes) -> bytes:
        """Return the vote of one annotation; nothing if it is not listed."""
        ((rater, answers),) = self.voting.answers(part)
        name = self._raters[rater]
        return b"" if name in self._withheld else vote(name, answers.get(self.slug))

    def _decided(self, key: bytes) -> tuple[Label, bytes]:
        """Return the label by the method for a key `deciding`, and the end of its cell."""
        if self.deciding.has_raters:
            return self._consensus(key)
        return self._consensus(b"".join(sorted(self.deciding.split(key))))  # the order of the raters decides nothing

    def _new_consensus(self, key: bytes) -> tuple[Label, bytes]:
        names = self._raters if self.deciding.has_raters else range(len(key))
        answers = {str(names[rater]): each for rater, each in self.deciding.answers(key)}
        found: dict[str, Consensus] = {}
        for question in self._behind:
            found[question.slug] = consensus_on(question, answers, found, self._decide)
        own = found[self.slug]
        return self.label(own.label, own.source), self._ending(own.distribution or {})

    def _ending(self, distribution: Mapping[str, float]) -> bytes:
        return distribution_part(self._question, distribution) if self._is_soft else b""

    def _new_label(self, answer: str | int | tuple[str, ...] | None, source: str) -> Label:
        label = list(answer) if isinstance(answer, tuple) else answer
        positions = tuple(self._positions[self.slug, text] for text in label_texts(label))
        return Label(label_part(label, source), positions, source)
