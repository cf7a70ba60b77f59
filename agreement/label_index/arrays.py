"""Arrays of a corpus: its utterances in order, and the codes of every rater's answers to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from agreement.judgements.comparability import Codes
from agreement.label_index.texts import Rows, TextBuffer

Keys = npt.NDArray[np.int64]
NOBODY = -1  # in place of a rater
NONE = -1  # in place of a key
SPLITS = ("", "train", "dev", "test")  # the number of a source split is its place here


class Dialogues(NamedTuple):
    """D dialogues in the order of the corpus.

    Attributes:
        key, series, episode: (D,) primary keys; `NONE` without an episode.
        order: (D,) places in the corpus.
        split: (D,) places in `SPLITS`.
        excluded: (D,) whether they are excluded.
        ready_at: (D,) µs since 1970; another time means that the dialogue was a draft in between.
    """

    key: Keys
    order: Keys
    series: Keys
    episode: Keys
    split: Keys
    excluded: npt.NDArray[np.bool_]
    ready_at: Keys


class Answers(NamedTuple):
    """M annotations; those of an utterance follow one another and are complete.

    Attributes:
        row: (M,) rows of their utterances.
        rater: (M,) numbers of their raters.
        time: (M,) seconds since 1970 of the present answers.
        codes: (M, W) codes of the present answers.
        first: place in these arrays -> (W,) codes that were handed in first, where they differ.
    """

    row: Rows
    rater: npt.NDArray[np.int16]
    time: Keys
    codes: Codes
    first: dict[int, Codes]


@dataclass(slots=True)
class Layer:
    """At most one annotation of each of N utterances.

    Attributes:
        rater: (N,) number of the rater, or `NOBODY`.
        time: (N,) seconds since 1970.
        codes: (W, N) codes of the present answers.
        first: row -> (W,) codes that were handed in first, where they differ.
    """

    rater: npt.NDArray[np.int16]
    time: npt.NDArray[np.uint32]
    codes: Codes
    first: dict[int, Codes] = field(default_factory=dict)

    @classmethod
    def empty(cls, count: int, width: int) -> Layer:
        """Return a layer without annotations."""
        return cls(
            np.full(count, NOBODY, dtype=np.int16),
            np.zeros(count, dtype=np.uint32),
            np.full((width, count), -1, dtype=np.int16),
        )

    def merged(self, added: int, order: Rows) -> Layer:
        """Return the layer for rows in a new order, after `added` rows without annotations were appended."""
        more = Layer.empty(added, len(self.codes))
        place = np.full(len(self.rater) + added, NONE, dtype=np.int64)
        place[order] = np.arange(len(order))
        return Layer(
            np.concatenate([self.rater, more.rater])[order],
            np.concatenate([self.time, more.time])[order],
            np.concatenate([self.codes, more.codes], axis=1)[:, order],
            {int(place[row]): codes for row, codes in self.first.items() if place[row] != NONE},
        )


class Outcomes(NamedTuple):
    """The decisions on some utterances; those without one are left out.

    Attributes:
        row: (M,) rows of their utterances.
        state: (M,) sums of `DECIDED` and the numbers after it.
        codes: (M, W) codes of the decided profiles.
    """

    row: Rows
    state: npt.NDArray[np.uint8]
    codes: Codes


DECIDED, UNDECIDABLE, DISCUSSION, REVIEW, DISPUTED = 1, 2, 4, 8, 16


@dataclass(slots=True)
class DecisionLayer:
    """The decision on each of N utterances.

    Attributes:
        state: (N,) sums of `DECIDED` and the numbers after it; 0 without a decision.
        codes: (W, N) codes of the decided profiles.
    """

    state: npt.NDArray[np.uint8]
    codes: Codes

    @classmethod
    def empty(cls, count: int, width: int) -> DecisionLayer:
        """Return a layer without decisions."""
        return cls(np.zeros(count, dtype=np.uint8), np.full((width, count), -1, dtype=np.int16))

    def put(self, rows: Rows, outcomes: Outcomes) -> None:
        """Replace the decisions on some rows by others."""
        self.state[rows] = 0
        self.state[outcomes.row] = outcomes.state
        self.codes[:, outcomes.row] = outcomes.codes.T

    def merged(self, added: int, order: Rows) -> DecisionLayer:
        """Return the layer for rows in a new order, after `added` rows without decisions were appended."""
        more = DecisionLayer.empty(added, len(self.codes))
        codes = np.concatenate([self.codes, more.codes], axis=1)[:, order]
        return DecisionLayer(np.concatenate([self.state, more.state])[order], codes)


@dataclass(slots=True)
class Arrays:
    """A corpus of N utterances in D dialogues.

    Attributes:
        width: cells of the codes of an annotation.
        dialogues: the dialogues.
        utterance: (N,) primary keys, in the order of the corpus.
        dialogue: (N,) places in `dialogues`.
        speaker: (N,) primary keys, or `NONE`.
        texts: of the utterances.
        layers: as many as the most annotations of an utterance.
        decisions: on the utterances.
    """

    width: int
    dialogues: Dialogues
    utterance: Keys
    dialogue: npt.NDArray[np.int32]
    speaker: Keys
    texts: TextBuffer
    layers: list[Layer]
    decisions: DecisionLayer
    _by_key: Rows | None = None

    @classmethod
    def empty(cls, width: int) -> Arrays:
        """Return the arrays of a corpus without utterances."""
        none = np.empty(0, dtype=np.int64)
        dialogues = Dialogues(none, none, none, none, none, none.astype(bool), none)
        return cls(
            width, dialogues, none, none.astype(np.int32), none, TextBuffer.of([]), [], DecisionLayer.empty(0, width)
        )

    def __len__(self) -> int:
        return len(self.utterance)

    def rows_of(self, keys: Keys) -> Rows:
        """Return the rows of utterances by primary key; unknown ones are left out."""
        if self._by_key is None:
            self._by_key = np.argsort(self.utterance, kind="stable")
        place = np.searchsorted(self.utterance, keys, sorter=self._by_key)
        place = np.minimum(place, max(len(self) - 1, 0))
        rows = self._by_key[place] if len(self) else place
        return rows[self.utterance[rows] == keys] if len(self) else np.empty(0, dtype=np.int64)

    def rows_of_dialogues(self, chosen: npt.NDArray[np.bool_]) -> Rows:
        """Return the rows of the dialogues with a true value in `chosen` (D,)."""
        return np.flatnonzero(chosen[self.dialogue])

    def put(self, rows: Rows, answers: Answers) -> None:
        """Replace all annotations of some rows by others.

        Args:
            rows: the rows.
            answers: of these rows.
        """
        for layer in self.layers:
            layer.rater[rows] = NOBODY
            layer.codes[:, rows] = NONE  # searches look at codes without asking whose they are
            if layer.first:
                for row in set(layer.first).intersection(rows.tolist()):
                    del layer.first[row]
        place = _within(answers.row)
        for number in range(int(place.max(initial=-1)) + 1):
            if number == len(self.layers):
                self.layers.append(Layer.empty(len(self), self.width))
            layer, own = self.layers[number], np.flatnonzero(place == number)
            target = answers.row[own]
            layer.rater[target] = answers.rater[own]
            layer.time[target] = answers.time[own]
            layer.codes[:, target] = answers.codes[own].T
        for each, codes in answers.first.items():
            self.layers[int(place[each])].first[int(answers.row[each])] = codes

    def merged(self, dialogues: Dialogues, kept: Keys, new: Sequence[NewDialogue]) -> tuple[Arrays, Rows]:
        """Return the arrays with other dialogues, and the rows that are new.

        Args:
            dialogues: all dialogues of the result.
            kept: (D,) present place of each, or `NONE` for new ones.
            new: the utterances of the new ones, in the order of `dialogues`.
        """
        starts = np.searchsorted(self.dialogue, np.arange(len(self.dialogues.key) + 1))
        pieces: list[Rows] = []
        sizes = np.zeros(len(dialogues.key), dtype=np.int64)
        waiting, used = iter(new), len(self)
        for place, old in enumerate(kept.tolist()):
            if old == NONE:
                size = len(next(waiting).utterance)
                pieces.append(np.arange(used, used + size))
                used += size
            else:
                pieces.append(np.arange(starts[old], starts[old + 1]))
            sizes[place] = len(pieces[-1])
        order = np.concatenate([np.empty(0, dtype=np.int64), *pieces])
        added = used - len(self)
        result = Arrays(
            self.width,
            dialogues,
            np.concatenate([self.utterance, *(each.utterance for each in new)])[order],
            np.repeat(np.arange(len(sizes), dtype=np.int32), sizes),
            np.concatenate([self.speaker, *(each.speaker for each in new)])[order],
            self.texts.merged(TextBuffer.of_encoded([text for each in new for text in each.texts]), order),
            [layer.merged(added, order) for layer in self.layers],
            self.decisions.merged(added, order),
        )
        return result, np.flatnonzero(order >= len(self))


class NewDialogue(NamedTuple):
    """The utterances of a new dialogue: primary keys, those of the speakers, and texts as `encoded` returns them."""

    utterance: Keys
    speaker: Keys
    texts: list[bytes]


def _within(row: Rows) -> Rows:
    """Return the place of each annotation among those of its utterance."""
    if not len(row):
        return row
    starts = np.flatnonzero(np.diff(row, prepend=row[0] - 1))
    return np.arange(len(row)) - np.repeat(starts, np.diff(np.append(starts, len(row))))
