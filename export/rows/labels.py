"""The labels of utterances: those of the consensus method, decisions before them, and how many were settled by what."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from agreement.consensus.labelling import labels
from agreement.consensus.method import Consensus, Decide
from agreement.consensus.precedence import Settled, final_labels
from agreement.consensus.sources import SOURCES, settled_by
from agreement.judgements.reader import JudgementReader
from corpus.rules.codebook import Codebook
from export.rows.cells import cell
from export.rows.label_counts import countable_labels, label_texts
from export.rows.records import encode

PROFILES = 2048  # combinations of answers whose labels are cached, about 5 KB each; most utterances repeat one

Profile = tuple[tuple[int, bytes], ...]  # the answers to an utterance: index of the rater, codes


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

    def labels(
        self,
        profile: Profile,
        settled: Settled | None,
        *,
        is_incomplete: bool,
        published: Mapping[str, str] | None = None,
    ) -> Labels:
        """Return the labels of an utterance.

        Args:
            profile: the answers of its raters.
            settled: its decision or accepted consensus.
            is_incomplete: it shall have no label without one.
            published: labels that the release which it was imported from states, see `PublishedLabels`; used as they
                are.
        """
        if published is not None:
            return self._labels(_published(self._consensus(profile), published), profile)
        if settled is None:
            return self._usual(profile, is_incomplete)
        return self._labels(final_labels(self._consensus(profile), settled), profile)

    def _usual_labels(self, profile: Profile, is_incomplete: bool) -> Labels:
        found = final_labels(self._consensus_of_profile(profile), None, is_incomplete=is_incomplete)
        return self._labels(found, profile)

    def _consensus_of_profile(self, profile: Profile) -> dict[str, Consensus]:
        raters, layout = self._reader.raters, self._reader.layout
        answers = {raters[rater]: layout.decode(codes) for rater, codes in profile}
        return labels(self._rules, answers, self._decide)

    def _labels(self, found: Mapping[str, Consensus], profile: Profile) -> Labels:
        raters = sorted(self._reader.raters[rater] for rater, _ in profile)
        cells = {
            question.slug: cell(question, found[question.slug], raters, is_soft=self._is_soft, withheld=self._withheld)
            for question in self._rules.questions
        }
        positions = tuple(self._positions[slug, each] for slug in cells for each in label_texts(found[slug].label))
        sources = tuple(found[slug].source for slug in cells)
        return Labels(msgspec.Raw(encode(cells)), positions, settled_by(found), sources)


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


def _published(labels: Mapping[str, Consensus], published: Mapping[str, str]) -> dict[str, Consensus]:
    """Return the labels with those of the imported release in their place."""
    found = {}
    for slug, each in labels.items():
        label = json.loads(published.get(f"label.{slug}", "null"))
        shares = json.loads(published.get(f"distribution.{slug}", "[]"))
        distribution = {str(share["answer"]): share["probability"] for share in shares}
        source = published.get(f"source.{slug}", each.source)
        found[slug] = replace(each, label=label, source=source, distribution=distribution or None)
    return found


def _in_order(counts: Counter[str]) -> dict[str, int]:
    known = {source: counts[source] for source in SOURCES if counts[source]}
    return known | {source: counts[source] for source in sorted(set(counts) - set(SOURCES))}
