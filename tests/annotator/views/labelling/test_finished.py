import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from annotator.domain.allocation.claims import claim
from annotator.domain.batches.batches import stop_batch
from annotator.models import Assignment, Batch
from annotator.views.labelling import finished
from corpus.models import Corpus, Rater, Revision
from tests.annotator.calibrated import work_through
from tests.annotator.material import answered, corpus_with_work
from tests.factories import RaterFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def corpus() -> Corpus:
    return corpus_with_work(dialogues=4, utterances=2)


@pytest.fixture
def rater(corpus: Corpus, client: Client) -> Rater:
    made: Rater = RaterFactory(corpus=corpus, membership__corpus=corpus)
    assert made.membership
    client.force_login(made.membership.user)
    return made


def codes(page: str) -> list[str]:
    return re.findall(r'<th scope="row">\s*(\S+)', page)


def listed(client: Client, corpus: Corpus, query: str = "") -> str:
    response = client.get(f"/c/{corpus.slug}/finished/{query}")
    assert response.status_code == 200
    return response.text


def test_the_list_is_paged_newest_first_by_key(
    client: Client, corpus: Corpus, rater: Rater, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finished, "PER_PAGE", 3)
    assert "You have not submitted any dialogue yet" in listed(client, corpus)
    for _ in range(4):
        work_through(rater)
    newest = list(Assignment.objects.order_by("-ended_at", "-pk").values_list("dialogue__code", flat=True))
    page = listed(client, corpus)
    assert codes(page) == newest[:3]
    [older] = re.findall(r'href="(\?q=&amp;after=[^"]+)"', page)
    rest = listed(client, corpus, older.replace("&amp;", "&"))
    assert codes(rest) == newest[3:]
    assert "Newest first" in rest
    assert codes(listed(client, corpus, "?after=nonsense")) == newest[:3]
    assert codes(listed(client, corpus, f"?after={uuid4()}")) == newest[:3]


def test_the_list_is_searched(client: Client, corpus: Corpus, rater: Rater) -> None:
    for _ in range(3):
        work_through(rater)
    dialogue = Assignment.objects.order_by("pk")[1].dialogue
    dialogue.utterances.filter(order=2).update(text="an umbrella")
    assert codes(listed(client, corpus, "?q=UMBRELLA")) == [dialogue.code]
    assert "No dialogue of yours contains this" in listed(client, corpus, "?q=%00nothing")


def test_the_number_of_queries_does_not_grow_with_the_list(
    client: Client, corpus: Corpus, rater: Rater, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(2):
        work_through(rater)
        with django_assert_num_queries(9):
            listed(client, corpus)


def test_a_dialogue_of_someone_else_is_not_found(client: Client, corpus: Corpus, rater: Rater) -> None:
    work_through(RaterFactory(corpus=corpus))
    theirs = Assignment.objects.get()
    assert client.get(reverse("annotator:correct", args=[corpus.slug, theirs.public_id])).status_code == 404
    mine = claim(rater=rater, now=timezone.now())
    assert mine
    assert client.get(reverse("annotator:correct", args=[corpus.slug, mine.public_id])).status_code == 404


def opened(client: Client, assignment: Assignment) -> str:
    address = reverse("annotator:correct", args=[assignment.rater.corpus.slug, assignment.public_id])
    return client.get(address, follow=True).text


def data_of(page: str) -> Any:
    return json.loads(re.findall(r'<script id="label-data" type="application/json">(.*?)</script>', page)[0])


def test_a_dialogue_opens_with_its_answers_and_is_corrected_by_the_api(
    client: Client, corpus: Corpus, rater: Rater
) -> None:
    work_through(rater)
    assignment = Assignment.objects.get()
    page = opened(client, assignment)
    data = data_of(page)
    assert data["list"] == f"/c/{corpus.slug}/finished/"
    assert (data["work"]["state"], data["work"]["closed"]) == ("done", "")
    assert [past["correction"] for past in data["work"]["history"]] == [False, False]
    assert "wrong key" in page
    operation = {
        "id": str(uuid4()),
        "kind": "correct",
        "utterance": data["work"]["utterances"][0]["id"],
        "answers": answered(sentiment="positive"),
        "reason": "other",
        "comment": "看错了",
    }
    body = {"token": data["work"]["token"], "author": data["author"], "operations": [operation]}
    address = f"/api/v1/assignments/{assignment.public_id}/operations/"
    acks = client.post(address, body, content_type="application/json").json()["acks"]
    assert [ack["status"] for ack in acks] == ["applied"]
    assert Revision.objects.latest("pk").correction == {"reason": "other", "comment": "看错了"}
    history = data_of(opened(client, assignment))["work"]["history"]
    assert [past["correction"] for past in history] == [False, False, True]


def test_a_closed_dialogue_does_not_open(client: Client, corpus: Corpus, rater: Rater) -> None:
    work_through(rater)
    stop_batch(batch=Batch.objects.get(), now=timezone.now())
    assert "The manager has stopped this batch" in listed(client, corpus)
    page = opened(client, Assignment.objects.get())
    assert "label-data" not in page
    assert page.count("The manager has stopped this batch") == 2  # as a message, and in the list


def test_the_daily_limit_holds_for_corrections(client: Client, corpus: Corpus, rater: Rater) -> None:
    work_through(rater)
    Corpus.objects.update(daily_limit_minutes=1)
    before = Revision.objects.all()[0]
    Revision(
        annotation=before.annotation,
        number=9,
        cause="commit",
        codebook=before.codebook,
        author=before.author,
        active_ms=60_000,
    ).save(force_insert=True)
    page = opened(client, Assignment.objects.get())
    assert "You have reached today&#x27;s limit of 1 minutes" in page
    assert "label-data" not in page
