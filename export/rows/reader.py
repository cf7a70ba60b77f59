"""The rows of a release, read dialogue by dialogue together with the tables of its answers.

One pass over the annotations yields the rows and, through a collector, the tables for the agreement figures; a
consensus method that reads the corpus costs one more pass before it. Rows are read in constant memory. Use it inside
one snapshot.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, groupby
from operator import itemgetter
from pathlib import PurePath
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import F

from agreement.consensus.patterns import PatternCollector
from agreement.consensus.registry import ChosenMethod
from agreement.judgements.completeness import incomplete_dialogues
from agreement.judgements.raw_rows import raw_rows
from agreement.judgements.reader import JudgementReader, Judgements
from agreement.judgements.selection import countable
from agreement.judgements.settled import settled_utterances
from agreement.judgements.tables import AnswerTables, TableCollector
from corpus.models import Clip, CodebookVersion, Corpus, Dialogue, Rater, Utterance
from corpus.rules.codebook import Codebook
from export.rows.answer_block import NO_ANSWERS, AnswerBlock
from export.rows.columns import UTTERANCE
from export.rows.label_counts import countable_labels
from export.rows.labels import Labeller, Labels, SettlementCounts
from export.rows.published import published_labels
from export.rows.records import Batch, Row
from export.splits.assignment import DialogueSummary

Clips = dict[str, str]  # name in the release -> name under MEDIA_ROOT
Group = Sequence[tuple[Any, ...]]  # the utterances of a dialogue

FETCHED = 2000  # utterances that are fetched at once
MOST_IN_BYTE = 255  # utterances of a dialogue whose labels are counted in bytes, since a million dialogues are held


class RowReader:
    """Reads the rows of a corpus's released dialogues: ready, and with an annotation that counts.

    Args:
        corpus: whose dialogues are released.
        codebook: the version in use, whose questions the rows hold.
        raters: the owners of the annotations.
        method: derives the labels from their answers.
        incomplete: whether utterances count that not all their k annotators have labelled. Otherwise they get no label
            by the method; a dialogue of such utterances is released only if one of them is decided or accepted.
        withheld: slugs of raters whose answers count for the labels but are not listed.
        names_clips: whether rows name the clips, which the release then contains.
        keeps_labels: whether utterances imported from a release keep its labels.

    Attributes:
        rules: the codebook's questions.
        ready: number of ready dialogues.
        released: number of dialogues yielded so far.
        left_out: number of dialogues and utterances left out so far because they are incomplete.
        settlement: the released utterances so far by the source of their labels.
        clips: every clip named in a row so far.
        speakers: primary keys of the speakers so far; None if an utterance has none.
        newest: the time of the newest answer so far, also of dialogues that were left out; None before the first.
    """

    def __init__(
        self,
        *,
        corpus: Corpus,
        codebook: CodebookVersion,
        raters: Sequence[Rater],
        method: ChosenMethod,
        incomplete: bool = False,
        withheld: frozenset[str] = frozenset(),
        names_clips: bool = False,
        keeps_labels: bool = False,
    ) -> None:
        self.rules: Codebook = codebook.rules()
        self.ready = Dialogue.objects.filter(corpus=corpus, state=Dialogue.State.READY).count()
        self.released = 0
        self.left_out = {"dialogues": 0, "utterances": 0}
        self.settlement = SettlementCounts(self.rules)
        self.clips: Clips = {}
        self.speakers: set[int | None] = set()
        self.newest: datetime | None = None
        self._versions: set[int] = set()
        self._method, self._withheld, self._incomplete = method, withheld, incomplete
        self._names_clips, self._keeps_labels = names_clips, keeps_labels
        self._annotations = countable(raters)
        self._judgements = JudgementReader(codebook=codebook, raters=raters)
        self._tables = TableCollector(self._judgements, codebook)
        members = {rater.slug for rater in raters if rater.kind == Rater.Kind.MEMBER}
        self._countable = len(countable_labels(self.rules))
        self._is_member = np.array([slug in members for slug in self._judgements.raters], dtype=bool)

    def dialogues(self) -> Iterator[tuple[DialogueSummary, Batch]]:
        """Yield the released dialogues in the corpus's order, each with the rows of its utterances.

        Raises:
            Refused: `agreement.codes_missing`.
        """
        labeller = self._labeller()
        for judgements in self._judgements.chunks(self._annotations):
            self.newest = max(judgements.newest, self.newest or judgements.newest)
            self._versions.update(np.unique(judgements.version).tolist())
            yield from self._chunk(judgements, labeller)

    def codebook_versions(self) -> list[int]:
        """Return the numbers of the codebook versions that the answers so far were given under, in order."""
        return sorted(self._judgements.version(key).version for key in self._versions)

    def tables(self) -> AnswerTables:
        """Return the tables of the answers in the dialogues yielded so far, each made when it is read."""
        return self._tables.tables_in_turn()

    def _labeller(self) -> Labeller:
        """Return the labeller, with the method fitted to the answers that count."""
        patterns = PatternCollector(self.rules, tuple(self._judgements.raters))
        if self._method.method.reads_corpus:
            for judgements in self._judgements.chunks(self._annotations):
                counts = ~self._is_incomplete(judgements)
                codes = self._judgements.comparable_codes(judgements)
                patterns.add(judgements.utterance[counts], judgements.rater[counts], codes[counts])
        return Labeller(
            rules=self.rules,
            reader=self._judgements,
            decide=self._method.fit(patterns.patterns()),
            is_soft=self._method.method.is_soft,
            tells_raters_apart=self._method.method.tells_raters_apart,
            withheld=self._withheld,
        )

    def _is_incomplete(self, judgements: Judgements) -> npt.NDArray[np.bool_]:
        """Return (N,) whether the utterance of each annotation counts as incomplete.

        An utterance is complete with the answers of a source or a model, which come alone.
        """
        if self._incomplete:
            return np.zeros(len(judgements), dtype=bool)
        keys = list(incomplete_dialogues(np.unique(judgements.dialogue).tolist()))
        with_source = judgements.utterance[~self._is_member[judgements.rater]]
        found: npt.NDArray[np.bool_] = np.isin(judgements.dialogue, keys)
        return found & ~np.isin(judgements.utterance, with_source)

    def _chunk(self, judgements: Judgements, labeller: Labeller) -> Iterator[tuple[DialogueSummary, Batch]]:
        block = AnswerBlock(
            utterance=judgements.utterance,
            rater=judgements.rater,
            codes=self._judgements.comparable_codes(judgements),
            keys=labeller.keys,
        )
        incomplete = set(judgements.utterance[self._is_incomplete(judgements)].tolist())
        dialogues = list(dict.fromkeys(judgements.dialogue.tolist()))
        utterances = (
            Utterance.objects.filter(dialogue__in=dialogues)
            .order_by("dialogue__order", "dialogue_id", "order")
            .values_list("pk", "dialogue__source_split", "dialogue_id", "speaker_id", *UTTERANCE.values())
        )
        rows = chain.from_iterable(raw_rows(utterances, FETCHED))
        groups = {dialogue: list(group) for dialogue, group in groupby(rows, key=itemgetter(2))}
        settled = settled_utterances(dialogues, self._judgements)
        labelled = (block.spans.keys() - incomplete) | settled.by_utterance.keys()
        released = [each for each, group in groups.items() if self._is_released(group, labelled)]
        self._tables.add(judgements.of_dialogues(released))
        published = published_labels(released) if self._keeps_labels else {}
        clips = self._clips(released) if self._names_clips else {}
        for dialogue in released:
            self.released += 1
            labels = [
                labeller.labels(
                    block,
                    block.spans.get(key, NO_ANSWERS),
                    settled.by_utterance.get(key),
                    is_incomplete=key in incomplete,
                    published=published.get(key),
                )
                for key, *_ in groups[dialogue]
            ]
            self.settlement.to_review += sum(key in settled.to_review for key, *_ in groups[dialogue])
            yield self._dialogue(groups[dialogue], labels, clips)

    def _is_released(self, group: Group, labelled: Collection[int]) -> bool:
        """Return whether an utterance of a dialogue is labelled; count the dialogue otherwise."""
        if any(key in labelled for key, *_ in group):
            return True
        self.left_out["dialogues"] += 1
        self.left_out["utterances"] += len(group)
        return False

    def _dialogue(
        self, utterances: Group, labels: Sequence[Labels], clips: dict[int, str]
    ) -> tuple[DialogueSummary, Batch]:
        rows, positions = [], [0] * len(utterances)
        for (key, _, _, speaker, *cells), found in zip(utterances, labels, strict=True):
            self.settlement.add(found)
            self.speakers.add(speaker)
            positions += found.positions
            rows.append(Row(*cells, clips.get(key), found.encoded))  # type: ignore[call-arg]  # columns.UTTERANCE
        counts = np.bincount(positions, minlength=1 + self._countable)
        first = rows[0]
        summary = DialogueSummary(
            code=first.dialogue,
            series=sys.intern(first.series),
            episode=sys.intern(first.episode),
            speakers=tuple(sorted({sys.intern(row.speaker) for row in rows})),
            source_split=utterances[0][1],
            counts=array("B" if len(rows) <= MOST_IN_BYTE else "i", counts.tolist()),
        )
        return summary, Batch.of(rows)

    def _clips(self, dialogues: Iterable[int]) -> dict[int, str]:
        """Return utterance -> name of the clip that was cut for its present bounds."""
        cut = Clip.objects.filter(
            utterance__dialogue__in=list(dialogues),
            requested_start_ms=F("utterance__start_ms"),
            requested_end_ms=F("utterance__end_ms"),
        ).order_by("-profile", "pk")
        names = {}
        for utterance, sha256, stored in cut.values_list("utterance", "file__sha256", "file__name"):
            names[utterance] = f"clips/{sha256}{PurePath(stored).suffix}"
            self.clips[names[utterance]] = stored
        return names
