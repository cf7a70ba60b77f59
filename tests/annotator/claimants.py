"""A process of many annotators at once, started by test_claims.py with the primary keys of raters as arguments.

Each rater is a thread that claims and finishes until nothing is left or something can not be
finished; all start together. Prints the answers as JSON: [[rater, assignment or null], ...].
"""

import json
import sys
import threading

from django.db import connection
from django.utils import timezone

from annotator.domain.assignments import claim, finish
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


def main() -> None:
    raters = [Rater.objects.get(pk=pk) for pk in sys.argv[1:]]
    start = threading.Barrier(len(raters))
    threads = [threading.Thread(target=work, args=(rater, start)) for rater in raters]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.stdout.write(json.dumps(ANSWERS))
