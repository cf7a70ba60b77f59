"""Messages from a labelling page, for tests."""

from typing import Any
from uuid import uuid4

from django.utils import timezone

from annotator.domain.allocation.claims import claim
from annotator.domain.messages.flags import raise_flag
from annotator.domain.messages.inquiries import send_inquiry
from annotator.models import Assignment, Flag, Inquiry
from corpus.models import Corpus
from tests.factories import RaterFactory


def claimed(corpus: Corpus) -> Assignment:
    assignment = claim(rater=RaterFactory(corpus=corpus), now=timezone.now())
    assert assignment
    return assignment


def flagged(assignment: Assignment, order: int = 1, **more: Any) -> Flag:
    utterance = assignment.dialogue.utterances.get(order=order).public_id
    given: dict[str, Any] = {"public_id": uuid4(), "reason": "other", "utterance": utterance, "now": timezone.now()}
    return raise_flag(assignment=assignment, **(given | more))


def asked(assignment: Assignment, order: int = 1, **more: Any) -> Inquiry:
    utterance = assignment.dialogue.utterances.get(order=order).public_id
    given: dict[str, Any] = {"public_id": uuid4(), "text": "算吗？", "utterance": utterance, "now": timezone.now()}
    return send_inquiry(assignment=assignment, **(given | more))
