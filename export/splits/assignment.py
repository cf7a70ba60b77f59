"""The assignment of dialogues to splits, and the check that no group is in two splits. No Django.

Splits never share a group: a dialogue, an episode, a series, or the dialogues connected by shared speakers (a connected
component of dialogues, where two are adjacent if they share a speaker).
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

SPLITS = ("train", "dev", "test")
Group = Literal["dialogue", "episode", "series", "speaker"]
EPISODES = 10  # from this number on, episodes are not divided by default
GROUPS: tuple[Group, ...] = ("dialogue", "episode", "series", "speaker")


class SplitFault(Exception):  # noqa: N818 -- a statement about the data, not a program error
    """The requested split is impossible.

    Attributes:
        reason: "no_dialogues", "no_episode", "unnamed_speaker", "too_few_groups", "no_source_split", "leak",
            "divided", "one_series" or
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
        speakers: distinct names of its speakers; one is empty if an utterance has none.
        source_split: the split in which its source published it, or empty.
        counts: number of utterances, then of each label in an order common to all dialogues.
    """

    code: str
    series: str
    episode: str
    speakers: Collection[str]
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


@dataclass(frozen=True, slots=True)
class Conflict:
    """A new dialogue that joins groups of different splits, so that no split can take it.

    Attributes:
        dialogue: its code.
        joins: name of each group -> its split.
    """

    dialogue: str
    joins: dict[str, str]


@dataclass(frozen=True, slots=True)
class Assignment:
    """The splits of dialogues.

    Attributes:
        split_of: dialogue code -> split.
        conflicts: dialogues that are left out.
        kept: number of dialogues whose split was known.
    """

    split_of: dict[str, str]
    conflicts: tuple[Conflict, ...] = ()
    kept: int = 0


def assign(
    dialogues: Sequence[DialogueSummary],
    *,
    group: Group,
    ratios: Sequence[int],
    seed: int,
    splits: tuple[str, ...] = SPLITS,
    known: Mapping[str, str] | None = None,
    twins: Iterable[tuple[int, int]] = (),
    columns: Sequence[int] | None = None,
) -> Assignment:
    """Assign dialogues to splits, without dividing a group, with labels distributed as evenly as the groups allow.

    Dialogues with a known split keep it, and new dialogues of their groups follow. The other groups are dealt greedily:
    the largest first (groups of equal size in an order drawn from the seed), each into the split where it lowers the
    chi-square distance between actual and target counts most. The number of utterances has the weight of all labels
    together, so that a split's size counts as much as its labels.

    Args:
        dialogues: all dialogues of the release.
        group: the unit that splits must not share.
        ratios: shares of the splits, in any unit.
        seed: the same dialogues, options and seed give the same split.
        splits: their names.
        known: dialogue code -> split, of an earlier release.
        twins: pairs of indices of dialogues that are duplicates and stay together.
        columns: of `counts`, the labels to distribute evenly; all by default.

    Raises:
        SplitFault: there are fewer groups than splits, a dialogue has no group, or the known splits divide a group.
    """
    _require(dialogues)
    if len(ratios) != len(splits) or min(ratios) <= 0:
        raise SplitFault("bad_ratios")
    twins = list(twins)
    settled, conflicts = _follow(dialogues, group, twins, known or {})
    out = {conflict.dialogue for conflict in conflicts}
    free = [index for index, each in enumerate(dialogues) if each.code not in settled and each.code not in out]
    place = {index: number for number, index in enumerate(free)}
    linked = [(place[one], place[two]) for one, two in twins if one in place and two in place]
    bundles = [[free[each] for each in bundle] for bundle in _bundles([dialogues[i] for i in free], group, linked)]
    if not settled and len(bundles) < len(splits):
        raise SplitFault("too_few_groups", group=group, count=len(bundles), dialogues=len(dialogues))
    kept = [[each for each in dialogues if settled.get(each.code) == split] for split in splits]
    used = [0, *(columns if columns is not None else range(1, len(dialogues[0].counts)))]
    reached = np.array([total_counts(part, len(dialogues[0].counts)) for part in kept])[:, used]
    counts = np.zeros((len(bundles), len(dialogues[0].counts)), dtype=np.int32)  # halves the memory of float64
    for row, bundle in enumerate(bundles):
        counts[row] = total_counts([dialogues[index] for index in bundle], counts.shape[1])
    counts = counts if columns is None else counts[:, used]
    chosen = _greedy(counts, np.array(ratios, dtype=float) / sum(ratios), seed, reached) if bundles else []
    dealt = {
        dialogues[index].code: splits[split] for bundle, split in zip(bundles, chosen, strict=True) for index in bundle
    }
    split_of = {each.code: split for each in dialogues if (split := settled.get(each.code) or dealt.get(each.code))}
    return Assignment(split_of, tuple(conflicts), sum(each.code in (known or {}) for each in dialogues))


def leave_out(dialogues: Sequence[DialogueSummary], attribute: Literal["series"] = "series") -> dict[str, str]:
    """Return split -> name of its series: one split for each series, in the order of their names.

    Raises:
        SplitFault: there is only one series.
    """
    names = sorted({getattr(dialogue, attribute) for dialogue in dialogues})
    if len(names) < 2:
        raise SplitFault("one_series")
    return {f"fold-{number}": name for number, name in enumerate(names, start=1)}


def default_group(dialogues: Sequence[DialogueSummary]) -> Group:
    """Return "episode" if all dialogues have one and there are at least `EPISODES`, else "dialogue"."""
    episodes = {(dialogue.series, dialogue.episode) for dialogue in dialogues}
    has_all = all(episode for _, episode in episodes)
    return "episode" if has_all and len(episodes) >= EPISODES else "dialogue"


def total_counts(dialogues: Sequence[DialogueSummary], width: int) -> npt.NDArray[np.int64]:
    """Return the sum (width,) of the counts of dialogues."""
    total = np.zeros(width, dtype=np.int64)
    for dialogue in dialogues:
        total += np.asarray(dialogue.counts, dtype=np.int64)
    return total


def _follow(
    dialogues: Sequence[DialogueSummary], group: Group, twins: Sequence[tuple[int, int]], known: Mapping[str, str]
) -> tuple[dict[str, str], list[Conflict]]:
    """Return the splits of known dialogues and of new ones that follow a known group, and those that cannot."""
    settled = {each.code: known[each.code] for each in dialogues if each.code in known}
    if not settled:
        return {}, []
    keys = [group_keys(each, group) for each in dialogues]
    partners = _partners(dialogues, twins)
    owner = _owners(dialogues, keys, settled)
    conflicts: dict[str, Conflict] = {}
    waiting = [index for index, each in enumerate(dialogues) if each.code not in settled]
    while True:
        left = []
        for index in waiting:
            code = dialogues[index].code
            joins = {key.replace("\t", " · "): owner[key] for key in sorted(keys[index]) if key in owner}
            joins |= {twin: settled[twin] for twin in sorted(partners.get(index, ())) if twin in settled}
            if len(set(joins.values())) > 1:
                conflicts[code] = Conflict(code, joins)
            elif joins:
                settled[code] = next(iter(joins.values()))
                owner |= dict.fromkeys(keys[index], settled[code])
            else:
                left.append(index)
        if len(left) == len(waiting):
            return settled, list(conflicts.values())
        waiting = left


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


def _partners(dialogues: Sequence[DialogueSummary], twins: Sequence[tuple[int, int]]) -> dict[int, set[str]]:
    """Return index of a dialogue -> the codes of its duplicates."""
    partners: dict[int, set[str]] = {}
    for one, two in twins:
        partners.setdefault(one, set()).add(dialogues[two].code)
        partners.setdefault(two, set()).add(dialogues[one].code)
    return partners


def _owners(
    dialogues: Sequence[DialogueSummary], keys: Sequence[frozenset[str]], settled: Mapping[str, str]
) -> dict[str, str]:
    """Return group -> the split of its known dialogues."""
    owner: dict[str, str] = {}
    for each, own in zip(dialogues, keys, strict=True):
        for key in own if each.code in settled else ():
            if owner.setdefault(key, settled[each.code]) != settled[each.code]:
                raise SplitFault("divided", name=key.replace("\t", " · "), dialogue=each.code)
    return owner


def _bundles(
    dialogues: Sequence[DialogueSummary], group: Group, twins: Iterable[tuple[int, int]] = ()
) -> list[list[int]]:
    """Return the indices of the dialogues that must stay together: connected by shared keys, or twins."""
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
    for one, two in twins:
        parent[root(two)] = root(one)
    bundles: dict[int, list[int]] = {}
    for index in range(len(dialogues)):
        bundles.setdefault(root(index), []).append(index)
    return list(bundles.values())


def _greedy(
    counts: npt.NDArray[np.int32],
    shares: npt.NDArray[np.float64],
    seed: int,
    reached: npt.NDArray[np.int64],
) -> list[int]:
    """Return the index of the split of each group.

    Args:
        counts: (groups, 1 + labels) number of utterances and of each label.
        shares: (splits,) that sum to 1.
        seed: orders groups of equal size.
        reached: (splits, 1 + labels) the counts of the groups whose split is known.
    """
    total = counts.sum(axis=0) + reached.sum(axis=0)
    occurs = total > 0
    reached = reached[:, occurs].astype(float)
    target = np.outer(shares, total[occurs])  # (splits, counts)
    weights = np.ones(target.shape[1])
    weights[0] = max(target.shape[1] - 1, 1)
    order = list(range(len(counts)))
    random.Random(seed).shuffle(order)  # noqa: S311 -- a split is not a secret
    order.sort(key=lambda index: -counts[index, 0])
    chosen = [0] * len(counts)
    empty = {split for split in range(len(shares)) if not reached[split, 0]}
    for done, index in enumerate(order):
        added = counts[index, occurs].astype(float)
        cost = (weights * added * (2 * (reached - target) + added) / target).sum(axis=1)
        if len(order) - done <= len(empty):  # the last and smallest groups fill the splits that are still empty
            cost = np.where([split in empty for split in range(len(shares))], cost, np.inf)
        split = int(cost.argmin())
        chosen[index] = split
        reached[split] += added
        empty.discard(split)
    return chosen
