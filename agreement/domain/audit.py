"""The error of unanimous and majority answers, estimated from the audited utterances: by question and by split."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from django.db.models import Count

from agreement.domain.adjudication.protocol import BlindDecision, blind_decisions
from agreement.models import AdjudicationCase
from agreement.statistics.intervals.proportions import Proportion, Stratum, stratified
from common.database.snapshot import snapshot
from corpus.models import CodebookVersion, Corpus, Dialogue
from corpus.rules.codebook.codes import CANNOT_JUDGE_CODE, MISSING, NOT_APPLICABLE_CODE

Agreement = AdjudicationCase.Agreement
SETTLED = (Agreement.UNANIMOUS.value, Agreement.MAJORITY.value)
ANY = ""  # any question
DIGITS = 12  # of stored figures; the last bits depend on the machine's arithmetic


@dataclass(frozen=True, slots=True)
class Audited:
    """An audited utterance: whether its answers are wrong, by question; questions without a label have none."""

    agreement: str
    dialogue: int
    wrong: dict[str, bool]


@dataclass(frozen=True, slots=True)
class AuditSample:
    """The audited utterances of a corpus at one time.

    Attributes:
        slugs: of the questions of the codebook in use.
        audited: those with a decision.
        waiting: dialogue -> number of those that nobody has decided yet.
        undecided: dialogue -> number of those that could not be decided or need discussion.
        population: (agreement, dialogue) -> number of utterances of this kind.
        codes: primary key of a dialogue -> its code.
    """

    slugs: tuple[str, ...]
    audited: list[Audited]
    waiting: Mapping[int, int]
    undecided: Mapping[int, int]
    population: Mapping[tuple[str, int], int]
    codes: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Audit:
    """The rate at which the consensus is wrong, estimated from the audited utterances.

    Attributes:
        by_question: slug of the question, or `ANY`, -> share of utterances with a wrong answer.
        by_agreement: the same by `unanimous` and `majority`.
        by_split: the same as `by_question`, by the name of the split; empty without splits.
        agreement_by_split: the same as `by_agreement`, by the name of the split.
        audited: audited utterances with a decision.
        waiting: audited utterances that nobody has decided yet.
        undecided: audited utterances that could not be decided or need discussion; in no rate.
    """

    by_question: dict[str, Proportion]
    by_agreement: dict[str, dict[str, Proportion]]
    by_split: dict[str, dict[str, Proportion]]
    agreement_by_split: dict[str, dict[str, dict[str, Proportion]]]
    audited: int
    waiting: int
    undecided: int


def read_audit(*, corpus: Corpus) -> AuditSample | None:
    """Return the audited utterances of a corpus; None without a codebook. Use it inside a snapshot.

    They are a random sample of unanimous and of majority utterances, and stand at random places of the queue: those
    decided so far are a random sample, too. An answer is wrong if the auditor, who did not see the answers, gave
    another one. The error of the auditors is part of it, so it is an upper estimate; compare the agreement of
    adjudicators.
    """
    codebook = corpus.codebook
    if codebook is None:
        return None
    sample = AdjudicationCase.objects.filter(corpus=corpus, is_audit=True, agreement__in=SETTLED, codebook=codebook)
    rows = list(sample.values_list("utterance", "utterance__dialogue", "agreement", "consensus").order_by("pk"))
    decisions = blind_decisions(corpus, codebook, second=False)
    audited, waiting, undecided = [], defaultdict[int, int](int), defaultdict[int, int](int)
    for utterance, dialogue, agreement, consensus in rows:
        decision = decisions.get(utterance)
        if decision is None or consensus is None:
            waiting[dialogue] += 1
        elif decision.codes is None:
            undecided[dialogue] += 1
        else:
            audited.append(Audited(agreement, dialogue, _wrong(codebook, consensus, decision)))
    slugs = tuple(column.slug for column in codebook.layout().columns)
    population = _population(corpus)
    keys = {dialogue for _, dialogue in population}
    codes = dict(Dialogue.objects.filter(corpus=corpus).values_list("pk", "code")) if audited else {}
    return AuditSample(
        slugs=(ANY, *slugs),
        audited=audited,
        waiting=waiting,
        undecided=undecided,
        population=population,
        codes={key: code for key, code in codes.items() if key in keys},
    )


def audit(*, corpus: Corpus, splits: Mapping[int, str] | None = None) -> Audit | None:
    """Return the estimated error of unanimous and majority answers; None without a codebook.

    Args:
        corpus: the corpus.
        splits: primary key of a dialogue -> name of its split; None: the splits of the source, if it has some.
    """
    with snapshot():
        sample = read_audit(corpus=corpus)
        published = Dialogue.objects.filter(corpus=corpus).exclude(source_split="")
        of_source = dict(published.values_list("pk", "source_split")) if splits is None else splits
    return None if sample is None else _of_sample(sample, of_source)


def error_document(sample: AuditSample, split_of: Mapping[str, str]) -> dict[str, Any]:
    """Return the estimated error in a release, for its manifest.

    Args:
        sample: of the corpus.
        split_of: code of a released dialogue -> its split.

    Returns:
        `audited`, `waiting` and `undecided`: numbers of utterances; `splits`: "all" and each split -> `any`,
        `unanimous` and `majority`: a `statistics.proportions.Proportion` as a dict, and `questions`: slug -> the same.
        No splits if nothing was audited.
    """
    splits = {key: split_of[code] for key, code in sample.codes.items() if code in split_of}
    found = _of_sample(sample, splits, only=True)
    names = {"all": None, **dict.fromkeys(found.by_split)} if found.audited else {}
    return {
        "audited": found.audited,
        "waiting": found.waiting,
        "undecided": found.undecided,
        "splits": {name: _document(found, name) for name in names},
    }


def _document(found: Audit, split: str) -> dict[str, Any]:
    rates, kinds = (
        (found.by_question, found.by_agreement)
        if split == "all"
        else (found.by_split[split], found.agreement_by_split[split])
    )
    return {
        "any": _rounded(rates[ANY]),
        **{kind: _rounded(kinds[kind][ANY]) for kind in SETTLED},
        "questions": {slug: _rounded(rate) for slug, rate in rates.items() if slug != ANY},
    }


def _rounded(rate: Proportion) -> dict[str, Any]:
    return {name: round(value, DIGITS) if isinstance(value, float) else value for name, value in asdict(rate).items()}


def _of_sample(sample: AuditSample, splits: Mapping[int, str], *, only: bool = False) -> Audit:
    """Return the estimates.

    Args:
        sample: of the corpus.
        splits: primary key of a dialogue -> name of its split; dialogues without one are in no split.
        only: whether dialogues without a split are left out altogether.
    """
    of_split: dict[str, set[int]] = defaultdict(set)
    for dialogue, name in splits.items():
        of_split[name].add(dialogue)
    everything = set(splits) if only else None

    def kinds(within: set[int] | None) -> dict[str, dict[str, Proportion]]:
        return {each: _rates(sample, agreements=(each,), within=within) for each in SETTLED}

    def number(counts: Mapping[int, int]) -> int:
        return sum(count for dialogue, count in counts.items() if everything is None or dialogue in everything)

    return Audit(
        by_question=_rates(sample, within=everything),
        by_agreement=kinds(everything),
        by_split={name: _rates(sample, within=inside) for name, inside in sorted(of_split.items())},
        agreement_by_split={name: kinds(inside) for name, inside in sorted(of_split.items())},
        audited=sum(everything is None or each.dialogue in everything for each in sample.audited),
        waiting=number(sample.waiting),
        undecided=number(sample.undecided),
    )


def _rates(
    sample: AuditSample, *, agreements: Sequence[str] = SETTLED, within: Collection[int] | None = None
) -> dict[str, Proportion]:
    rates = {}
    sizes = {
        agreement: sum(
            number
            for (each, dialogue), number in sample.population.items()
            if each == agreement and (within is None or dialogue in within)
        )
        for agreement in agreements
    }
    inside = [each for each in sample.audited if within is None or each.dialogue in within]
    for slug in sample.slugs:
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
        if decision.codes[column.start] == MISSING:
            continue  # decided under another codebook version, which asks it differently
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
