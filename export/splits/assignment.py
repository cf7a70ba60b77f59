"""The assignment of dialogues to splits, and the check that no group is in two splits. No Django.

Splits never share a group: a dialogue, an episode, a series, or the dialogues connected by shared speakers (a connected
component of dialogues, where two are adjacent if they share a speaker).
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


class SplitFault(Exception):  # noqa: N818 -- a statement about the data, not a program error
    """The requested split is impossible.

    Attributes:
        reason: "no_dialogues", "no_episode", "unnamed_speaker", "too_few_groups", "no_source_split", "leak" or
            "bad_ratios".
        params: parameters of its message.
    """

    def __init__(self, reason: str, **params: str | int) -> None:
        super().__init__(f"{reason} {params}")
        self.reason = reason
        self.params = params


@dataclass(frozen=True, slots=True)
class DialogueSummary:
    """The properties of a dialogue that its split depends on.

    Attributes:
        code: its name, unique in the corpus.
        series: name of its series.
        episode: title of its episode; empty for a corpus without episodes.
        speakers: names of its speakers; one is empty if an utterance has none.
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
        SplitFault: there are no dialogues, or some have no published split.
    """
    _require(dialogues)
    without = [dialogue.code for dialogue in dialogues if not dialogue.source_split]
    if without:
        raise SplitFault("no_source_split", count=len(without), first=without[0])
    return {dialogue.code: dialogue.source_split for dialogue in dialogues}


def assign(dialogues: Sequence[DialogueSummary], *, group: Group, ratios: Sequence[int], seed: int) -> dict[str, str]:
    """Return dialogue code -> split, without dividing a group, with labels distributed as evenly as the groups allow.

    Greedy: the largest group first (groups of equal size in an order drawn from the seed), each into the split where it
    lowers the chi-square distance between actual and target counts most. The number of utterances has the weight of all
    labels together, so that a split's size counts as much as its labels.

    Args:
        dialogues: all dialogues of the release.
        group: the unit that splits must not share.
        ratios: shares of train, dev and test, in any unit.
        seed: the same dialogues, options and seed give the same split.

    Raises:
        SplitFault: there are fewer groups than splits, or a dialogue has no group.
    """
    _require(dialogues)
    if len(ratios) != len(SPLITS) or min(ratios) <= 0:
        raise SplitFault("bad_ratios")
    bundles = _bundles(dialogues, group)
    if len(bundles) < len(SPLITS):
        raise SplitFault("too_few_groups", group=group, count=len(bundles), dialogues=len(dialogues))
    counts = np.array(
        [np.sum([dialogues[index].counts for index in bundle], axis=0) for bundle in bundles], dtype=float
    )
    chosen = _greedy(counts, np.array(ratios, dtype=float) / sum(ratios), seed)
    return {
        dialogues[index].code: SPLITS[split] for bundle, split in zip(bundles, chosen, strict=True) for index in bundle
    }


def group_keys(dialogue: DialogueSummary, group: Group) -> frozenset[str]:
    """Return the names of the groups that a dialogue belongs to; more than one only for speakers.

    Raises:
        SplitFault: the dialogue has no group; a guess could hide a leak.
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
    """Check that no group and no dialogue is in two splits.

    Args:
        dialogues: (split, dialogue) pairs, read back from the written release.
        group: the unit that splits must not share.

    Returns:
        The number of groups.

    Raises:
        SplitFault: one is in two splits.
    """
    split_of: dict[tuple[str, str], str] = {}
    kinds: set[Group] = {"dialogue", group}
    for split, dialogue in dialogues:
        for kind in kinds:
            for key in group_keys(dialogue, kind):
                if split_of.setdefault((kind, key), split) != split:
                    raise SplitFault("leak", group=kind, name=key.replace("\t", " · "), dialogue=dialogue.code)
    return sum(kind == group for kind, _ in split_of)


def _require(dialogues: Sequence[DialogueSummary]) -> None:
    if not dialogues:
        raise SplitFault("no_dialogues")


def _bundles(dialogues: Sequence[DialogueSummary], group: Group) -> list[list[int]]:
    """Return the indices of the dialogues that must stay together: the components connected by shared keys."""
    parent = list(range(len(dialogues)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    first: dict[str, int] = {}
    for index, dialogue in enumerate(dialogues):
        for key in sorted(group_keys(dialogue, group)):
            parent[root(index)] = root(first.setdefault(key, index))
    bundles: dict[int, list[int]] = {}
    for index in range(len(dialogues)):
        bundles.setdefault(root(index), []).append(index)
    return list(bundles.values())


def _greedy(counts: npt.NDArray[np.float64], shares: npt.NDArray[np.float64], seed: int) -> list[int]:
    """Return the index of the split of each group.

    Args:
        counts: (groups, 1 + labels) number of utterances and of each label.
        shares: (splits,) that sum to 1.
        seed: orders groups of equal size.
    """
    counts = counts[:, counts.sum(axis=0) > 0]
    target = np.outer(shares, counts.sum(axis=0))  # (splits, counts)
    weights = np.ones(counts.shape[1])
    weights[0] = max(counts.shape[1] - 1, 1)
    reached = np.zeros_like(target)
    order = list(range(len(counts)))
    random.Random(seed).shuffle(order)  # noqa: S311 -- a split is not a secret
    order.sort(key=lambda index: -counts[index, 0])
    chosen = [0] * len(counts)
    empty = set(range(len(shares)))
    for done, index in enumerate(order):
        added = counts[index]
        cost = (weights * added * (2 * (reached - target) + added) / target).sum(axis=1)
        if len(order) - done == len(empty):  # the last and smallest groups fill the splits that are still empty
            cost = np.where([split in empty for split in range(len(shares))], cost, np.inf)
        split = int(cost.argmin())
        chosen[index] = split
        reached[split] += added
        empty.discard(split)
    return chosen
