"""How reliable adjudication and consensus are, measured by the decisions that were made without seeing answers.

Only blind decisions count: by two adjudicators for their agreement, and of audited utterances for the error of the
consensus. Decisions on utterances that the adjudicator had chosen do not count, since they may know the answers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Count

from agreement.domain.adjudication.decisions import Cause
from agreement.domain.report_figures import question_figures
from agreement.judgements.comparability import Codes, Translation
from agreement.judgements.tables import table
from agreement.judgements.variables import variable
from agreement.models import AdjudicationCase, DecisionRevision, Outcome
from agreement.statistics.dialogues import dialogues_of
from agreement.statistics.proportions import Proportion, Stratum, stratified
from common.database.snapshot import snapshot
from corpus.models import CodebookVersion, Corpus
from corpus.rules.codebook.codes import CANNOT_JUDGE_CODE, NOT_APPLICABLE_CODE

Agreement = AdjudicationCase.Agreement
SETTLED = (Agreement.UNANIMOUS.value, Agreement.MAJORITY.value)
ANY = ""  # any question


@dataclass(frozen=True, slots=True)
class BlindDecision:
    """What an adjudicator decided before the answers were shown.

    Attributes:
        utterance, dialogue: primary keys.
        outcome: one of `Outcome`.
        codes: (W,) under the codebook in use; None unless it is a profile.
    """

    utterance: int
    dialogue: int
    outcome: str
    codes: Codes | None


@dataclass(frozen=True, slots=True)
class AdjudicatorAgreement:
    """How far two adjudicators agree who decided the same utterances without the answers and without each other.

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


@dataclass(frozen=True, slots=True)
class Audit:
    """How often the consensus is wrong, estimated from the audited utterances.

    Attributes:
        by_question: slug of the question, or `ANY`, -> share of utterances with a wrong answer.
        by_agreement: the same by `unanimous` and `majority`.
        by_split: the same by the name of the split; empty unless splits were given.
        audited: audited utterances with a decision.
        waiting: audited utterances that nobody has decided yet.
        undecided: audited utterances that could not be decided or need discussion; in no rate.
    """

    by_question: dict[str, Proportion]
    by_agreement: dict[str, dict[str, Proportion]]
    by_split: dict[str, dict[str, Proportion]]
    audited: int
    waiting: int
    undecided: int


def adjudicator_agreement(*, corpus: Corpus) -> AdjudicatorAgreement | None:
    """Return the agreement of adjudicators on double cases; None without a codebook."""
    codebook = corpus.codebook
    if codebook is None:
        return None
    with snapshot():
        firsts, seconds = _blind(corpus, codebook, second=False), _blind(corpus, codebook, second=True)
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


def audit(*, corpus: Corpus, splits: Mapping[int, str] | None = None) -> Audit | None:
    """Return the estimated error of unanimous and majority answers; None without a codebook.

    The audited utterances are a random sample of both kinds, and stand at random places of the queue: those decided so
    far are a random sample, too. An answer is wrong if the auditor, who did not see the answers, gave another one.
    The error of the auditors is part of it, so it is an upper estimate; compare the agreement of adjudicators.

    Args:
        corpus: the corpus.
        splits: primary key of a dialogue -> name of its split; dialogues without one are in no split.
    """
    codebook = corpus.codebook
    if codebook is None:
        return None
    with snapshot():
        sample = AdjudicationCase.objects.filter(corpus=corpus, is_audit=True, agreement__in=SETTLED, codebook=codebook)
        rows = list(sample.values_list("utterance", "utterance__dialogue", "agreement", "consensus"))
        decisions = _blind(corpus, codebook, second=False)
        population = _population(corpus)
    judged = [
        _Judged(agreement, dialogue, _wrong(codebook, consensus, decisions[utterance]))
        for utterance, dialogue, agreement, consensus in rows
        if utterance in decisions and decisions[utterance].codes is not None and consensus is not None
    ]
    undecided = sum(key in decisions and decisions[key].codes is None for key, *_ in rows)
    slugs = [ANY, *(column.slug for column in codebook.layout().columns)]
    of_split: dict[str, set[int]] = defaultdict(set)
    for dialogue, name in (splits or {}).items():
        of_split[name].add(dialogue)
    return Audit(
        by_question=_rates(slugs, judged, population),
        by_agreement={each: _rates(slugs, judged, population, agreements=(each,)) for each in SETTLED},
        by_split={name: _rates(slugs, judged, population, within=inside) for name, inside in sorted(of_split.items())},
        audited=len(judged),
        waiting=len(rows) - len(judged) - undecided,
        undecided=undecided,
    )


@dataclass(frozen=True, slots=True)
class _Judged:
    """An audited utterance: whether its answers are wrong, by question; questions without a label have none."""

    agreement: str
    dialogue: int
    wrong: dict[str, bool]


def _rates(
    slugs: Sequence[str],
    judged: Sequence[_Judged],
    population: Mapping[tuple[str, int], int],
    *,
    agreements: Sequence[str] = SETTLED,
    within: set[int] | None = None,
) -> dict[str, Proportion]:
    rates = {}
    sizes = {
        agreement: sum(
            number
            for (each, dialogue), number in population.items()
            if each == agreement and (within is None or dialogue in within)
        )
        for agreement in agreements
    }
    inside = [each for each in judged if within is None or each.dialogue in within]
    for slug in slugs:
        strata = []
        for agreement in agreements:
            own = [each for each in inside if each.agreement == agreement and slug in each.wrong]
            has = np.array([each.wrong[slug] for each in own], dtype=np.int64)
            strata.append(Stratum(has, np.array([each.dialogue for each in own], dtype=np.int64), sizes[agreement]))
        rates[slug] = stratified(strata)
    return rates


def _wrong(codebook: CodebookVersion, consensus: Any, decision: BlindDecision) -> dict[str, bool]:
    """Return question -> whether the consensus differs from a decision, and whether any question does."""
    cells, wrong = np.frombuffer(bytes(consensus), dtype="<i2"), {}
    assert decision.codes is not None  # noqa: S101 -- the caller has filtered
    for column in codebook.layout().columns:
        own = cells[column.start : column.start + column.width]
        if own[0] >= 0 or own[0] == NOT_APPLICABLE_CODE:
            wrong[column.slug] = bool((own != decision.codes[column.start : column.start + column.width]).any())
        elif own[0] == CANNOT_JUDGE_CODE:
            continue  # no label, so none is wrong
    return {ANY: any(wrong.values()), **wrong}


def _population(corpus: Corpus) -> dict[tuple[str, int], int]:
    """Return the number of unanimous and of majority utterances by dialogue."""
    settled = AdjudicationCase.objects.filter(corpus=corpus, agreement__in=SETTLED)
    counts = settled.values_list("agreement", "utterance__dialogue").annotate(n=Count("pk")).order_by()
    return {(agreement, dialogue): number for agreement, dialogue, number in counts}


def _blind(corpus: Corpus, codebook: CodebookVersion, *, second: bool) -> dict[int, BlindDecision]:
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
    versions = {version.pk: version for version in CodebookVersion.objects.filter(corpus=corpus)}
    found = {}
    for utterance, stack in stacks.items():
        if stack:
            dialogue, outcome, codes, version = stack[-1]
            read = _codes(codes, versions[version], codebook) if outcome == Outcome.PROFILE else None
            found[utterance] = BlindDecision(utterance, dialogue, outcome, read)
    return found


def _codes(stored: Any, version: CodebookVersion, codebook: CodebookVersion) -> Codes:
    codes: Codes = np.frombuffer(bytes(stored), dtype="<i2").reshape(1, -1)
    if version.pk != codebook.pk:
        codes = Translation(version.rules(), codebook.rules())(codes)
    return np.asarray(codes[0], dtype=np.int16)
