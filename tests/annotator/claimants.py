"""A process of many annotators at once, forked by test_claims.py.

Each rater is a thread that claims and finishes until nothing is left or a dialogue cannot be finished;
all start together.
"""

import threading
from multiprocessing import Queue

from django.db import connection
from django.utils import timezone

from annotator.domain.allocation.assignments import finish
from annotator.domain.allocation.claims import claim
from common.errors import Refused
from corpus.models import Rater

ANSWERS: list[tuple[int, int | None]] = []


def work(rater: Rater, start: threading.Barrier) -> None:
    start.wait()
    try:
        while assignment := claim(rater=rater, now=timezone.now()):
            ANSWERS.append((rater.pk, assignment.pk))
            finish(assignment=assignment, token=assignment.token, now=timezone.now())
        ANSWERS.append((rater.pk, None))
    except Refused:
        pass
    finally:
        connection.close()


def together(raters: list[int], answers: "Queue[list[tuple[int, int | None]]]") -> None:
    """Let these raters (primary keys) claim, and send the results: (rater, assignment or None)."""
    ANSWERS.clear()
    found = [Rater.objects.get(pk=pk) for pk in raters]
    connection.close()
    start = threading.Barrier(len(found) or 1)
    threads = [threading.Thread(target=work, args=(rater, start)) for rater in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers.put(ANSWERS)
