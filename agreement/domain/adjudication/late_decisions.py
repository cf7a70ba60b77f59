"""Late work of adjudicators: operations under a superseded token, which the manager applies or discards."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, Min, Q, QuerySet

from agreement.domain.adjudication.decisions import Cause, store_decision
from agreement.domain.adjudication.holds import lock_hold
from agreement.domain.adjudication.operations import DecisionOperation, checked_decision
from agreement.domain.adjudication.queue.ranks import take_place
from agreement.domain.moves.decisions import follow_moves
from agreement.models import AdjudicationCase, CaseHold, LateDecision, Outcome
from common.errors import Refused
from common.models import User
from corpus.models import Corpus

WAITING = LateDecision.State.WAITING


def holds_with_late_work(*, corpus: Corpus, settled: bool = False) -> QuerySet[CaseHold]:
    """Return the holds with late work, the newest first: `pieces` operations, received from `first` to `last`.

    Args:
        corpus: the corpus.
        settled: return those whose late work is settled, instead of those with some to review.
    """
    found = (
        CaseHold.objects.filter(case__corpus=corpus, late_decisions__isnull=False)
        .annotate(
            waiting=Count("late_decisions", filter=Q(late_decisions__state=WAITING)),
            pieces=Count("late_decisions"),
            first=Min("late_decisions__received_at"),
            last=Max("late_decisions__received_at"),
        )
        .select_related("case__utterance__dialogue", "membership__user")
        .order_by("-last", "-pk")
    )
    return found.filter(waiting=0) if settled else found.filter(waiting__gt=0)


@transaction.atomic
def apply_late_decision(*, hold: CaseHold, settled_by: User, now: datetime) -> None:
    """Make the late work of a hold the decision on its utterance, in the name of its adjudicator.

    Of several operations the last decision counts that no later one undoes. The decision that somebody else made
    meanwhile stays in the history.

    Raises:
        Refused: `late_decision.nothing`; `late_decision.second`, it is that of a second adjudicator, which counts only
            in time; the codes of `checked_decision`; nothing is settled then.
    """
    hold = lock_hold(hold)
    waiting = list(LateDecision.objects.select_for_update().filter(hold=hold, state=WAITING).order_by("pk"))
    if not waiting:
        raise Refused("late_decision.nothing")
    if hold.place == 2:
        raise Refused("late_decision.second")
    operations = [_operation(each.payload) for each in waiting]
    undone = {each.undoes for each in operations if each.kind == "undo"}
    decided = [each for each in operations if each.kind == "decide" and each.id not in undone]
    if decided:
        new = checked_decision(hold, hold.membership.user, decided[-1], now, cause=Cause.LATE)
        store_decision(new)
        if new.outcome != Outcome.NONE and not follow_moves(utterance=new.utterance, now=now):
            _settle(waiting, LateDecision.State.APPLIED, settled_by, "", now)
            return
        AdjudicationCase.objects.filter(pk=hold.case_id).update(state=AdjudicationCase.State.DECIDED)
        take_place(hold.case, 1)
    _settle(waiting, LateDecision.State.APPLIED, settled_by, "", now)


@transaction.atomic
def discard_late_decision(*, hold: CaseHold, reason: str, settled_by: User, now: datetime) -> int:
    """Discard the late work of a hold; it stays stored with the reason. Return the number of operations.

    Raises:
        Refused: `late_decision.nothing`; `late_decision.no_reason`.
    """
    if not reason.strip():
        raise Refused("late_decision.no_reason")
    waiting = list(LateDecision.objects.select_for_update().filter(hold=hold, state=WAITING))
    if not waiting:
        raise Refused("late_decision.nothing")
    _settle(waiting, LateDecision.State.DISCARDED, settled_by, reason.strip(), now)
    return len(waiting)


def _operation(payload: dict[str, Any]) -> DecisionOperation:
    """Return a stored operation."""
    values = {name: value for name, value in payload.items() if name in DecisionOperation.__struct_fields__}
    for name in ("id", "undoes"):
        if values.get(name):
            values[name] = UUID(values[name])
    values["group"] = [UUID(each) for each in values.get("group", ())]
    return DecisionOperation(**values)


def _settle(late: list[LateDecision], state: LateDecision.State, settled_by: User, reason: str, now: datetime) -> None:
    LateDecision.objects.filter(pk__in=[each.pk for each in late]).update(
        state=state, settled_by=settled_by, settled_at=now, reason=reason
    )
