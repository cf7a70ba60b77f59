"""Accepted consensus under another codebook version: continued by a row of its own, and back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from agreement.models import AcceptedConsensus, AdjudicationCase, ConsensusAcceptance
from corpus.domain.annotations.moved_answers import ProfileMover
from corpus.models import AnswerMove

End, State = AcceptedConsensus.End, AdjudicationCase.State


def accepted_to_move(*, mover: ProfileMover, dialogues: Iterable[int]) -> Counter[str]:
    """Count the accepted consensus that a move would move, `accepted`, and what it would end, `accepted_open`."""
    stored = _holding(dialogues).filter(codebook=mover.move.old_id).values_list("codes", flat=True)
    return Counter("accepted_open" if mover(bytes(codes)).open else "accepted" for codes in stored)


def move_accepted(*, mover: ProfileMover, dialogues: Iterable[int], now: datetime) -> Counter[str]:
    """Move the accepted consensus of utterances of dialogues.

    What lacks an answer under the new version ends, and the utterance returns to the queue.

    Returns:
        `accepted` moved, `accepted_open` ended.
    """
    counts: Counter[str] = Counter()
    ended, made, opened = [], [], []
    _lock(_holding(dialogues), dialogues)
    for row in _holding(dialogues).filter(codebook=mover.move.old_id):
        moved = mover(bytes(row.codes))
        ended.append(row.pk)
        if moved.open:
            opened.append(row.utterance_id)
        else:
            made.append(_continued(row, mover.move.new_id, moved.codes))
        counts["accepted_open" if moved.open else "accepted"] += 1
    _end(ended, mover.move, now)
    AcceptedConsensus.objects.bulk_create(made)
    cases = AdjudicationCase.objects.filter(utterance__in=opened)
    cases.filter(state=State.ACCEPTED).update(state=State.IDLE)
    cases.update(is_stale=True)
    return counts


def move_accepted_back(*, move: AnswerMove, dialogues: Iterable[int], now: datetime) -> Counter[str]:
    """Give accepted consensus back the state that it had before a move.

    What was taken back since, or ended because an annotation changed, stays so.

    Returns:
        `accepted` restored, `accepted_skipped`.
    """
    counts: Counter[str] = Counter()
    keys = list(dialogues)
    rows = AcceptedConsensus.objects.filter(utterance__dialogue__in=keys)
    ended_by_move = rows.filter(move=move, codebook=move.old_id)
    _lock(ended_by_move, keys)
    before = ended_by_move.select_related("acceptance").order_by("pk")
    newest = {row.utterance_id: row for row in before}
    since = {row.utterance_id: row for row in rows.filter(utterance__in=newest).order_by("pk")}
    ended, made = [], []
    for key, row in newest.items():
        last = since[key]
        is_same = last.pk == row.pk  # the move had ended it: a question was open
        holds = last.ended_at is None and (last.acceptance_id, last.codebook_id) == (row.acceptance_id, move.new_id)
        if row.acceptance.undone_at or not (is_same or holds):
            counts["accepted_skipped"] += 1
            continue
        if holds:
            ended.append(last.pk)
        made.append(_continued(row, move.old_id, bytes(row.codes)))
        counts["accepted"] += 1
    _end(ended, move, now)
    AcceptedConsensus.objects.bulk_create(made)
    AdjudicationCase.objects.filter(utterance__in=[row.utterance_id for row in made]).update(is_stale=True)
    return counts


def _holding(dialogues: Iterable[int]) -> QuerySet[AcceptedConsensus]:
    return AcceptedConsensus.objects.filter(utterance__dialogue__in=list(dialogues), ended_at__isnull=True)


def _lock(rows: QuerySet[AcceptedConsensus], dialogues: Iterable[int]) -> None:
    """Lock the acceptances of rows, then the cases of dialogues; rows are read afterwards.

    A request to take an acceptance back locks the acceptance; the jobs that accept and take back lock the cases of
    their utterances. So this transaction sees what they did, or they see what it does.
    """
    acceptances = ConsensusAcceptance.objects.filter(pk__in=rows.values("acceptance"))
    list(acceptances.select_for_update(no_key=True).order_by("pk").values("pk"))
    cases = AdjudicationCase.objects.filter(utterance__dialogue__in=list(dialogues))
    list(cases.select_for_update(of=("self",), no_key=True).order_by("pk").values("pk"))


def _end(rows: list[int], move: AnswerMove, now: datetime) -> None:
    AcceptedConsensus.objects.filter(pk__in=rows).update(ended_at=now, end=End.MOVED, move=move)


def _continued(row: AcceptedConsensus, codebook: int, codes: bytes) -> AcceptedConsensus:
    return AcceptedConsensus(
        utterance_id=row.utterance_id, acceptance_id=row.acceptance_id, codebook_id=codebook, codes=codes
    )
