"""Late work of adjudicators."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agreement.domain.adjudication.late_decisions import (
    apply_late_decision,
    discard_late_decision,
    holds_with_late_work,
)
from agreement.models import CaseHold, Decision, LateDecision
from tests.agreement.api.adjudicators import Adjudicator, Json, take, undo
from tests.agreement.domain.adjudication.material import queued
from tests.factories import UserFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = timezone.now()


@pytest.fixture
def late() -> tuple[CaseHold, Json, Json]:
    """A hold that was taken over, the decision of its adjudicator, and the case of the new one."""
    corpus = queued({"a": "+", "b": "0", "c": "-"})
    slow, quick = Adjudicator(corpus), Adjudicator(corpus)
    case = slow.claim()
    CaseHold.objects.update(lease_until=NOW - timedelta(hours=1))
    taken = quick.claim()
    slip, kept = take(case, "A"), take(case, "B")
    assert slow.acks(case, slip, undo(slip), kept) == ["set_aside"] * 3
    assert quick.acks(taken, take(taken, "A")) == ["applied"]
    return CaseHold.objects.get(public_id=case["id"]), kept, taken


def test_late_work_is_shown_and_applied_in_the_name_of_its_adjudicator(late: tuple[CaseHold, Json, Json]) -> None:
    hold, kept, _ = late
    corpus, manager = hold.case.corpus, UserFactory()
    [found] = holds_with_late_work(corpus=corpus)
    assert (found.pk, found.pieces) == (hold.pk, 3)  # type: ignore[attr-defined]
    apply_late_decision(hold=hold, settled_by=manager, now=NOW)
    decision = Decision.objects.get()
    newest = decision.revisions.get(number=2)
    assert decision.answers == kept["answers"]
    assert (newest.cause, newest.author, str(newest.operation)) == ("late", hold.membership.user, kept["id"])
    assert set(LateDecision.objects.values_list("state", "settled_by")) == {("applied", manager.pk)}
    assert not holds_with_late_work(corpus=corpus).exists()
    assert holds_with_late_work(corpus=corpus, settled=True).count() == 1
    with refused("late_decision.nothing"):
        apply_late_decision(hold=hold, settled_by=manager, now=NOW)


def test_late_work_is_discarded_with_a_reason_and_stays(late: tuple[CaseHold, Json, Json]) -> None:
    hold, _, taken = late
    manager = UserFactory()
    with refused("late_decision.no_reason"):
        discard_late_decision(hold=hold, reason=" ", settled_by=manager, now=NOW)
    assert discard_late_decision(hold=hold, reason="decided since", settled_by=manager, now=NOW) == 3
    assert set(LateDecision.objects.values_list("state", "reason")) == {("discarded", "decided since")}
    assert Decision.objects.get().revisions.count() == 1
    assert taken
