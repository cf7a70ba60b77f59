"""A process of many adjudicators at once, forked by test_claims_at_once.py.

Each is a thread that claims and decides until nothing is left; all start together.
"""

import threading
import time
from collections.abc import Callable
from functools import partial
from multiprocessing import Queue
from typing import TypeVar
from uuid import uuid4

from django.db import OperationalError, connection
from django.utils import timezone

from agreement.domain.adjudication.claims import claim_next
from agreement.domain.adjudication.operations import DecisionOperation, apply_decisions
from agreement.models import CaseHold
from annotator.domain.labelling.operations import OperationResult
from corpus.models import Membership

T = TypeVar("T")
Results = list[tuple[int, int, str]]  # adjudicator, utterance, status of the decision
RESULTS: Results = []


def work(membership: Membership, start: threading.Barrier) -> None:
    """Claim and decide until nothing is left."""
    start.wait()
    try:
        while hold := patiently(lambda: claim_next(membership=membership, now=timezone.now())):
            operation = DecisionOperation(id=uuid4(), kind="decide", outcome="discussion")
            [result] = patiently(partial(send, hold, membership, operation))
            RESULTS.append((membership.pk, hold.case.utterance_id, result.status))
    except Exception as error:  # noqa: BLE001 -- a thread that dies would only lose its case
        RESULTS.append((membership.pk, 0, repr(error)))
    finally:
        connection.close()


def send(hold: CaseHold, membership: Membership, operation: DecisionOperation) -> list[OperationResult]:
    """Send a decision."""
    return apply_decisions(
        hold=hold, token=hold.token, author=membership.user, operations=[operation], now=timezone.now()
    )


def patiently(work: Callable[[], T]) -> T:
    """Try again after an error that passes, as the page does after one of the server.

    SQLite may be busy for longer than its timeout, and tests beside this one also take of PostgreSQL's connections.
    """
    while True:
        try:
            return work()
        except OperationalError as error:
            if not any(each in str(error) for each in ("locked", "too many clients")):
                raise
            time.sleep(0.05)


def together(memberships: list[int], answers: "Queue[Results]") -> None:
    """Let these members (primary keys) work, and send the results."""
    RESULTS.clear()
    found = patiently(lambda: list(Membership.objects.select_related("user").filter(pk__in=memberships)))
    connection.close()
    start = threading.Barrier(len(found))
    threads = [threading.Thread(target=work, args=(each, start)) for each in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers.put(RESULTS)
