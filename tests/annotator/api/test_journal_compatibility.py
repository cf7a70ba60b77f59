"""Requests as the labelling page of commit 2c689de writes them: an upgrade of the server must still accept them.

A browser may hold such entries in its journal while the server is upgraded, and an open page continues to send them.
Addresses, fields and their order are those of static/js/label at that commit (`journal`, `sender`, `session`, `supply`,
`api`, `notes/`); do not adapt them to a later page.
"""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from annotator.models import Acknowledgement, Assignment, Flag, Inquiry, LateOperation, Return
from corpus.domain.codebooks.guideline_versions import add_guideline_version
from corpus.models import Annotation, Corpus, Revision
from tests.annotator.material import answered, corpus_with_work
from tests.factories import RaterFactory

pytestmark = pytest.mark.django_db
Json = dict[str, Any]


class Page:
    """A labelling page of that commit."""

    def __init__(self, corpus: Corpus) -> None:
        rater = RaterFactory(corpus=corpus)
        self.slug, self.author = corpus.slug, str(rater.membership.user.public_id)
        self.client = Client()
        self.client.force_login(rater.membership.user)
        self.work: Json = self.post(f"corpora/{self.slug}/claim/", {}).json()
        self.utterances = [each["id"] for each in self.work["utterances"]]

    def post(self, path: str, body: Json) -> Any:
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        header = {"X-Concord-Author": self.author}
        return self.client.post(f"/api/v1/{path}", text, content_type="application/json", headers=header)

    def send(self, *operations: Json) -> list[Json]:
        body = {"token": self.work["token"], "author": self.author, "operations": operations}
        response = self.post(f"assignments/{self.work['id']}/operations/", body)
        assert response.status_code == 200
        acks: list[Json] = response.json()["acks"]
        assert [ack["id"] for ack in acks] == [operation["id"] for operation in operations]
        return acks

    def entry(self, place: str, body: Json) -> Any:
        """Send a single entry of the journal, twice: the first answer may have been lost."""
        path = f"assignments/{self.work['id']}/{place}"
        self.post(path, body)
        return self.post(path, body)


def commit(utterance: str, **more: Any) -> Json:
    return {
        "id": str(uuid4()),
        "kind": "commit",
        "utterance": utterance,
        "version": 1,
        "answers": answered(sentiment="positive", emotion="joy", emotion_sentiment=2),
        "active_ms": 4250,
        "played_ms": 2000,
        "opened": 2,
        "made_at": "2026-01-05T09:30:12.345Z",
    } | more


def undo(taken_back: Json) -> Json:
    return {
        "id": str(uuid4()),
        "kind": "undo",
        "utterance": taken_back["utterance"],
        "undoes": taken_back["id"],
        "active_ms": 800,
        "played_ms": 0,
        "opened": 2,
        "made_at": "2026-01-05T09:30:20.001Z",
    }


@pytest.fixture
def corpus() -> Corpus:
    corpus = corpus_with_work(utterances=2, shortcuts="all_default")
    add_guideline_version(corpus=corpus, texts={"en": "# Rules"})
    return corpus


@pytest.fixture
def page(corpus: Corpus) -> Page:
    return Page(corpus)


def test_commits_undos_and_the_end_of_a_dialogue(page: Page) -> None:
    first, second = (commit(each) for each in page.utterances)
    taken_back = undo(second)
    again = commit(page.utterances[1], answers=answered(), shortcut="all_default")
    assert [ack["status"] for ack in page.send(first, second, taken_back, again)] == ["applied"] * 4
    assert [ack["status"] for ack in page.send(first, taken_back)] == ["repeated"] * 2
    answers = Annotation.objects.order_by("utterance__order").values_list("answers", flat=True)
    assert list(answers) == [first["answers"], again["answers"]]
    revision = Revision.objects.get(operation=first["id"])
    assert (revision.active_ms, revision.played_ms, revision.opened) == (4250, 2000, 2)
    path, token = f"assignments/{page.work['id']}/", {"token": page.work["token"]}
    assert page.post(f"{path}heartbeat/", token).status_code == 204
    assert page.post(f"{path}finish/", token).status_code == 204
    assert Assignment.objects.get().state == "done"


def test_operations_after_the_dialogue_went_to_someone_else(page: Page) -> None:
    Assignment.objects.update(state="released", ended_at=Assignment.objects.get().claimed_at)
    late = commit(page.utterances[0])
    [ack] = page.send(late)
    assert (ack["status"], ack["code"], ack["detail"]) == ("set_aside", "", "")
    assert LateOperation.objects.get().payload["answers"] == late["answers"]


def test_a_commit_that_the_codebook_refuses(page: Page) -> None:
    [ack] = page.send(commit(page.utterances[0], answers={"sentiment": "fine"}))
    assert (ack["status"], ack["code"]) == ("refused", "labels.unfit")


@pytest.mark.parametrize("proposal", [{}, {"start_ms": 1960, "end_ms": 3040}], ids=["form", "form with a moved cut"])
def test_a_flag_from_its_form(page: Page, proposal: Json) -> None:
    body = {"id": str(uuid4()), "token": page.work["token"], "utterance": page.utterances[0]}
    body |= proposal | {"reason": "bad_cut" if proposal else "wrong_text", "comment": "第一个字被切掉了"}
    assert page.entry("flags/", body).status_code == 204
    flag = Flag.objects.get()
    assert (str(flag.public_id), flag.reason, flag.comment) == (body["id"], body["reason"], "第一个字被切掉了")
    assert (flag.start_ms, flag.end_ms) == (proposal.get("start_ms"), proposal.get("end_ms"))


def test_a_flag_from_a_moved_cut_and_its_withdrawal(page: Page) -> None:
    flag = {
        "id": str(uuid4()),
        "token": page.work["token"],
        "utterance": page.utterances[0],
        "reason": "bad_cut",
        "comment": "",
        "start_ms": 1960,
        "end_ms": 3040,
    }
    assert page.entry("flags/", flag).status_code == 204
    withdrawal = {"id": str(uuid4()), "token": page.work["token"], "flag": flag["id"]}
    assert page.entry("flags/withdraw/", withdrawal).status_code == 204
    assert Flag.objects.get().state == "withdrawn"


@pytest.mark.parametrize("about", ["emotion", ""])
def test_an_inquiry(page: Page, about: str) -> None:
    body = {"id": str(uuid4()), "token": page.work["token"], "utterance": page.utterances[1], "about": about}
    assert page.entry("questions/", body | {"text": "这算惊讶吗？"}).status_code == 204
    inquiry = Inquiry.objects.get()
    assert (str(inquiry.public_id), inquiry.about, inquiry.text) == (body["id"], about, "这算惊讶吗？")


def test_a_returned_dialogue(page: Page) -> None:
    body = {"id": str(uuid4()), "token": page.work["token"], "reason": "broken_media", "comment": ""}
    assert page.entry("return/", body).status_code == 204
    assert (str(Return.objects.get().public_id), Return.objects.get().reason) == (body["id"], "broken_media")
    assert Assignment.objects.get().state == "released"


def test_an_acknowledgement(page: Page, corpus: Corpus) -> None:
    newer = add_guideline_version(corpus=corpus, texts={"en": "# Rules\n\nMore."})
    body = {"id": str(uuid4()), "token": page.work["token"], "guideline": str(newer.public_id)}
    assert page.entry("acknowledge/", body).status_code == 204
    assert Acknowledgement.objects.filter(guideline=newer).count() == 1


def test_replies_that_were_read(page: Page) -> None:
    assert page.post(f"corpora/{page.slug}/news/seen/", {"ids": [str(uuid4())]}).status_code == 204
