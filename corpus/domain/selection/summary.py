"""The selection of a corpus as a document: for its page, the manifest and the datasheet of a release, and reports."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Count

from corpus.domain.selection.candidates import candidates
from corpus.models import Corpus, Screening, SelectionStep

FORMAT = "concord-selection/1"


def selection_counts(corpus: Corpus) -> dict[str, int]:
    """Return the number of `candidates`, and of those that are `in`, `out` and `undecided`."""
    current = Screening.objects.filter(is_current=True, dialogue__in=candidates(corpus).order_by())
    found = dict(current.values_list("is_in").annotate(Count("pk")).order_by())
    total = candidates(corpus).count()
    decided = found.get(True, 0) + found.get(False, 0)
    return {
        "candidates": total,
        "in": found.get(True, 0),
        "out": found.get(False, 0),
        "undecided": total - decided,
    }


def is_documented(corpus: Corpus) -> bool:
    """Return whether any step of the selection holds."""
    return SelectionStep.objects.filter(corpus=corpus, undone_at__isnull=True).exists()


def selection_summary(corpus: Corpus, dialogues: Collection[str] | None = None) -> dict[str, Any]:
    """Return how the dialogues of a corpus were selected, as JSON.

    Args:
        corpus: the corpus.
        dialogues: codes of the released ones, to be counted by the way they were selected.

    Returns:
        `format`; `candidates`, `in`, `out`, `undecided`: numbers of dialogues; `steps`, the oldest first, without those
        undone: `kind` (`screen` or `draw`), `decision` (`in` or `out`; null for a draw), `reason` (the rule of a draw),
        `criteria`, `population`, `taken`, `at` (ISO 8601), and of a draw `per`, `seed` and `groups`, each with `group`,
        `population`, `taken` and `probability`; with `dialogues` also `released`: numbers of them that were `drawn`,
        `chosen` for a reason, and `undecided`.
    """
    steps = SelectionStep.objects.filter(corpus=corpus, undone_at__isnull=True).order_by("created_at", "pk")
    document: dict[str, Any] = {"format": FORMAT, **selection_counts(corpus), "steps": [_step(step) for step in steps]}
    if dialogues is not None:
        wanted = set(dialogues)
        rows = Screening.objects.filter(dialogue__corpus=corpus, is_current=True, is_in=True)
        drawn = {code: each is not None for code, each in rows.values_list("dialogue__code", "probability")}
        kinds = [drawn.get(code) for code in wanted]
        document["released"] = {
            "drawn": kinds.count(True),
            "chosen": kinds.count(False),
            "undecided": kinds.count(None),
        }
    return document


def _step(step: SelectionStep) -> dict[str, Any]:
    decision = {True: "in", False: "out", None: None}[step.is_in]
    document = {
        "kind": step.kind,
        "decision": decision,
        "reason": step.reason,
        "criteria": step.criteria,
        "population": step.population,
        "taken": step.taken,
        "at": step.created_at.isoformat(timespec="seconds"),
    }
    if step.kind == SelectionStep.Kind.DRAW:
        document |= {"per": step.per, "seed": step.seed, "groups": step.groups}
    return document
