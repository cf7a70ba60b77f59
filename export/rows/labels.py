"""The labels of utterances: those of the consensus method, decisions before them, and how many were settled by what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from agreement.consensus.labelling import labels
from agreement.consensus.method import Answer, Consensus, Decide
from agreement.consensus.precedence import Settled, final_labels
from agreement.consensus.sources import SOURCES, settled_by
from agreement.judgements.reader import JudgementReader
from corpus.rules.codebook import Codebook
from export.rows.label_counts import countable_labels, label_texts

PROFILES = 2048  # combinations of answers whose labels are cached, about 5 KB each; most utterances repeat one

Profile = tuple[tuple[int, bytes], ...]  # the answers to an utterance: index of the rater, codes


class Labels(NamedTuple):
    """The labels of an utterance.

    Attributes:
        cells: question slug -> label, source and votes, as a row holds them.
        positions: of the labels in `DialogueSummary.counts`.
        source: that of the utterance as a whole.
    """

    cells: dict[str, dict[str, Any]]
    positions: list[int]
    source: str


class Labeller:
    """Labels the utterances of a corpus.

    Args:
        rules: the questions.
        reader: of the answers.
        decide: a fitted consensus method.
        is_soft: whether the cells hold distributions.
        withheld: slugs of raters whose answers count for the labels but are not listed.
    """

    def __init__(
        self,
        *,
        rules: Codebook,
        reader: JudgementReader,
        decide: Decide,
        is_soft: bool = False,
        withheld: frozenset[str] = frozenset(),
    ) -> None:
        self._rules, self._reader, self._decide = rules, reader, decide
        self._is_soft, self._withheld = is_soft, withheld
        self._positions = {label: position for position, label in enumerate(countable_labels(rules), start=1)}
        self._consensus = lru_cache(PROFILES)(self._consensus_of_profile)
        self._usual = lru_cache(PROFILES)(self._usual_labels)

    def labels(self, profile: Profile, settled: Settled | None, *, is_incomplete: bool) -> Labels:
        """Return the labels of an utterance.

        Args:
            profile: the answers of its raters.
            settled: its decision or accepted consensus.
            is_incomplete: it shall have no label without one.
        """
        if settled is None:
            return self._usual(profile, is_incomplete)
        return self._labels(final_labels(self._consensus(profile), settled))

    def _usual_labels(self, profile: Profile, is_incomplete: bool) -> Labels:
        return self._labels(final_labels(self._consensus(profile), None, is_incomplete=is_incomplete))

    def _consensus_of_profile(self, profile: Profile) -> dict[str, Consensus]:
        raters, layout = self._reader.raters, self._reader.layout
        answers = {raters[rater]: layout.decode(codes) for rater, codes in profile}
        return labels(self._rules, answers, self._decide)

    def _labels(self, found: Mapping[str, Consensus]) -> Labels:
        cells = {slug: self._cell(each) for slug, each in found.items()}
        positions = [self._positions[slug, each] for slug, cell in cells.items() for each in label_texts(cell["label"])]
        return Labels(cells, positions, settled_by(found))

    def _cell(self, consensus: Consensus) -> dict[str, Any]:
        cell = {"label": consensus.label, "source": consensus.source, "votes": self._listed(consensus.answers)}
        return cell | {"distribution": consensus.distribution} if self._is_soft else cell

    def _listed(self, answers: Mapping[str, Answer]) -> dict[str, Answer]:
        """Return the answers that a row lists, by rater."""
        return {rater: answer for rater, answer in answers.items() if rater not in self._withheld}


class SettlementCounts:
    """Counts utterances and questions by the source of their labels.

    Attributes:
        to_review: number of utterances whose answers have changed since their decision.
    """

    def __init__(self) -> None:
        self.to_review = 0
        self._utterances: Counter[str] = Counter()
        self._questions: dict[str, Counter[str]] = {}

    def add(self, found: Labels) -> None:
        """Count an utterance."""
        self._utterances[found.source] += 1
        for slug, cell in found.cells.items():
            self._questions.setdefault(slug, Counter())[cell["source"]] += 1

    def document(self) -> dict[str, Any]:
        """Return `utterances` (source -> number), `questions` (slug -> source -> number), and `to_review`.

        Sources are in a fixed order.
        """
        questions = {slug: _in_order(counts) for slug, counts in self._questions.items()}
        return {"utterances": _in_order(self._utterances), "questions": questions, "to_review": self.to_review}


def _in_order(counts: Counter[str]) -> dict[str, int]:
    known = {source: counts[source] for source in SOURCES if counts[source]}
    return known | {source: counts[source] for source in sorted(set(counts) - set(SOURCES))}
