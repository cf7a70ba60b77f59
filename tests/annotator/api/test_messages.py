import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from annotator.domain.labelling.utterance_edits import edit_utterance
from annotator.domain.messages.flags import decline_flag
from annotator.domain.messages.inquiries import answer_inquiry
from annotator.models import Flag, Inquiry, Return
from corpus.domain.codebooks.guideline_versions import add_guideline_version
from corpus.models import Corpus, Revision
from tests.annotator.api.test_labelling import Annotator, Json, commit
from tests.annotator.material import corpus_with_work
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def corpus() -> Corpus:
    return corpus_with_work(utterances=2)


@pytest.fixture
def annotator(corpus: Corpus) -> Annotator:
    return Annotator(corpus)


def news(annotator: Annotator) -> Json:
    response: Json = annotator.client.get(f"/api/v1/corpora/{annotator.rater.corpus.slug}/news/").json()
    return response


def flag(work: Json, **more: Any) -> Json:
    utterance = work["utterances"][0]["id"]
    return {"id": str(uuid4()), "utterance": utterance, "reason": "bad_cut", "comment": "太早", "token": 1} | more


def ask(work: Json, **more: Any) -> Json:
    return {"id": str(uuid4()), "utterance": work["utterances"][0]["id"], "about": "emotion", "text": "算吗？"} | more


def test_a_flag_with_a_proposal_is_stored_and_returned_in_the_news(annotator: Annotator) -> None:
    work = annotator.claim()
    sent = flag(work, start_ms=1900, end_ms=3500)
    for _ in range(2):
        assert annotator.post(f"assignments/{work['id']}/flags/", sent).status_code == 204
    [shown] = news(annotator)["flags"]
    assert shown["id"] == sent["id"]
    assert (shown["reason"], shown["comment"], shown["start_ms"], shown["end_ms"]) == (
        "bad_cut",
        "太早",
        1900,
        3500,
    )
    assert (shown["state"], shown["reply"], shown["unread"]) == ("open", "", False)
    assert shown["quote"] == work["utterances"][0]["text"]


def test_a_reply_is_unread_until_it_is_marked_as_seen(annotator: Annotator) -> None:
    work = annotator.claim()
    sent = flag(work)
    annotator.post(f"assignments/{work['id']}/flags/", sent)
    annotator.post(f"assignments/{work['id']}/questions/", ask(work))
    assert news(annotator)["unread"] == 0
    decline_flag(flag=Flag.objects.get(), settled_by=UserFactory(), reply="这样就好", now=NOW)
    answer_inquiry(inquiry=Inquiry.objects.get(), answered_by=UserFactory(), reply="算", now=NOW)
    latest = news(annotator)
    assert (latest["unread"], latest["flags"][0]["reply"], latest["questions"][0]["reply"]) == (
        2,
        "这样就好",
        "算",
    )
    seen = annotator.post(f"corpora/{annotator.rater.corpus.slug}/news/seen/", {"ids": [sent["id"]]})
    assert seen.status_code == 204
    assert news(annotator)["unread"] == 1


def test_a_flag_is_withdrawn(annotator: Annotator) -> None:
    work = annotator.claim()
    sent = flag(work)
    annotator.post(f"assignments/{work['id']}/flags/", sent)
    taken = annotator.post(f"assignments/{work['id']}/flags/withdraw/", {"flag": sent["id"]})
    assert taken.status_code == 204
    assert news(annotator)["flags"] == []


def test_only_published_inquiries_of_others_are_readable(corpus: Corpus, annotator: Annotator) -> None:
    other = Annotator(corpus)
    theirs = other.claim()
    other.post(f"assignments/{theirs['id']}/flags/", flag(theirs))
    for words in ("secret question", "clumsy question"):
        other.post(f"assignments/{theirs['id']}/questions/", ask(theirs, text=words))
    before = news(annotator)
    assert (before["flags"], before["questions"], before["published"]) == ([], [], [])
    published = Inquiry.objects.get(text="clumsy question")
    answer_inquiry(inquiry=published, answered_by=UserFactory(), reply="yes", now=NOW, published_text="Does it count?")
    latest = news(annotator)
    [shown] = latest["published"]
    assert (shown["text"], shown["reply"], shown["about"]) == ("Does it count?", "yes", "emotion")
    text = json.dumps(latest)
    for hidden in ("secret", "clumsy", str(other.user.public_id), str(other.rater.public_id), other.user.username):
        assert hidden not in text
    assert [each["text"] for each in news(other)["questions"]] == ["clumsy question", "secret question"]
    assert news(other)["published"] == []
    annotator.post(f"corpora/{corpus.slug}/news/seen/", {"ids": [str(published.public_id)]})
    assert Inquiry.objects.get(pk=published.pk).seen_at is None


def test_another_persons_assignment_looks_like_an_unknown_one(corpus: Corpus, annotator: Annotator) -> None:
    theirs = Annotator(corpus).claim()
    bodies = {"flags/": flag(theirs), "questions/": ask(theirs), "flags/withdraw/": {}, "acknowledge/": {}}
    for path, body in bodies.items():
        answer = annotator.post(f"assignments/{theirs['id']}/{path}", body)
        nothing = annotator.post(f"assignments/{uuid4()}/{path}", body)
        assert (answer.status_code, answer.content) == (404, nothing.content)
    assert not Flag.objects.exists()


@pytest.mark.parametrize(
    "change", [{"id": "7"}, {"reason": "dull"}, {"comment": "a\0"}, {"comment": "x" * 2001}, {"start_ms": -1}]
)
def test_an_invalid_flag_is_a_bad_request(annotator: Annotator, change: Json) -> None:
    work = annotator.claim()
    assert annotator.post(f"assignments/{work['id']}/flags/", flag(work) | change).status_code == 400


def test_revisions_refer_to_the_acknowledged_version(corpus: Corpus, annotator: Annotator) -> None:
    first = add_guideline_version(corpus=corpus, texts={"en": "# Rules\n\n## Joy {#joy}\n\nJoy is joy.\n"})
    work = annotator.claim()
    assert news(annotator)["guideline"] is None
    newer = add_guideline_version(corpus=corpus, texts={"en": "# Rules\n\n## Joy {#joy}\n\nRelief is joy, too.\n"})
    annotator.send(work, commit(work))
    announced = news(annotator)["guideline"]
    assert (announced["id"], announced["version"]) == (str(newer.public_id), 2)
    [section] = announced["sections"]
    assert (section["title"], section["anchor"], section["kind"]) == ("Joy", "joy", "changed")
    lines = [("removed", "Joy is joy."), ("added", "Relief is joy, too.")]
    assert [(line["kind"], line["text"]) for line in section["lines"]] == lines
    assert "Relief is joy, too." in announced["html"]

    for _ in range(2):
        sent = annotator.post(f"assignments/{work['id']}/acknowledge/", {"guideline": announced["id"]})
        assert sent.status_code == 204
    annotator.send(work, commit(work, place=1))
    assert news(annotator)["guideline"] is None
    assert list(Revision.objects.order_by("pk").values_list("guideline", flat=True)) == [first.pk, newer.pk]


def test_a_guideline_of_another_corpus_is_not_acknowledged(annotator: Annotator) -> None:
    foreign = add_guideline_version(corpus=corpus_with_work(), texts={"en": "x"})
    work = annotator.claim()
    refused = annotator.post(f"assignments/{work['id']}/acknowledge/", {"guideline": str(foreign.public_id)})
    assert (refused.status_code, refused.json()["code"]) == (409, "annotator.other_guideline")


def test_a_returned_dialogue_makes_room_for_the_next(annotator: Annotator) -> None:
    work = annotator.claim()
    sent = {"id": str(uuid4()), "token": work["token"], "reason": "cannot_watch", "comment": ""}
    for _ in range(2):
        assert annotator.post(f"assignments/{work['id']}/return/", sent).status_code == 204
    assert Return.objects.get().reason == "cannot_watch"
    assert annotator.post(f"corpora/{annotator.rater.corpus.slug}/claim/").status_code == 204
    assert annotator.send(work, commit(work)).json()["acks"][0]["status"] == "set_aside"


def test_the_news_report_an_edit_in_the_open_dialogue(corpus: Corpus, annotator: Annotator) -> None:
    work = annotator.claim()
    theirs = Annotator(corpus).claim()

    def changed_at(assignment: str) -> Any:
        address = f"/api/v1/corpora/{corpus.slug}/news/"
        return annotator.client.get(address, {"assignment": assignment}).json()["changed_at"]

    assert changed_at(work["id"]) is None
    utterance = corpus.dialogues.get().utterances.first()
    assert utterance
    edit_utterance(
        utterance=utterance, text="x", speaker="", start_ms=2000, end_ms=3000, edited_by=UserFactory(), now=NOW
    )
    assert changed_at(work["id"])
    assert changed_at(theirs["id"]) is None
    address = f"/api/v1/corpora/{corpus.slug}/news/?assignment=7"
    assert annotator.client.get(address).status_code == 400


@pytest.mark.parametrize("assignment", ["", "7", "0" * 32, f"{{{UUID(int=7)}}}", UUID(int=7).urn, f"{UUID(int=7)} "])
def test_news_of_what_is_no_id_are_a_bad_request(annotator: Annotator, assignment: str) -> None:
    address = f"/api/v1/corpora/{annotator.rater.corpus.slug}/news/"
    answer = annotator.client.get(address, {"assignment": assignment})
    assert (answer.status_code, list(answer.json()["params"])) == (400, ["assignment"])


@pytest.mark.parametrize("bad", [7, 7.5, True, None, ["x"], {"x": 1}])
def test_a_comment_of_another_type_is_a_bad_request(annotator: Annotator, bad: Any) -> None:
    work = annotator.claim()
    assert annotator.post(f"assignments/{work['id']}/flags/", flag(work, comment=bad)).status_code == 400


@pytest.mark.parametrize("bad", [7, UUID(int=7).hex, UUID(int=7).urn, "", None, [str(UUID(int=7))]])
def test_a_read_message_without_an_id_is_a_bad_request(annotator: Annotator, bad: Any) -> None:
    answer = annotator.post(f"corpora/{annotator.rater.corpus.slug}/news/seen/", {"ids": [bad]})
    assert (answer.status_code, list(answer.json()["params"])) == (400, ["ids"])


def test_text_that_cannot_be_stored_is_a_bad_request(annotator: Annotator) -> None:
    work = annotator.claim()
    address = f"/api/v1/assignments/{work['id']}/flags/"
    body = json.dumps(flag(work)).replace("\\u592a", "\\ud800")
    assert "ud800" in body
    assert annotator.client.post(address, body, content_type="application/json").status_code == 400
