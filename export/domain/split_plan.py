"""The split of a release: drawn, continued from an earlier one, or kept from the source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from common.errors import Refused
from corpus.rules.codebook import Codebook
from export.domain.options import Options
from export.domain.split_memory import Memory
from export.rows.label_counts import countable_labels
from export.splits import assignment
from export.splits.assignment import SPLITS, Assignment, Conflict, DialogueSummary, Group

NAMED = 50  # conflicts listed in the manifest


@dataclass(frozen=True, slots=True)
class SplitPlan:
    """The splits of the dialogues of a release.

    Attributes:
        splits: their names.
        split_of: dialogue code -> split; without the dialogues that are left out.
        group: the unit that they do not share.
        shares: the requested share of each split, which sum to 1; empty for a source's split and for series.
        conflicts: dialogues that are left out.
        origin: how the split came about, for the manifest.
        twins: number of pairs of duplicate dialogues that were kept together.
    """

    splits: tuple[str, ...]
    split_of: dict[str, str]
    group: Group
    shares: tuple[float, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    origin: dict[str, Any] = field(default_factory=dict)
    twins: int = 0

    def conflict_documents(self) -> list[dict[str, Any]]:
        """Return the conflicts for the manifest, with what would resolve them."""
        return [
            {
                "dialogue": each.dialogue,
                "joins": each.joins,
                "remedy": "Release with a new seed, or group by a smaller unit, to put all of them into one split.",
            }
            for each in self.conflicts[:NAMED]
        ]


def planned(
    dialogues: Sequence[DialogueSummary],
    *,
    options: Options,
    memory: Memory,
    twins: Sequence[tuple[int, int]],
    rules: Codebook,
) -> SplitPlan:
    """Return the splits of all released dialogues.

    Args:
        dialogues: of the release.
        options: of the release.
        memory: the earlier split that it continues.
        twins: pairs of indices of duplicate dialogues.
        rules: the codebook.

    Raises:
        SplitFault: the split is impossible.
        Refused: `export.unknown_question`.
    """
    if options.split == "source":
        # a published split may divide episodes: that is reported; it is refused only if the group was asked for
        group: Group = "dialogue" if options.group == "auto" else options.group
        return SplitPlan(SPLITS, assignment.keep_source(dialogues), group, origin={"kind": "source"})
    group = assignment.default_group(dialogues) if options.group == "auto" else options.group
    if options.leave_out:
        series = assignment.leave_out(dialogues)
        fold_of = {name: split for split, name in series.items()}
        split_of = {each.code: fold_of[each.series] for each in dialogues}
        return SplitPlan(tuple(series), split_of, "series", origin={"kind": "leave-one-out", "series": series})
    splits = tuple(f"fold-{number}" for number in range(1, options.folds + 1)) if options.folds else SPLITS
    ratios = (1,) * options.folds if options.folds else options.ratios
    known = {code: split for code, split in memory.known.items() if split in splits}
    found: Assignment = assignment.assign(
        dialogues,
        group=group,
        ratios=ratios,
        seed=options.seed,
        splits=splits,
        known=known,
        twins=twins,
        columns=_columns(options.stratify, rules),
    )
    return SplitPlan(
        splits,
        found.split_of,
        group,
        shares=tuple(ratio / sum(ratios) for ratio in ratios),
        conflicts=found.conflicts,
        origin=_origin(memory, found, len(dialogues)),
        twins=len(twins),
    )


def _origin(memory: Memory, found: Assignment, dialogues: int) -> dict[str, Any]:
    if memory.release:
        return {"kind": "continued", "release": memory.release, "kept": found.kept, "new": dialogues - found.kept}
    return {"kind": "fresh" if memory.is_fresh else "first"}


def _columns(questions: Sequence[str], rules: Codebook) -> list[int] | None:
    if not questions:
        return None
    known = [question.slug for question in rules.questions]
    if unknown := [slug for slug in questions if slug not in known]:
        raise Refused("export.unknown_question", questions=", ".join(unknown), known=", ".join(known))
    return [place for place, (slug, _) in enumerate(countable_labels(rules), start=1) if slug in questions]
