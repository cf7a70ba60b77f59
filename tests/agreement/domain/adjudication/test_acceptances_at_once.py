"""Acceptances that are taken back while an adjudicator decides, over two connections."""

import pytest
from django.utils import timezone

from agreement.domain.adjudication import acceptances
from agreement.domain.adjudication.acceptances import request_acceptance, request_undo
from common.jobs.queue import execute
from tests.agreement.api.adjudicators import Adjudicator, decide
from tests.agreement.domain.adjudication.material import cases, queued
from tests.beside import beside

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.xdist_group("connections"),
]


def test_a_case_that_is_decided_while_its_acceptance_is_taken_back_stays_decided() -> None:
    corpus = queued({"a": "+", "b": "+"}, audit=100)
    made = request_acceptance(corpus=corpus, agreement="unanimous", requested_by=None, here=True)
    assert made.job
    execute(str(made.job.public_id))
    made.refresh_from_db()
    auditor = Adjudicator(corpus)
    case = auditor.claim()
    statuses: list[str] = []
    withdrawn = request_undo(acceptance=made, requested_by=None, now=timezone.now(), here=True)
    assert withdrawn.job
    with beside(acceptances, "_store_places", lambda: statuses.extend(auditor.acks(case, decide()))):
        execute(str(withdrawn.job.public_id))
    assert statuses == ["applied"]
    [stored] = cases(corpus)
    assert (stored.state, stored.first_free) == ("decided", False)
