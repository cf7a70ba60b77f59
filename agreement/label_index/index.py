"""The index of a corpus: its arrays, kept up to date with the database."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from django.utils import timezone

from agreement.judgements.translator import CodeTranslator
from agreement.label_index import reading
from agreement.label_index.arrays import NONE, Arrays, Keys
from agreement.label_index.watermarks import Watermark, newest
from agreement.models import DecisionRevision
from corpus.models import CodebookVersion, Corpus, Revision, Utterance, UtteranceEdit

MOST_CHANGES = 30_000  # revisions read by one request; beyond that a job brings the index up to date
LONGEST_PAUSE = 5.0  # seconds between two looks at the structure
SHARE = 20  # a look at the structure that takes a second is repeated after so many seconds at the earliest

Progress = Callable[[int, int], None]


class TooManyChangesError(Exception):
    """The index is too far behind for a request."""


@dataclass(slots=True)
class LabelIndex:
    """The arrays of a corpus under one codebook version, with what is needed to bring them up to date.

    Attributes:
        codebook: primary key of the version that the codes belong to.
        arrays: see `Arrays`.
        raters: primary key -> number, in the order they were added.
        revisions, edits, decisions: what was read of three append-only tables.
        structure: stamp of the dialogues that were read.
        applied: changes since the index was stored.
        batches: primary key -> stamp and dialogues of the batches that were searched.
        findings: primary key -> time of the run, and keys of the utterances or dialogues, of the findings that were
            searched.
        releases: name -> structure of the corpus, and the dialogues of each split, of the releases that were searched.
    """

    codebook: int
    arrays: Arrays
    raters: dict[int, int] = field(default_factory=dict)
    slugs: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    revisions: Watermark = field(default_factory=Watermark)
    edits: Watermark = field(default_factory=Watermark)
    decisions: Watermark = field(default_factory=Watermark)
    structure: list[Any] = field(default_factory=list)
    applied: int = 0
    batches: dict[int, tuple[list[Any], Keys]] = field(default_factory=dict)
    findings: dict[int, tuple[datetime, str, Keys]] = field(default_factory=dict)
    releases: dict[str, tuple[list[Any], dict[str, Keys]]] = field(default_factory=dict)
    _next_look: float = 0.0

    @classmethod
    def build(cls, corpus: Corpus, *, progress: Progress | None = None) -> LabelIndex:
        """Read a whole corpus; call it inside a snapshot.

        Args:
            corpus: with a codebook.
            progress: called with the number of utterances whose answers were read, and their total; must not write.

        Raises:
            Refused: `agreement.codes_missing`.
        """
        assert corpus.codebook is not None  # noqa: S101 -- see above
        now = timezone.now()
        index = cls(corpus.codebook.pk, Arrays.empty(corpus.codebook.layout().width))
        index.revisions, index.edits = newest(Revision, now=now), newest(UtteranceEdit, now=now)
        index.decisions = newest(DecisionRevision, now=now)
        index._read_raters(corpus)
        index._read_structure(corpus, reading.structure_stamp(corpus), progress)
        return index

    def refresh(self, corpus: Corpus) -> None:
        """Read what has changed since; call it inside a snapshot.

        Answers are always up to date afterwards. Dialogues that were added, removed, excluded or made ready are noticed
        after `LONGEST_PAUSE` at the latest, in a small corpus at once.

        Raises:
            TooManyChangesError: it would take too long.
            Refused: `agreement.codes_missing`.
        """
        now = timezone.now()
        self._read_raters(corpus)
        revisions = self.revisions.new(Revision.objects.all())
        if revisions.order_by("pk").values("pk")[MOST_CHANGES : MOST_CHANGES + 1].exists():
            raise TooManyChangesError
        ids, utterances = reading.changed_utterances(revisions, self.raters)
        decided = reading.decided_utterances(self.decisions.new(DecisionRevision.objects.all()))
        utterances.update(decided.values())
        self._look_at_structure(corpus)
        if utterances:
            keys = np.fromiter(utterances, dtype=np.int64, count=len(utterances))
            self._read_answers(np.sort(self.arrays.rows_of(keys)))
        self.revisions, self.decisions = self.revisions.moved(ids, now=now), self.decisions.moved(decided, now=now)
        self._read_edits(now)
        self.applied += len(ids)

    def _look_at_structure(self, corpus: Corpus) -> None:
        start = time.monotonic()
        if start < self._next_look:
            return
        stamp = reading.structure_stamp(corpus)
        if stamp != self.structure:
            self._read_structure(corpus, stamp)
        took = time.monotonic() - start
        self._next_look = start + min(LONGEST_PAUSE, SHARE * took) if took > LONGEST_PAUSE / 1000 else 0.0

    def _read_structure(self, corpus: Corpus, stamp: list[Any], progress: Progress | None = None) -> None:
        dialogues = reading.read_dialogues(corpus)
        kept = _places(self.arrays, dialogues.key, dialogues.ready_at)
        new = list(reading.read_utterances(dialogues.key[kept == NONE].tolist()))
        self.arrays, rows = self.arrays.merged(dialogues, kept, new)
        self._read_answers(rows, progress)
        self.structure = stamp
        self.applied += len(rows)

    def _read_answers(self, rows: Keys, progress: Progress | None = None) -> None:
        """Read all annotations of some rows, and the decisions on them, which annotations may have marked."""
        translator = CodeTranslator(CodebookVersion.objects.select_related("corpus").get(pk=self.codebook))
        done = 0
        for chunk in reading.chunks(rows):
            self.arrays.put(chunk, reading.read_answers(self.arrays, chunk, self.raters, translator))
            self.arrays.decisions.put(chunk, reading.read_decisions(self.arrays, chunk, translator))
            done += len(chunk)
            if progress:
                progress(done, len(rows))

    def _read_edits(self, now: Any) -> None:
        """Read text and speaker of the utterances that were edited."""
        edits = dict(self.edits.new(UtteranceEdit.objects.all()).values_list("pk", "utterance_id"))
        if not edits:
            return
        keys = np.unique(np.fromiter(edits.values(), dtype=np.int64))
        known = self.arrays.utterance[self.arrays.rows_of(keys)]
        for key, speaker, text in Utterance.objects.filter(pk__in=known.tolist()).values_list("pk", "speaker", "text"):
            row = int(self.arrays.rows_of(np.array([key], dtype=np.int64))[0])
            self.arrays.speaker[row] = NONE if speaker is None else speaker
            self.arrays.texts.change(row, text)
        self.edits = self.edits.moved(edits, now=now)
        self.applied += len(known)

    def _read_raters(self, corpus: Corpus) -> None:
        for key, slug, kind in reading.read_raters(corpus):
            if key not in self.raters:
                self.raters[key] = len(self.slugs)
                self.slugs.append(slug)
                self.kinds.append(kind)
            else:
                self.slugs[self.raters[key]] = slug


def _places(arrays: Arrays, keys: Keys, ready_at: Keys) -> Keys:
    """Return the place of each dialogue in the arrays, or `NONE` if it is new or was a draft since."""
    known = {key: place for place, key in enumerate(arrays.dialogues.key.tolist())}
    place = np.array([known.get(key, NONE) for key in keys.tolist()], dtype=np.int64)
    old = np.flatnonzero(place != NONE)
    place[old[arrays.dialogues.ready_at[place[old]] != ready_at[old]]] = NONE
    return place
