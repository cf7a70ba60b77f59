"""Bulk acceptance of unanimous or majority answers. What is accepted is consensus, never a decision.

Audited utterances are accepted like the others and stay in the queue: the audit measures how often this is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from agreement.domain.adjudication.queue.giving_way import giving_way, wait_briefly
from agreement.domain.adjudication.queue.ranks import store_ranks
from agreement.models import (
    AcceptedConsensus,
    AdjudicationCase,
    CaseHold,
    ConsensusAcceptance,
)
from common.errors import Refused
from common.jobs.queue import JobRun, enqueue
from common.models import User
from corpus.domain.structure.archiving import require_writable
from corpus.models import Corpus

ACCEPT = "agreement.accept"
UNDO = "agreement.undo_acceptance"
CHUNK = 500  # utterances of one transaction; on SQLite every save waits for it
State = AdjudicationCase.State


@dataclass(frozen=True, slots=True)
class AcceptancePreview:
    """The effect that an acceptance would have.

    Attributes:
        utterances: that would be accepted.
        audited: of these, that stay in the queue to be audited.
        suspicious: left out because they have an open flag or a finding.
        accepted: accepted before.
        decided: they have a decision, which takes precedence.
    """

    utterances: int
    audited: int
    suspicious: int
    accepted: int
    decided: int


def preview(*, corpus: Corpus, agreement: str) -> AcceptancePreview:
    """Return what `request_acceptance` would do now."""
    of_agreement = AdjudicationCase.objects.filter(corpus=corpus, agreement=agreement)
    candidates = _candidates(corpus, agreement)
    return AcceptancePreview(
        utterances=candidates.count(),
        audited=candidates.filter(is_audit=True).count(),
        suspicious=AdjudicationCase.objects.filter(corpus=corpus).held_back(agreement).count(),
        accepted=of_agreement.filter(state=State.ACCEPTED).count(),
        decided=of_agreement.filter(state=State.DECIDED).count(),
    )


@transaction.atomic
def request_acceptance(
    *, corpus: Corpus, agreement: str, requested_by: User | None, here: bool = False
) -> ConsensusAcceptance:
    """Queue the job that accepts all unanimous or all majority answers of a corpus.

    Left out are utterances with an open flag or a finding, those in the hands of an adjudicator, and those whose
    annotations have changed since the queue was computed.

    Args:
        corpus: the corpus.
        agreement: `unanimous` or `majority`.
        requested_by: a manager or adjudicator.
        here: the caller executes the job itself.

    Returns:
        The acceptance, with its job; the unfinished one if there is one.

    Raises:
        Refused: `corpus.archived`; `agreement.no_codebook`; `acceptance.unknown`.
    """
    require_writable(corpus)
    if corpus.codebook is None:
        raise Refused("agreement.no_codebook")
    if agreement not in ConsensusAcceptance.AGREEMENTS:
        raise Refused("acceptance.unknown", agreement=agreement)
    acceptance = ConsensusAcceptance(
        corpus=corpus, agreement=agreement, codebook=corpus.codebook, created_by=requested_by
    )
    scope = str(corpus.public_id)
    job = enqueue(
        kind=ACCEPT,
        args={"acceptance": str(acceptance.public_id)},
        scope=scope,
        key=f"{ACCEPT} {agreement} {scope}",
        created_by=requested_by,
        here=here,
    )
    if existing := ConsensusAcceptance.objects.filter(job=job).first():
        return existing
    acceptance.job = job
    acceptance.save(force_insert=True)
    return acceptance


def accept(*, run: JobRun, acceptance: ConsensusAcceptance) -> dict[str, Any]:
    """Run the job of `request_acceptance`, which may have been killed at any point before.

    Returns:
        `accepted`, the number of utterances.
    """
    candidates = _candidates(acceptance.corpus, acceptance.agreement).filter(codebook=acceptance.codebook_id)
    total, done = candidates.count(), 0
    for keys in _chunks(candidates):
        run.progress(done, total, "agreement.accepting")
        done += giving_way(partial(_accept_some, acceptance, keys))
    with run.finishing():
        accepted = acceptance.utterances.exclude(end=AcceptedConsensus.End.MOVED).count()
        ConsensusAcceptance.objects.filter(pk=acceptance.pk).update(accepted=accepted)
    return {"accepted": accepted}


@transaction.atomic
def request_undo(
    *, acceptance: ConsensusAcceptance, requested_by: User | None, now: datetime, here: bool = False
) -> ConsensusAcceptance:
    """Queue the job that takes an acceptance back; what was in the queue before is there again.

    Raises:
        Refused: `corpus.archived`; `acceptance.unfinished`, its job is not done.
    """
    require_writable(acceptance.corpus)
    locked = ConsensusAcceptance.objects.select_for_update(of=("self",)).get(pk=acceptance.pk)
    if locked.accepted is None:
        raise Refused("acceptance.unfinished")
    if locked.undone_at is None:
        scope = str(acceptance.corpus.public_id)
        locked.undone_by, locked.undone_at = requested_by, now
        locked.job = enqueue(
            kind=UNDO,
            args={"acceptance": str(locked.public_id)},
            scope=scope,
            key=f"{UNDO} {locked.public_id}",
            created_by=requested_by,
            here=here,
        )
        locked.save(update_fields=["undone_by", "undone_at", "job"])
    return locked


def undo(*, run: JobRun, acceptance: ConsensusAcceptance) -> dict[str, Any]:
    """Run the job of `request_undo`, which may have been killed at any point before.

    Returns:
        `undone`, the number of utterances.
    """
    left = acceptance.utterances.filter(ended_at__isnull=True)
    total, done = left.count(), 0
    for keys in _chunks(left):
        run.progress(done, total, "agreement.undoing_acceptance")
        giving_way(partial(_undo_some, keys))
        done += len(keys)
    return {"undone": acceptance.utterances.filter(end=AcceptedConsensus.End.UNDONE).count()}


def _candidates(corpus: Corpus, agreement: str) -> QuerySet[AdjudicationCase]:
    return AdjudicationCase.objects.filter(corpus=corpus).acceptable(agreement)


def _chunks(rows: QuerySet[Any]) -> Iterator[list[int]]:
    """Yield primary keys of rows, some at a time; rows that change meanwhile do not disturb."""
    last = 0
    while keys := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        yield keys
        last = keys[-1]


@transaction.atomic
def _accept_some(acceptance: ConsensusAcceptance, keys: list[int]) -> int:
    wait_briefly()
    candidates = _candidates(acceptance.corpus, acceptance.agreement).filter(pk__in=keys)
    cases = list(candidates.select_for_update(of=("self",), no_key=True).order_by("pk"))
    if not Corpus.objects.filter(pk=acceptance.corpus_id, codebook=acceptance.codebook_id).exists():
        return 0  # a move of answers has begun, and may have passed these utterances already
    rows = [
        AcceptedConsensus(
            utterance_id=case.utterance_id,
            acceptance=acceptance,
            codebook_id=acceptance.codebook_id,
            codes=case.consensus,
        )
        for case in cases
    ]
    AcceptedConsensus.objects.bulk_create(rows, ignore_conflicts=True)
    for case in cases:
        case.state = State.ACCEPTED
        case.first_free, case.second_free = case.first_free and case.is_audit, case.second_free and case.is_audit
    _store_places(cases)
    return len(cases)


@transaction.atomic
def _undo_some(keys: list[int]) -> None:
    wait_briefly()
    # The cases are the locks of their utterances: without them a case that is decided meanwhile would get the state
    # below, and return to the queue; and what a move of answers continues meanwhile would not be seen.
    utterances = AcceptedConsensus.objects.filter(pk__in=keys).values("utterance")
    locked = AdjudicationCase.objects.filter(utterance__in=utterances).select_for_update(of=("self",), no_key=True)
    by_utterance = {case.utterance_id: case for case in locked.order_by("pk")}
    rows = AcceptedConsensus.objects.filter(pk__in=keys, ended_at__isnull=True)
    ended = list(rows.values_list("utterance", flat=True))
    rows.update(ended_at=timezone.now(), end=AcceptedConsensus.End.UNDONE)
    found = [by_utterance[each] for each in ended if each in by_utterance]
    cases = [case for case in found if case.state == State.ACCEPTED]
    held = set(
        CaseHold.objects.filter(case__in=cases, state__in=[CaseHold.State.OPEN, CaseHold.State.DONE]).values_list(
            "case", "place"
        )
    )
    for case in cases:
        case.state = State.WAITING if case.ranks else State.IDLE
        case.first_free = bool(case.ranks) and (case.pk, 1) not in held
        case.second_free = bool(case.ranks) and case.is_double and (case.pk, 2) not in held
    _store_places(cases)


def _store_places(cases: list[AdjudicationCase]) -> None:
    """Store the state and the free places of locked cases."""
    for state in State.values:
        for first in (False, True):
            for second in (False, True):
                alike = [
                    case.pk
                    for case in cases
                    if (case.state, case.first_free, case.second_free) == (state, first, second)
                ]
                if alike:
                    AdjudicationCase.objects.filter(pk__in=alike).update(
                        state=state, first_free=first, second_free=second
                    )
    store_ranks(cases)
