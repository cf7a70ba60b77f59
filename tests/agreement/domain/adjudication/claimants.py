"""A process of many adjudicators at once, forked by test_claims_at_once.py.

Each is a thread that claims and decides until nothing is left; all start together.
"""

import threading
from multiprocessing import Queue
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from agreement.domain.adjudication.claims import claim_next
from agreement.domain.adjudication.operations import DecisionOperation, apply_decisions
from corpus.models import Membership

Results = list[tuple[int, int, str]]  # adjudicator, utterance, status of the decision
RESULTS: Results = []


def work(membership: Membership, start: threading.Barrier) -> None:
    """Claim and decide until nothing is left."""
    start.wait()
    try:
        while hold := claim_next(membership=membership, now=timezone.now()):
            operation = DecisionOperation(id=uuid4(), kind="decide", outcome="discussion")
            [result] = apply_decisions(
                hold=hold,
                token=hold.token,
                author=membership.user,
                operations=[operation],
                now=timezone.now(),
            )
            RESULTS.append((membership.pk, hold.case.utterance_id, result.status))
    finally:
        connection.close()


def together(memberships: list[int], answers: "Queue[Results]") -> None:
    """Let these members (primary keys) work, and send the results."""
    RESULTS.clear()
    found = list(Membership.objects.select_related("user").filter(pk__in=memberships))
    connection.close()
    start = threading.Barrier(len(found))
    threads = [threading.Thread(target=work, args=(each, start)) for each in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers.put(RESULTS)
