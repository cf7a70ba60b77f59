import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import translation

from annotator.api.assignment_responses import OpenedAssignmentSerializer
from annotator.api.request_reader import serializer_of
from annotator.domain.allocation.assignments import release
from annotator.domain.labelling.operations import Operation
from annotator.models import Assignment, LateOperation
from corpus.models import Annotation, Corpus, Membership, Rater, Revision, Utterance
from tests.annotator.material import answered, corpus_with_work
from tests.factories import EpisodeFactory, MediaFileFactory, MembershipFactory, RaterFactory

pytestmark = pytest.mark.django_db
Json = dict[str, Any]


class Annotator:
    """A person at a labelling page."""

    def __init__(self, corpus: Corpus) -> None:
        self.rater: Rater = RaterFactory(corpus=corpus, membership__corpus=corpus)
        assert self.rater.membership
        self.user = self.rater.membership.user
        self.client = Client()
        self.client.force_login(self.user)

    def post(self, path: str, body: Json | None = None) -> Any:
        return self.client.post(f"/api/v1/{path}", json.dumps(body or {}), content_type="application/json")

    def claim(self) -> Json:
        work: Json = self.post(f"corpora/{self.rater.corpus.slug}/claim/").json()
        return work

    def send(self, work: Json, *operations: Json, author: object = None) -> Any:
        body = {"token": work["token"], "author": str(author or self.user.public_id), "operations": operations}
        return self.post(f"assignments/{work['id']}/operations/", body)


def commit(work: Json, place: int = 0, **answers: Any) -> Json:
    utterance = work["utterances"][place]["id"]
    return {"id": str(uuid4()), "kind": "commit", "utterance": utterance, "answers": answered(**answers)}


@pytest.fixture
def corpus() -> Corpus:
    return corpus_with_work(utterances=2)


@pytest.fixture
def annotator(corpus: Corpus) -> Annotator:
    return Annotator(corpus)


def test_a_claim_returns_everything_the_page_needs(annotator: Annotator) -> None:
    work = annotator.claim()
    assignment = Assignment.objects.get()
    utterances = list(assignment.dialogue.utterances.select_related("speaker"))
    speaker = utterances[0].speaker
    assert speaker
    codebook = work.pop("codebook")
    assert {key for key in assignment.codebook.document if key not in codebook} == {"expectations"}
    assert work == {
        "id": str(assignment.public_id),
        "token": assignment.token,
        "author": str(annotator.user.public_id),
        "state": "open",
        "dialogue": {
            "name": assignment.dialogue.code,
            "series": assignment.dialogue.series.name,
            "episode": "",
        },
        "codebook_version": 1,
        "speakers": [{"id": str(speaker.public_id), "name": speaker.name, "colour": speaker.pk % 8}],
        "utterances": [
            {
                "id": str(each.public_id),
                "speaker": str(speaker.public_id),
                "text": each.text,
                "start_ms": each.start_ms,
                "end_ms": each.end_ms,
                "version": 1,
                "translation": "",
                "changed": None,
                "asked": None,
            }
            for each in utterances
        ],
        "passages": [],
        "history": [],
        "media": None,
        "dialogues": {"done": 0, "ready": 1},
        "today": {"dialogues": 0, "utterances": 0, "active_ms": 0, "limit_minutes": None, "rest_minutes": 60},
        "closed": "",
        "comment": "",
        "round": None,
    }


def test_the_response_for_a_dialogue_of_an_episode_contains_its_media(annotator: Annotator) -> None:
    corpus = annotator.rater.corpus
    peaks = MediaFileFactory(corpus=corpus, kind="peaks")
    episode = EpisodeFactory(series=corpus.dialogues.get().series, peaks=peaks)
    corpus.dialogues.update(episode=episode)
    work = annotator.claim()
    assert work["dialogue"]["episode"] == episode.title
    assert work["media"] == {
        "url": f"/media/{episode.playable.public_id}/",
        "peaks": f"/media/{peaks.public_id}/",
        "has_picture": True,
    }


def test_a_claim_matches_the_schema(annotator: Annotator) -> None:
    work = annotator.claim()
    annotator.send(work, commit(work, emotion="joy", emotion_sentiment=1))
    again = annotator.claim()
    assert OpenedAssignmentSerializer(again).data == again
    assert again["history"]


@pytest.mark.parametrize(("version", "status"), [(None, "applied"), (2, "applied"), (1, "refused"), (2.0, "applied")])
def test_answers_to_an_older_version_are_refused_with_their_own_code(
    annotator: Annotator, version: Any, status: str
) -> None:
    work = annotator.claim()
    Utterance.objects.update(version=2)
    operation = commit(work) | ({} if version is None else {"version": version})
    [ack] = annotator.send(work, operation).json()["acks"]
    assert (ack["status"], ack["code"]) == (status, "annotator.utterance_changed" if status == "refused" else "")


def test_nothing_left_is_an_empty_answer(annotator: Annotator) -> None:
    Assignment.objects.all().delete()
    annotator.rater.corpus.dialogues.all().delete()
    response = annotator.post(f"corpora/{annotator.rater.corpus.slug}/claim/")
    assert (response.status_code, response.content) == (204, b"")


def test_answers_are_saved_undone_and_finished(annotator: Annotator) -> None:
    work = annotator.claim()
    first, second = commit(work, emotion="joy", emotion_sentiment=1), commit(work, place=1)
    undo = {"id": str(uuid4()), "kind": "undo", "utterance": second["utterance"], "undoes": second["id"]}
    response = annotator.send(work, first, second, undo)
    assert [ack["status"] for ack in response.json()["acks"]] == ["applied"] * 3

    finish = f"assignments/{work['id']}/finish/"
    refused = annotator.post(finish, {"token": work["token"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "annotator.unfinished")

    annotator.send(work, commit(work, place=1))
    assert annotator.post(finish, {"token": work["token"]}).status_code == 204
    history = annotator.client.get(f"/api/v1/assignments/{work['id']}/").json()["history"]
    assert [(past["operation"], past["undo"]) for past in history][:3] == [
        (first["id"], False),
        (second["id"], False),
        (undo["id"], True),
    ]


def test_an_annotator_sees_nothing_of_another(corpus: Corpus, annotator: Annotator) -> None:
    other = Annotator(corpus)
    theirs = other.claim()
    before = annotator.claim()
    other.send(theirs, commit(theirs, sentiment="negative"))
    after = annotator.claim()
    assert before == after
    assert str(other.user.public_id) not in json.dumps(after)
    for path in ("", "operations/", "heartbeat/", "finish/"):
        address = f"assignments/{theirs['id']}/{path}"
        answer = annotator.post(address, {"token": 1}) if path else annotator.client.get(f"/api/v1/{address}")
        made_up = address.replace(theirs["id"], str(uuid4()))
        nothing = annotator.post(made_up, {"token": 1}) if path else annotator.client.get(f"/api/v1/{made_up}")
        assert (answer.status_code, answer.content) == (404, nothing.content)


def test_operations_of_another_person_are_refused_as_a_whole(corpus: Corpus, annotator: Annotator) -> None:
    other = Annotator(corpus)
    theirs = other.claim()
    response = annotator.send(theirs, commit(theirs), author=other.user.public_id)
    assert (response.status_code, response.json()["code"]) == (409, "annotator.not_the_author")
    mine = annotator.claim()
    response = annotator.send(mine, commit(mine), author=other.user.public_id)
    assert (response.status_code, response.json()["code"]) == (409, "annotator.not_the_author")
    assert Revision.objects.count() == 0


def test_late_work_is_acknowledged_and_stored_for_the_manager(annotator: Annotator) -> None:
    work = annotator.claim()
    release(assignment=Assignment.objects.get(), now=Assignment.objects.get().lease_until)
    assert annotator.send(work, commit(work)).json()["acks"][0]["status"] == "set_aside"
    assert (LateOperation.objects.count(), Annotation.objects.count()) == (1, 0)
    heartbeat = annotator.post(f"assignments/{work['id']}/heartbeat/", {"token": work["token"]})
    assert (heartbeat.status_code, heartbeat.json()["code"]) == (409, "annotator.superseded")


def test_a_refusal_is_explained_in_the_readers_language(annotator: Annotator) -> None:
    work = annotator.claim()
    with translation.override("en"):
        ack = annotator.send(work, commit(work, sentiment="fine")).json()["acks"][0]
    assert (ack["status"], ack["code"]) == ("refused", "labels.unfit")
    assert "sentiment" in ack["detail"]


@pytest.mark.parametrize(
    "change",
    [
        {"answers": {"sentiment": {"deep": 1}}},
        {"answers": {"sentiment": "a\0b"}},
        {"answers": {"sentiment": "\ud800"}},
        {"answers": ["x"]},
        {"answers": {"x" * 81: "y"}},
        {"answers": {"emotion_sentiment": 2**40}},
        {"id": "7"},
        {"kind": "delete"},
        {"active_ms": -1},
        {"made_at": "a\0"},
    ],
)
def test_an_invalid_operation_is_a_bad_request(annotator: Annotator, change: Json) -> None:
    work = annotator.claim()
    assert annotator.send(work, commit(work) | change).status_code == 400
    assert Revision.objects.count() == 0


def test_operations_for_the_assignment_of_another_look_like_an_unknown_one(
    corpus: Corpus, annotator: Annotator
) -> None:
    other = Annotator(corpus)
    theirs = other.claim()
    assert annotator.send(theirs, commit(theirs)).status_code == 404
    labels = commit(theirs)
    assert other.send(theirs, labels).status_code == 200
    undo = {"id": str(uuid4()), "kind": "undo", "utterance": labels["utterance"], "undoes": labels["id"]}
    assert annotator.send(theirs, undo).status_code == 404
    assert Revision.objects.count() == 1


def test_a_deactivated_member_has_no_access(annotator: Annotator) -> None:
    work = annotator.claim()
    Membership.objects.update(is_active=False)
    assert annotator.send(work, commit(work)).status_code == 404


def test_a_request_without_a_session_is_unauthorized(annotator: Annotator) -> None:
    work = annotator.claim()
    annotator.client.logout()
    assert annotator.send(work, commit(work)).status_code == 401


def test_a_request_from_another_site_is_refused(annotator: Annotator) -> None:
    work = annotator.claim()
    annotator.client = Client(enforce_csrf_checks=True)
    annotator.client.force_login(annotator.user)
    assert annotator.send(work, commit(work)).status_code == 403


def test_members_who_do_not_annotate_get_no_work(corpus: Corpus) -> None:
    client = Client()
    client.force_login(MembershipFactory(corpus=corpus, role="manager").user)
    assert client.post(f"/api/v1/corpora/{corpus.slug}/claim/").status_code == 403


@pytest.mark.parametrize("utterances", [1, 3])
def test_queries_do_not_grow_with_the_dialogue(django_assert_num_queries: Any, utterances: int) -> None:
    annotator = Annotator(corpus_with_work(dialogues=2, utterances=utterances))
    work = annotator.claim()
    with django_assert_num_queries(15):
        annotator.claim()
    with django_assert_num_queries(10):
        annotator.client.get(f"/api/v1/assignments/{work['id']}/")
    annotator.send(work, commit(work))
    with django_assert_num_queries(7):
        annotator.send(work, commit(work, sentiment="positive"))
    with django_assert_num_queries(3):
        annotator.post(f"assignments/{work['id']}/heartbeat/", {"token": work["token"]})
    for place in range(1, utterances):
        annotator.send(work, commit(work, place=place))
    with django_assert_num_queries(9):
        annotator.post(f"assignments/{work['id']}/finish/", {"token": work["token"]})
    with django_assert_num_queries(19):
        annotator.claim()


def test_a_list_that_is_too_long_is_rejected_before_its_items_are_read(
    annotator: Annotator, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = annotator.claim()
    reads: list[object] = []
    operation = serializer_of(Operation)
    monkeypatch.setattr(operation, "run_validation", lambda _self, data: reads.append(data))
    answer = annotator.send(work, *([{}] * 100_000))
    assert answer.status_code == 400
    assert reads == []
    assert len(answer.content) < 1000
    assert Annotation.objects.count() == 0


@pytest.mark.parametrize("brackets", ["[" * 100_000, '{"token":' * 100_000], ids=["lists", "objects"])
def test_json_that_is_nested_too_deeply_is_a_bad_request(annotator: Annotator, brackets: str) -> None:
    work = annotator.claim()
    url = f"/api/v1/assignments/{work['id']}/operations/"
    answer = annotator.client.post(url, brackets, content_type="application/json")
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "params", "detail"}
