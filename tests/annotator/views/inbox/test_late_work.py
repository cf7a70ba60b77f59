from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from annotator.domain.allocation.assignments import release
from annotator.domain.allocation.claims import claim
from annotator.domain.labelling.operations import Operation, apply_operations
from annotator.models import Assignment, LateOperation
from corpus.models import Annotation, Corpus, Membership
from tests.annotator.material import answered, corpus_with_work
from tests.factories import MembershipFactory, RaterFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def corpus() -> Corpus:
    return corpus_with_work(utterances=1, k=1)


@pytest.fixture
def late(corpus: Corpus) -> Assignment:
    assignment = claim(rater=RaterFactory(corpus=corpus), now=NOW)
    assert assignment
    assert assignment.rater.membership
    release(assignment=assignment, now=NOW)
    operation = Operation(
        id=uuid4(),
        kind="commit",
        utterance=assignment.dialogue.utterances.get().public_id,
        answers=answered(sentiment="positive"),
    )
    author = assignment.rater.membership.user
    apply_operations(assignment=assignment, token=1, author=author, operations=[operation], now=NOW)
    return assignment


@pytest.fixture
def manager(client: Client, corpus: Corpus) -> Client:
    client.force_login(MembershipFactory(corpus=corpus, role=Membership.Role.MANAGER).user)
    return client


def test_late_work_is_shown_and_applied(manager: Client, corpus: Corpus, late: Assignment) -> None:
    address = f"/c/{corpus.slug}/progress/kept/"
    page = manager.get(address).content.decode()
    assert late.dialogue.utterances.get().text in page
    assert "positive" in page
    assert (
        "1 late answer applied."
        in manager.post(f"{address}{late.public_id}/", {"what": "apply"}, follow=True).content.decode()
    )
    assert Annotation.objects.get().answers == answered(sentiment="positive")
    assert "No late work" in manager.get(address).content.decode()
    assert "applied" in manager.get(f"{address}?settled=1").content.decode()


def test_a_dialogue_without_a_free_slot_takes_no_late_work(manager: Client, corpus: Corpus, late: Assignment) -> None:
    claim(rater=RaterFactory(corpus=corpus), now=NOW)
    address = f"/c/{corpus.slug}/progress/kept/"
    assert "All slots of this dialogue are taken." in manager.get(address).content.decode()
    manager.post(f"{address}{late.public_id}/", {"what": "apply"})
    assert LateOperation.objects.get().state == "waiting"


def test_discarding_needs_a_reason_and_deletes_nothing(manager: Client, corpus: Corpus, late: Assignment) -> None:
    address = f"/c/{corpus.slug}/progress/kept/"
    manager.post(f"{address}{late.public_id}/", {"what": "discard", "reason": ""})
    assert LateOperation.objects.get().state == "waiting"
    manager.post(f"{address}{late.public_id}/", {"what": "discard", "reason": "labelled again since"})
    assert LateOperation.objects.get().state == "discarded"
    assert "labelled again since" in manager.get(f"{address}?settled=1").content.decode()
