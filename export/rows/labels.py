"""The labels of utterances by the consensus method, with decisions first, and how many labels each means settled.

Labels are cached by all the answers to an utterance, and by those that decide one question: few utterances of a large
corpus have all their answers in common with another, but nearly all have those to a question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from agreement.consensus.labelling import questions_behind
from agreement.consensus.method import Decide
from agreement.consensus.precedence import Settled, settled_label
from agreement.consensus.sources import SOURCES, weakest
from agreement.judgements.reader import JudgementReader
from corpus.rules.codebook import Codebook
from export.rows.answer_block import AnswerBlock, AnswerKey, Span
from export.rows.label_counts import countable_labels
from export.rows.question_labels import QuestionLabels

PROFILES = 2048  # combinations of all answers to an utterance whose labels are cached, about 3 KB each


class Labels(NamedTuple):
    """The labels of an utterance.

    Attributes:
        encoded: JSON of question slug -> label, state, source, votes and perhaps distribution, as a row holds it.
        positions: of the labels in `DialogueSummary.counts`.
        source: that of the utterance as a whole.
        sources: that of each question, in the codebook's order.
    """

    encoded: msgspec.Raw
    positions: tuple[int, ...]
    source: str
    sources: tuple[str, ...]


class Labeller:
    """Labels the utterances of a corpus.

    Args:
        rules: the questions.
        reader: of the answers.
        decide: a fitted consensus method.
        is_soft: whether the cells hold distributions.
        tells_raters_apart: see `ConsensusMethod`.
        withheld: slugs of raters whose answers count for the labels but are not listed.

    Attributes:
        keys: the keys of answers that it needs.
    """

    def __init__(
        self,
        *,
        rules: Codebook,
        reader: JudgementReader,
        decide: Decide,
        is_soft: bool = False,
        tells_raters_apart: bool = True,
        withheld: frozenset[str] = frozenset(),
    ) -> None:
        columns = {column.slug: column for column in reader.layout.columns}
        positions = {label: position for position, label in enumerate(countable_labels(rules), start=1)}
        self._questions = [
            QuestionLabels(
                questions_behind(rules, question),
                columns,
                decide=decide,
                is_soft=is_soft,
                tells_raters_apart=tells_raters_apart,
                raters=reader.raters,
                withheld=withheld,
                positions=positions,
            )
            for question in rules.questions
        ]
        self.keys = [AnswerKey(reader.layout.columns)]
        for question in self._questions:
            self.keys += [question.voting, question.deciding]
        self._known: dict[tuple[bytes, bool], Labels] = {}
        self._weakest = lru_cache(PROFILES)(weakest)

    def labels(
        self,
        block: AnswerBlock,
        span: Span,
        settled: Settled | None,
        *,
        is_incomplete: bool,
        published: Mapping[str, str] | None = None,
    ) -> Labels:
        """Return the labels of an utterance.

        Args:
            block: its answers, with the keys of this labeller.
            span: of the utterance.
            settled: its decision or accepted consensus.
            is_incomplete: it shall have no label without one.
            published: labels that the release which it was imported from states, see `published_labels`; used as they
                are.
        """
        if settled is not None or published is not None:
            return self._labels(block, span, settled, is_open=False, published=published)
        key = (block.key(0, span), is_incomplete)
        if (known := self._known.get(key)) is None:
            if len(self._known) >= PROFILES:
                self._known.clear()
            known = self._known[key] = self._labels(block, span, None, is_open=is_incomplete, published=None)
        return known

    def _labels(
        self,
        block: AnswerBlock,
        span: Span,
        settled: Settled | None,
        *,
        is_open: bool,
        published: Mapping[str, str] | None,
    ) -> Labels:
        cells: list[bytes] = []
        positions: list[int] = []
        sources: list[str] = []
        follows_method = published is None and settled is None and not is_open
        for number, question in enumerate(self._questions):
            voting, deciding = block.key(2 * number + 1, span), block.key(2 * number + 2, span)
            if follows_method:
                encoded, own, source = question.cell(voting, deciding)
            else:
                label, ending = question.decided(deciding)
                if published is not None:
                    label, ending = question.published(published, label.source)
                else:
                    label = question.label(*settled_label(settled, question.slug))
                encoded, own, source = question.cell_of(label, question.votes(voting), ending)
            cells.append(encoded)
            positions += own
            sources.append(source)
        found = tuple(sources)
        return Labels(msgspec.Raw(b"{%s}" % b",".join(cells)), tuple(positions), self._weakest(found), found)


class SettlementCounts:
    """Counts utterances and questions by the source of their labels.

    Args:
        rules: the questions.

    Attributes:
        to_review: number of utterances whose answers have changed since their decision.
    """

    def __init__(self, rules: Codebook) -> None:
        self.to_review = 0
        self._slugs = [question.slug for question in rules.questions]
        self._found: Counter[tuple[str, tuple[str, ...]]] = Counter()

    def add(self, found: Labels) -> None:
        """Count an utterance."""
        self._found[found.source, found.sources] += 1

    def document(self) -> dict[str, Any]:
        """Return `utterances` (source -> number), `questions` (slug -> source -> number), and `to_review`.

        Sources are in a fixed order.
        """
        utterances: Counter[str] = Counter()
        questions: dict[str, Counter[str]] = {slug: Counter() for slug in self._slugs} if self._found else {}
        for (source, sources), count in self._found.items():
            utterances[source] += count
            for slug, each in zip(self._slugs, sources, strict=True):
                questions[slug][each] += count
        counted = {slug: _in_order(counts) for slug, counts in questions.items()}
        return {"utterances": _in_order(utterances), "questions": counted, "to_review": self.to_review}


def _in_order(counts: Counter[str]) -> dict[str, int]:
    known = {source: counts[source] for source in SOURCES if counts[source]}
    return known | {source: counts[source] for source in sorted(set(counts) - set(SOURCES))}
