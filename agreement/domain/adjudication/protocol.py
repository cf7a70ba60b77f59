"""The reliability of adjudication, measured by the decisions that were made without seeing answers.

Only blind decisions count: by two adjudicators for their agreement, and of audited utterances for the error of the
consensus (`agreement.domain.audit`). Decisions on utterances that the adjudicator had chosen do not count, since they
may know the answers.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from agreement.domain.adjudication.decisions import Cause
from agreement.domain.moves.carrying import CarriedCodes
from agreement.domain.report_figures import question_figures
from agreement.judgements.comparability import Codes
from agreement.judgements.tables import table
from agreement.judgements.variables import variable
from agreement.models import DecisionRevision, Outcome
from agreement.statistics.answers.dialogues import dialogues_of
from common.database.snapshot import snapshot
from corpus.models import CodebookVersion, Corpus


@dataclass(frozen=True, slots=True)
class BlindDecision:
    """A decision that was made before the answers were shown.

    Attributes:
        utterance, dialogue: primary keys.
        outcome: one of `Outcome`.
        codes: (W,) under the codebook in use, along the moves that led to it; a question that it asks differently is
            missing. None unless it is a profile.
    """

    utterance: int
    dialogue: int
    outcome: str
    codes: Codes | None


@dataclass(frozen=True, slots=True)
class AdjudicatorAgreement:
    """The agreement of two adjudicators who decided the same utterances without the answers and without each other.

    Attributes:
        utterances: decided by both with answers.
        dialogues: of these.
        unlike: utterances that one of them decided, and that the other could not decide or left for discussion.
        figures: per question of the codebook, as `report_figures.question_figures`; raters `first` and `second`.
    """

    utterances: int
    dialogues: int
    unlike: int
    figures: list[dict[str, Any]]


def adjudicator_agreement(*, corpus: Corpus) -> AdjudicatorAgreement | None:
    """Return the agreement of adjudicators on double cases; None without a codebook."""
    codebook = corpus.codebook
    if codebook is None:
        return None
    with snapshot():
        firsts, seconds = (
            blind_decisions(corpus, codebook, second=False),
            blind_decisions(corpus, codebook, second=True),
        )
    both = sorted(firsts.keys() & seconds.keys())
    pairs = [(firsts[key], seconds[key]) for key in both]
    decided = [(one, other) for one, other in pairs if one.codes is not None and other.codes is not None]
    unlike = sum((one.codes is None) != (other.codes is None) for one, other in pairs)
    layout, count = codebook.layout(), len(decided)
    codes: Codes = np.array([each.codes for pair in decided for each in pair], dtype=np.int16)
    codes = codes.reshape(2 * count, layout.width)
    dialogue = np.array([one.dialogue for one, _ in decided], dtype=np.int64)
    unit, rater = np.repeat(np.arange(count), 2), np.tile([0, 1], count)
    figures = [
        question_figures(
            table(variable(question), column, codes, unit=unit, rater=rater, shape=(count, 2)),
            dialogues_of(dialogue, count),
            ("first", "second"),
        )
        for question, column in zip(codebook.rules().questions, layout.columns, strict=True)
    ]
    return AdjudicatorAgreement(count, len(np.unique(dialogue)), unlike, figures if count else [])


def blind_decisions(corpus: Corpus, codebook: CodebookVersion, *, second: bool) -> dict[int, BlindDecision]:
    """Return utterance -> the last blind decision of the first or of the second adjudicator that was not undone."""
    revisions = DecisionRevision.objects.filter(
        decision__utterance__dialogue__corpus=corpus, blind=True, chosen=False, second=second
    )
    fields = ("decision__utterance", "decision__utterance__dialogue", "cause", "outcome", "codes", "codebook")
    stacks: dict[int, list[tuple[int, str, Any, int]]] = defaultdict(list)
    for utterance, dialogue, cause, outcome, codes, version in (
        revisions.order_by("decision", "number").values_list(*fields).iterator()
    ):
        if cause != Cause.UNDO:
            stacks[utterance].append((dialogue, outcome, codes, version))
        elif stacks[utterance]:
            stacks[utterance].pop()
    carried, found = CarriedCodes(codebook), {}
    for utterance, stack in stacks.items():
        if stack:
            dialogue, outcome, codes, version = stack[-1]
            read = carried(codes, version) if outcome == Outcome.PROFILE else None
            found[utterance] = BlindDecision(utterance, dialogue, outcome, read)
    return found
