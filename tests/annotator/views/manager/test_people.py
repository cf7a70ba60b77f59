import pytest
from django.test import Client
from django.utils import timezone

from annotator.domain.allocation.assignments import finish
from annotator.domain.allocation.claims import claim
from annotator.models import Assignment
from corpus.models import Corpus, Membership
from tests.annotator.material import corpus_with_work
from tests.factories import MembershipFactory, RaterFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def corpus() -> Corpus:
    return corpus_with_work(dialogues=2, utterances=0, k=1)


@pytest.fixture
def done(corpus: Corpus) -> Assignment:
    assignment = claim(rater=RaterFactory(corpus=corpus), now=NOW)
    assert assignment
    finish(assignment=assignment, token=assignment.token, now=NOW)
    return assignment


@pytest.fixture
def manager(client: Client, corpus: Corpus) -> Client:
    client.force_login(MembershipFactory(corpus=corpus, role=Membership.Role.MANAGER).user)
    return client


def test_a_person_is_paused_and_resumed(manager: Client, corpus: Corpus, done: Assignment) -> None:
    address = f"/c/{corpus.slug}/progress/people/{done.rater.public_id}/"
    annotator = Client()
    assert done.rater.membership
    annotator.force_login(done.rater.membership.user)
    assert "Paused since" in manager.post(f"{address}pause/", {"what": "pause"}, follow=True).content.decode()
    refused = annotator.post(f"/api/v1/corpora/{corpus.slug}/claim/")
    assert (refused.status_code, refused.json()["code"]) == (409, "annotator.paused")
    assert "paused" in manager.get(f"/c/{corpus.slug}/progress/").content.decode()
    manager.post(f"{address}pause/", {"what": "resume"})
    assert annotator.post(f"/api/v1/corpora/{corpus.slug}/claim/").status_code == 200


def test_a_dialogue_is_sent_back_with_a_comment_for_its_annotator(
    manager: Client, corpus: Corpus, done: Assignment
) -> None:
    address = f"/c/{corpus.slug}/progress/{done.public_id}/back/"
    assert "Describe what needs to change" in manager.post(address, {"comment": " "}, follow=True).content.decode()
    page = manager.post(address, {"comment": "Look at the third turn again."}, follow=True).content.decode()
    assert "sent back" in page
    annotator = Client()
    assert done.rater.membership
    annotator.force_login(done.rater.membership.user)
    work = annotator.post(f"/api/v1/corpora/{corpus.slug}/claim/").json()
    assert (work["id"], work["comment"]) == (str(done.public_id), "Look at the third turn again.")


def test_people_and_work_of_another_corpus_are_not_found(manager: Client, corpus: Corpus) -> None:
    other = claim(rater=RaterFactory(corpus=corpus_with_work(utterances=0)), now=NOW)
    assert other
    assert manager.get(f"/c/{corpus.slug}/progress/people/{other.rater.public_id}/").status_code == 404
    assert manager.post(f"/c/{corpus.slug}/progress/people/{other.rater.public_id}/pause/").status_code == 404
    assert manager.post(f"/c/{corpus.slug}/progress/{other.public_id}/back/", {"comment": "x"}).status_code == 404
    assert manager.post(f"/c/{corpus.slug}/progress/kept/{other.public_id}/", {"what": "apply"}).status_code == 404
