"""A manager edits an utterance while it is being answered."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from annotator.domain.allocation.claims import claim
from annotator.domain.labelling.operations import Operation, OperationResult, apply_own
from annotator.domain.labelling.utterance_edits import edit_utterance
from annotator.models import Assignment
from corpus.models import Annotation
from tests.annotator.material import answered, corpus_with_work
from tests.factories import RaterFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
NOW = timezone.now()


@pytest.fixture
def assignment() -> Assignment:
    claimed = claim(rater=RaterFactory(corpus=corpus_with_work()), now=NOW)
    assert claimed
    return claimed


def label(assignment: Assignment) -> OperationResult:
    """Send answers to the first version of the utterance."""
    assert assignment.rater.membership
    utterance = assignment.dialogue.utterances.get().public_id
    operation = Operation(id=uuid4(), kind="commit", utterance=utterance, answers=answered(), version=1)
    author = assignment.rater.membership.user
    [ack] = apply_own(
        public_id=assignment.public_id, token=assignment.token, author=author, operations=[operation], now=NOW
    )
    return ack


def edit(assignment: Assignment) -> int:
    """Edit its text; return the number of withdrawn annotations."""
    utterance = assignment.dialogue.utterances.get()
    assert utterance.speaker
    return edit_utterance(
        utterance=utterance,
        text="现在是这样",
        speaker=utterance.speaker.name,
        start_ms=utterance.start_ms,
        end_ms=utterance.end_ms,
        edited_by=UserFactory(),
        now=NOW,
    )


def during(first: Callable[[], Any], second: Callable[[], Any]) -> tuple[Any, Any]:
    """Run the first in a transaction that ends a moment after the second has started."""
    came: list[Any] = []

    def work() -> None:
        try:
            came.append(second())
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    with transaction.atomic():
        answer = first()
        thread.start()
        thread.join(0.5)  # it waits for this transaction, or has overtaken it
    thread.join()
    return answer, came[0]


def test_answers_saved_during_an_edit_refer_to_the_earlier_version(assignment: Assignment) -> None:
    touched, ack = during(lambda: edit(assignment), lambda: label(assignment))
    assert touched == 0
    assert ack.refusal
    assert ack.refusal.code == "annotator.utterance_changed"
    assert not Annotation.objects.exists()


def test_an_edit_during_a_save_withdraws_the_answers(assignment: Assignment) -> None:
    ack, touched = during(lambda: label(assignment), lambda: edit(assignment))
    assert (ack.status, touched) == ("applied", 1)
    assert Annotation.objects.get().answers is None
