"""Detectors: dialogues that repeat an earlier one, and near-duplicates that a rater labelled differently."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from django.utils.translation import gettext_lazy as _

from agreement.detectors.base import Detection, Kind, Subject
from agreement.detectors.lines import Ints
from agreement.detectors.material import Floats, Material, location

LEAST_UTTERANCES, LEAST_SHARE = 4, 0.8  # of the shorter dialogue, equal in text
COMMON = 20  # dialogues; a text in more of them ("yes") says nothing
LEAST_DIFFERENT = 0.05  # of the answers
AT_ONCE = 500_000  # pairs of rows
ODD = 0x9E3779B97F4A7C15  # factor whose powers differ modulo 2⁶⁴


class DuplicateDialogue(Kind):
    """Finds dialogues whose utterances equal those of an earlier dialogue in speaker and text, from start to end."""

    name = "duplicate_dialogue"
    summary = _("dialogues identical to an earlier one")
    case = _("identical to %(first)s, kept")
    subject: Subject = "material"

    def detect(self, material: Material) -> Iterator[Detection]:
        """Yield one case per dialogue that repeats an earlier one."""
        lines = material.lines
        for first, again in _equal_dialogues(material):
            earlier, later = lines[first], lines[again]
            yield Detection(
                rows={"dialogues": [earlier.dialogue, later.dialogue], **location(later)},
                extent_count=1,
                extent_share=1 / material.dialogues,
                severity="note",
                evidence={"first": earlier.dialogue_code, "dialogue": later.dialogue_code},
            )


def _equal_dialogues(material: Material) -> list[tuple[int, int]]:
    """Return (first row, first row of the later dialogue) of each dialogue that repeats an earlier one."""
    starts, spoken = _starts(material), material.lines.spoken_keys
    if not len(spoken):
        return []
    # a polynomial of the keys of the utterances, modulo 2⁶⁴: equal for equal dialogues, and hardly ever for others
    place = np.arange(len(spoken)) - np.repeat(starts[:-1], np.diff(starts))
    powers = np.cumprod(np.full(int(place.max()) + 1, ODD, dtype=np.uint64))
    content = np.add.reduceat(spoken.view(np.uint64) * powers[place], starts[:-1])
    order = np.argsort(content, kind="stable")
    is_first = np.diff(content[order], prepend=~content[order[:1]]) != 0
    first = order[is_first][np.cumsum(is_first) - 1]
    repeated = sorted(zip(order[~is_first].tolist(), first[~is_first].tolist(), strict=True))
    return [
        (int(starts[one]), int(starts[again]))
        for again, one in repeated
        if np.array_equal(spoken[starts[one] : starts[one + 1]], spoken[starts[again] : starts[again + 1]])
    ]


class DuplicatesDiffer(Kind):
    """Finds pairs of dialogues of nearly the same text to which one rater gave different answers."""

    name = "duplicates_differ"
    summary = _("dialogues of nearly the same text with different answers")
    case = _("%(dialogue)s has nearly the text of %(first)s, and %(different)s of %(compared)s answers differ")

    def detect(self, material: Material) -> Iterator[Detection]:
        """Yield one case per rater and pair."""
        answered = material.given
        for earlier, later, pairs in near_duplicates(material):
            first, second = material.lines[earlier], material.lines[later]
            for rater, owner in enumerate(material.raters):
                both = pairs[answered[rater, pairs].all(axis=1)]
                values = [material.values(question)[rater, both] for question in material.questions]
                compared = sum(int((each >= 0).all(axis=1).sum()) for each in values)
                differ = [(each[:, 0] != each[:, 1]) & (each >= 0).all(axis=1) for each in values]
                different = int(sum(each.sum() for each in differ))
                if not compared or different < LEAST_DIFFERENT * compared:
                    continue
                rows = both[np.any(differ, axis=0)].ravel()
                yield Detection(
                    rows=material.place(np.sort(rows)),
                    extent_count=len(rows),
                    extent_share=len(rows) / max(1, int(answered[rater].sum())),
                    severity="note",
                    rater=owner.slug,
                    evidence={
                        "first": first.dialogue_code,
                        "dialogue": second.dialogue_code,
                        "different": different,
                        "compared": compared,
                    },
                    identity=f"{first.dialogue} {second.dialogue}",
                )


def near_duplicates(material: Material) -> list[tuple[int, int, Ints]]:
    """Return (first row, first row of the later dialogue, (M, 2) rows of equal text) of near-duplicate dialogues."""

    def search() -> list[tuple[int, int, Ints]]:
        if not len(material):
            return []
        starts = _starts(material)
        length = np.diff(starts)
        needed = np.maximum(LEAST_UTTERANCES, LEAST_SHARE * length)
        found: list[tuple[int, int, Ints]] = []
        for pairs in _pairs(material, _shared_texts(material, needed)):
            one, other = material.dialogue[pairs].T
            order = np.lexsort((pairs[:, 1], pairs[:, 0], other, one))
            one, other = one[order], other[order]
            begins = np.flatnonzero((np.diff(one, prepend=-1) != 0) | (np.diff(other, prepend=-1) != 0))
            times = np.diff(begins, append=len(order))
            enough = times >= np.maximum(needed[one[begins]], needed[other[begins]])
            for begin, count in zip(begins[enough].tolist(), times[enough].tolist(), strict=True):
                rows = pairs[order[begin : begin + count]]
                found.append((int(starts[one[begin]]), int(starts[other[begin]]), rows))
        return found

    return material.kept("near_duplicates", search)


def _starts(material: Material) -> Ints:
    """Return (D + 1,) the first row of each dialogue, and the number of rows."""
    return np.append(np.flatnonzero(np.diff(material.dialogue, prepend=-1)), len(material))


def _shared_texts(material: Material, needed: Floats) -> Ints:
    """Return rows whose texts occur in other dialogues too, by text and dialogue; of a dialogue the first row of each.

    Texts in many dialogues are left out. So are dialogues that share fewer texts with all others together than they
    would have to share with one: of most corpora, hardly any row is left.

    Args:
        material: the corpus.
        needed: (D,) number of texts that a dialogue shares with a near-duplicate, at least.
    """
    keys, dialogue = material.lines.text_keys, material.dialogue
    rows: Ints = np.argsort(keys, kind="stable")  # so those of a text are in the order of the corpus
    text = keys[rows]
    is_next = np.append(False, text[1:] == text[:-1])
    rows = rows[(is_next | np.append(is_next[1:], False)) & (text != 0)]
    while len(rows):
        text, of = keys[rows], dialogue[rows]
        is_new = (np.diff(text, prepend=~text[:1]) != 0) | (np.diff(of, prepend=-1) != 0)
        rows, text, of = rows[is_new], text[is_new], of[is_new]
        starts = np.flatnonzero(np.diff(text, prepend=~text[:1]))
        times = np.diff(starts, append=len(text))
        is_shared = np.repeat((times > 1) & (times <= COMMON), times)
        kept = is_shared & (np.bincount(of[is_shared], minlength=len(needed)) >= needed)[of]
        if kept.all():
            break
        rows = rows[kept]
    return rows


def _pairs(material: Material, rows: Ints) -> Iterator[Ints]:
    """Yield (M, 2) rows of equal text in two dialogues, the earlier one first: all pairs of some dialogues at once.

    Args:
        material: the corpus.
        rows: of `_shared_texts`.
    """
    if not len(rows):
        return
    text, dialogue = material.lines.text_keys[rows], material.dialogue[rows]
    starts = np.flatnonzero(np.diff(text, prepend=~text[:1]))
    ends = np.repeat(np.append(starts[1:], len(text)), np.diff(starts, append=len(text)))
    later = ends - np.arange(len(rows)) - 1  # rows of the same text in later dialogues
    total = np.cumsum(np.bincount(dialogue, weights=later, minlength=material.dialogues))
    part = (total // AT_ONCE).astype(np.int64)
    for number in np.unique(part[dialogue]):
        own = np.flatnonzero((part[dialogue] == number) & (later > 0))
        if len(own):
            yield np.concatenate(
                [
                    np.column_stack([rows[own[later[own] >= step]], rows[own[later[own] >= step] + step]])
                    for step in range(1, int(later[own].max()) + 1)
                ]
            )
