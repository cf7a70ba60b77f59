"""Which dialogue goes into which split, and the proof that no group is in two of them. Pure: no Django.

A group is what may never be shared: the dialogue, its episode, its series, or its speakers (dialogues that share a
speaker belong together, and so do those that share one with these: a connected component).
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

SPLITS = ("train", "dev", "test")
Group = Literal["dialogue", "episode", "series", "speaker"]
GROUPS: tuple[Group, ...] = ("dialogue", "episode", "series", "speaker")


class SplitFault(Exception):  # noqa: N818 -- an answer about the data, not a fault of the program
    """The split that was asked for does not exist.

    Attributes:
        reason: "no_dialogues", "no_episode", "unnamed_speaker", "too_few_groups", "no_source_split", "leak" or
            "bad_ratios".
        params: what its sentence names.
    """

    def __init__(self, reason: str, **params: str | int) -> None:
        super().__init__(f"{reason} {params}")
        self.reason = reason
        self.params = params


@dataclass(frozen=True, slots=True)
class DialogueSummary:
    """What a split has to know of a dialogue.

    Attributes:
        code: its name, unique in the corpus.
        series: name of its series.
        episode: title of its episode; empty for a corpus that came as text.
        speakers: names of its speakers; one is empty where an utterance has none.
        source_split: the split in which its source published it, or empty.
        counts: number of utterances, then of each label in an order common to all dialogues.
    """

    code: str
    series: str
    episode: str
    speakers: frozenset[str]
    source_split: str
    counts: Sequence[int]


def keep_source(dialogues: Sequence[DialogueSummary]) -> dict[str, str]:
    """Return dialogue code -> the split of its source.

    Raises:
        SplitFault: there is no dialogue, or the source of some does not say.
    """
    _require(dialogues)
    silent = [dialogue.code for dialogue in dialogues if not dialogue.source_split]
    if silent:
        raise SplitFault("no_source_split", count=len(silent), first=silent[0])
    return {dialogue.code: dialogue.source_split for dialogue in dialogues}


def assign(dialogues: Sequence[DialogueSummary], *, group: Group, ratios: Sequence[int], seed: int) -> dict[str, str]:
    """Return dialogue code -> split, never parting a group, with labels spread as evenly as the groups allow.

    Greedy: the largest group first (equals in an order drawn from the seed), each into the split where it most lowers
    the chi-square distance between the counts reached and those wished for; as many counts as there are labels speak
    for the utterances as a whole, so that a split's size weighs as much as all its labels.

    Args:
        dialogues: all dialogues of the release.
        group: what the splits must not share.
        ratios: shares of train, dev and test, in any unit.
        seed: same dialogues, options and seed: the same split.

    Raises:
        SplitFault: there are fewer groups than splits, or a dialogue does not tell its group.
    """
    _require(dialogues)
    if len(ratios) != len(SPLITS) or min(ratios) <= 0:
        raise SplitFault("bad_ratios")
    bundles = _bundles(dialogues, group)
    if len(bundles) < len(SPLITS):
        raise SplitFault("too_few_groups", group=group, count=len(bundles), dialogues=len(dialogues))
    counts = np.array(
        [np.sum([dialogues[place].counts for place in bundle], axis=0) for bundle in bundles], dtype=float
    )
    chosen = _greedy(counts, np.array(ratios, dtype=float) / sum(ratios), seed)
    return {
        dialogues[place].code: SPLITS[split] for bundle, split in zip(bundles, chosen, strict=True) for place in bundle
    }


def group_keys(dialogue: DialogueSummary, group: Group) -> frozenset[str]:
    """Return the names of the groups that a dialogue belongs to: several only for speakers.

    Raises:
        SplitFault: it does not tell; a guess could hide a leak.
    """
    if group == "dialogue":
        return frozenset({dialogue.code})
    if group == "series":
        return frozenset({dialogue.series})
    if group == "episode":
        if not dialogue.episode:
            raise SplitFault("no_episode", dialogue=dialogue.code)
        return frozenset({f"{dialogue.series}\t{dialogue.episode}"})
    if "" in dialogue.speakers:
        raise SplitFault("unnamed_speaker", dialogue=dialogue.code)
    return frozenset(f"{dialogue.series}\t{name}" for name in dialogue.speakers)


def check(dialogues: Iterable[tuple[str, DialogueSummary]], group: Group) -> int:
    """Prove that no group is in two splits, and no dialogue either.

    Args:
        dialogues: (split, dialogue) pairs, as they were read back from the written release.
        group: what the splits must not share.

    Returns:
        The number of groups met.

    Raises:
        SplitFault: one is in two splits.
    """
    home: dict[tuple[str, str], str] = {}
    kinds: set[Group] = {"dialogue", group}
    for split, dialogue in dialogues:
        for kind in kinds:
            for key in group_keys(dialogue, kind):
                if home.setdefault((kind, key), split) != split:
                    raise SplitFault("leak", group=kind, name=key.replace("\t", " · "), dialogue=dialogue.code)
    return sum(kind == group for kind, _ in home)


def _require(dialogues: Sequence[DialogueSummary]) -> None:
    if not dialogues:
        raise SplitFault("no_dialogues")


def _bundles(dialogues: Sequence[DialogueSummary], group: Group) -> list[list[int]]:
    """Return the places of the dialogues that must stay together: the components that shared keys connect."""
    parent = list(range(len(dialogues)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    first: dict[str, int] = {}
    for place, dialogue in enumerate(dialogues):
        for key in sorted(group_keys(dialogue, group)):
            parent[root(place)] = root(first.setdefault(key, place))
    bundles: dict[int, list[int]] = {}
    for place in range(len(dialogues)):
        bundles.setdefault(root(place), []).append(place)
    return list(bundles.values())


def _greedy(counts: npt.NDArray[np.float64], shares: npt.NDArray[np.float64], seed: int) -> list[int]:
    """Return a split per group; counts is (groups, 1 + labels), shares (splits)."""
    counts = counts[:, counts.sum(axis=0) > 0]
    wished = np.outer(shares, counts.sum(axis=0))  # (splits, counts)
    weights = np.ones(counts.shape[1])
    weights[0] = max(counts.shape[1] - 1, 1)
    reached = np.zeros_like(wished)
    order = list(range(len(counts)))
    random.Random(seed).shuffle(order)  # noqa: S311 -- a split is no secret
    order.sort(key=lambda place: -counts[place, 0])
    chosen = [0] * len(counts)
    empty = set(range(len(shares)))
    for done, place in enumerate(order):
        added = counts[place]
        harm = (weights * added * (2 * (reached - wished) + added) / wished).sum(axis=1)
        if len(order) - done == len(empty):  # the last and smallest groups fill what would stay empty
            harm = np.where([split in empty for split in range(len(shares))], harm, np.inf)
        split = int(harm.argmin())
        chosen[place] = split
        reached[split] += added
        empty.discard(split)
    return chosen
