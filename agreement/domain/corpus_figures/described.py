"""A described corpus: labels, groups and lengths of its utterances, from which all figures about it are counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from agreement.statistics.answers.dialogues import Bools, Dialogues, Floats, Ints
from agreement.statistics.tabulation.association import Association, association
from corpus.rules.codebook import Codebook, Link, answer_slugs

GROUPS = ("split", "series", "gender", "age", "speaker")


@dataclass(frozen=True, slots=True)
class Group:
    """A division of N utterances.

    Attributes:
        names: of its parts, most frequent first; of splits in their usual order.
        part: (N,) places in `names`, or -1 for utterances of no part.
    """

    names: tuple[str, ...]
    part: Ints

    @classmethod
    def of(cls, names: Sequence[str], order: Sequence[str] = ()) -> Group:
        """Return the group of N names, one per utterance; "" is no part.

        Args:
            names: per utterance.
            order: of the parts; the most frequent first if it is empty.
        """
        distinct, part, counts = np.unique(np.array(names, dtype=object), return_inverse=True, return_counts=True)
        found = [str(each) for each in distinct]
        keys = {name: (order.index(name) if name in order else len(order), 0) for name in found}
        if not order:
            keys = {name: (-int(count), place) for place, (name, count) in enumerate(zip(found, counts, strict=True))}
        kept = sorted((name for name in found if name), key=lambda name: (keys[name], name))
        place = np.array([kept.index(name) if name else -1 for name in found], dtype=np.int64)
        return cls(tuple(kept), place[part.reshape(-1)] if found else np.empty(0, dtype=np.int64))


class Labels(NamedTuple):
    """The labels of one question.

    Attributes:
        has: (C, N) whether each utterance has the label, or its set contains the choice.
        code: (N,) its code, or -1 without a label; None for a task with several choices.
    """

    has: Bools
    code: Ints | None


@dataclass(frozen=True, slots=True)
class Described:
    """N utterances in G dialogues, in their order.

    Attributes:
        rules: the codebook.
        dialogues: of the utterances.
        groups: name of `GROUPS` -> division.
        labels: slug of a question -> labels.
        characters: (N,) of the texts.
        seconds: (N,) of the utterances; not a number where times are unknown.
        speaker: (N,) numbers of the speakers, -1 where unknown.
    """

    rules: Codebook
    dialogues: Dialogues
    groups: Mapping[str, Group]
    labels: Mapping[str, Labels]
    characters: Ints
    seconds: Floats
    speaker: Ints

    def __len__(self) -> int:
        return len(self.characters)

    def distribution(self, slug: str, group: str = "") -> Ints:
        """Return the number of utterances with each label: (C,), or (parts, C) for each part of a group."""
        has = self.labels[slug].has
        if not group:
            return np.asarray(has.sum(axis=1), dtype=np.int64)
        own = self.groups[group]
        inside = own.part >= 0
        part, count = own.part[inside], len(own.names)
        return np.stack([np.bincount(part[each[inside]], minlength=count) for each in has], axis=1)

    def lengths(self) -> Lengths:
        """Return the lengths of the dialogues."""
        number, count = self.dialogues.number, self.dialogues.count
        utterances = np.bincount(number, minlength=count)
        known = self.speaker >= 0
        pairs = np.unique(number[known] * (int(self.speaker.max(initial=0)) + 1) + self.speaker[known])
        speakers = np.bincount(pairs // (int(self.speaker.max(initial=0)) + 1), minlength=count)
        begins = np.ones(len(self), dtype=bool)
        same = (self.speaker[1:] == self.speaker[:-1]) & known[1:] & (number[1:] == number[:-1])
        begins[1:] = ~same
        return Lengths(utterances, speakers, np.bincount(number[begins], minlength=count))

    def together(self, link: Link) -> Together | None:
        """Return how the labels at the ends of a link occur together; None if one of them is a set of choices."""
        first, second = self.labels[link.source].code, self.labels[link.target].code
        if first is None or second is None:
            return None
        ends = {task.slug: task for task in self.rules.tasks}
        shape = (len(ends[link.source].choices), len(ends[link.target].choices))
        found = association(first, second, shape, self.dialogues)
        given = self.labels[link.slug].code
        assert given is not None  # noqa: S101 -- a link has one value
        rows = np.flatnonzero((given >= 0) & (first >= 0) & (second >= 0))
        cell = first[rows] * shape[1] + second[rows]
        values = np.array([int(each) for each in answer_slugs(link)], dtype=float)[given[rows]]
        count = np.bincount(cell, minlength=shape[0] * shape[1])
        total = np.bincount(cell, weights=values, minlength=shape[0] * shape[1]).astype(np.float64)
        return Together(found, count.reshape(shape), total.reshape(shape))


class Lengths(NamedTuple):
    """Numbers (G,) of utterances, known speakers and turns; a turn is a run of utterances of one speaker."""

    utterances: Ints
    speakers: Ints
    turns: Ints


class Together(NamedTuple):
    """The labels of both ends of a link, and the values of the link.

    Attributes:
        association: of the labels of the ends.
        links: (A, B) number of utterances with a value of the link, by the labels of the ends.
        sums: (A, B) sums of these values.
    """

    association: Association
    links: Ints
    sums: Floats
