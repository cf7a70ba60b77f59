import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from common.models import Job
from corpus.models import Dialogue, Episode, Finding, Speaker, TimelineEdit
from tests.annotator.domain.timeline.material import Editor, episode_with_drafts
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


class Page:
    """A manager's page of the timeline editor."""

    def __init__(self, episode: Episode) -> None:
        self.episode, self.session = episode, uuid4()
        self.user = MembershipFactory(corpus=episode.series.corpus, role="manager").user
        self.client = Client()
        self.client.force_login(self.user)

    def url(self, name: str) -> str:
        return reverse(f"annotator:{name}", args=[self.episode.series.corpus.slug, self.episode.public_id])

    def contents(self) -> Any:
        return self.client.get(self.url("timeline_contents"), {"session": str(self.session)}).json()

    def news(self, after: int = 0) -> Any:
        return self.client.get(self.url("timeline_news"), {"session": str(self.session), "after": str(after)}).json()

    def send(self, action: str, *, versions: dict[str, int] | None = None, after: int = 0, **values: Any) -> Any:
        body = {
            "operation": str(uuid4()),
            "session": str(self.session),
            "after": after,
            "action": action,
            "versions": versions or {},
            **values,
        }
        return self.client.post(self.url("timeline_edit"), json.dumps(body), content_type="application/json")


@pytest.fixture
def page() -> Any:
    return Page(episode_with_drafts())


def test_the_page_shows_the_contents_of_the_episode(page: Page) -> None:
    assert page.client.get(page.url("timeline")).status_code == 200
    found = page.contents()
    assert [line["start_ms"] for line in found["lines"]] == [2000, 4000, 6000, 10_000, 12_000]
    assert [len(band["lines"]) for band in found["dialogues"]] == [3, 2]
    assert {speaker["name"] for speaker in found["speakers"]} == {"甲", "乙"}


ACTIONS: dict[str, Any] = {
    "change": lambda ids: {"lines": [{"id": ids[0], "text": "x", "speaker": "丙", "start_ms": 1900, "end_ms": 3000}]},
    "split": lambda ids: {"line": ids[0], "new": str(uuid4()), "at_ms": 2500, "at_char": 4},
    "merge": lambda ids: {"lines": ids[:2]},
    "insert": lambda _ids: {"new": str(uuid4()), "text": "x", "speaker": "", "start_ms": 100, "end_ms": 900},
    "delete": lambda ids: {"lines": ids[:1]},
    "retime": lambda _ids: {"factor": 1.001, "offset_ms": 10.5, "from_ms": 0},
    "divide": lambda ids: {"line": ids[1], "new": str(uuid4())},
    "exclude": lambda ids: {"lines": ids[:1], "new": [str(uuid4()), str(uuid4())]},
}


@pytest.mark.parametrize("action", ACTIONS)
def test_each_edit_is_made_and_taken_back(page: Page, action: str) -> None:
    found = page.contents()
    response = page.send(action, **ACTIONS[action]([line["id"] for line in found["lines"]]))
    assert response.status_code == 200, response.content
    news = response.json()
    [made] = news["edits"]
    assert (made["action"], made["by"], news["head"]) == (action, str(page.user), 1)
    assert page.send("undo", edit=made["operation"], after=1).status_code == 200
    again = page.contents()
    values = ("id", "text", "speaker", "start_ms", "end_ms", "dialogue", "code")
    assert [[line[name] for name in values] for line in again["lines"]] == [
        [line[name] for name in values] for line in found["lines"]
    ]
    assert [edit["undoes"] for edit in again["edits"]] == [None, made["operation"]]


def test_dialogues_are_joined_included_and_given_a_topic(page: Page) -> None:
    first, second = (band["id"] for band in page.contents()["dialogues"])
    assert page.send("topic", dialogue=first, topic="a quarrel").status_code == 200
    assert page.send("join", dialogue=second).status_code == 200
    lines = [line["id"] for line in page.contents()["lines"]]
    assert page.send("exclude", lines=lines, new=[str(uuid4()), str(uuid4())]).status_code == 200
    assert [(band["state"], band["topic"]) for band in page.contents()["dialogues"]] == [("excluded", "a quarrel")]
    assert page.send("include", dialogue=first).status_code == 200
    assert page.contents()["dialogues"][0]["state"] == "draft"


def test_a_speaker_is_described_for_the_whole_series_and_that_is_undone(page: Page) -> None:
    speaker = page.contents()["speakers"][0]
    values = {"name": "小红", "age_group": "young", "profession": "nurse", "other_names": ["红"]}
    base = {name: speaker[name] for name in values}
    response = page.send("speaker", speaker=speaker["id"], base=base, values=values)
    assert response.status_code == 200, response.content
    row = Speaker.objects.get(public_id=speaker["id"])
    assert (row.name, row.age_group, row.notes, row.other_names) == ("小红", "young", {"profession": "nurse"}, ["红"])
    stale = page.send("speaker", speaker=speaker["id"], base=base, values={"name": "x"})
    assert (stale.status_code, stale.json()["kind"]) == (409, "conflict")
    page.send("undo", edit=response.json()["edits"][0]["operation"])
    row.refresh_from_db()
    assert (row.name, row.age_group, row.notes, row.other_names) == (speaker["name"], "", {}, [])


def test_a_conflict_sends_what_is_stored_now_and_who_changed_it(page: Page) -> None:
    line = page.contents()["lines"][0]
    other = Page(page.episode)
    other.send("change", lines=[{"id": line["id"], "text": "theirs"}])
    response = page.send("change", versions={line["id"]: line["version"]}, lines=[{"id": line["id"], "text": "mine"}])
    found = response.json()
    assert (response.status_code, found["kind"], found["by"]) == (409, "conflict", str(other.user))
    assert found["lines"][0]["text"] == "theirs"


def test_a_manager_with_two_windows_is_not_taken_for_a_second_one(page: Page) -> None:
    page.contents()
    page.session = uuid4()
    assert page.contents()["people"] == ["you, in another window"]


def test_a_second_manager_is_told_of_the_first_and_of_the_edits(page: Page) -> None:
    other = Page(page.episode)
    assert other.contents()["people"] == []
    page.contents()
    assert page.news()["people"] == [str(other.user)]
    line = page.contents()["lines"][0]["id"]
    other.send("delete", lines=[line])
    news = page.news()
    assert [(row["id"], row.get("gone")) for row in news["lines"]] == [(line, True)]
    assert len(news["dialogues"][0]["lines"]) == 2
    assert page.news(after=1)["edits"] == []


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"action": "fly"}', b'{"action": "delete", "lines": []}', b"\xff"], ids=str
)
def test_a_body_that_is_no_edit_is_refused(page: Page, body: bytes) -> None:
    response = page.client.post(page.url("timeline_edit"), body, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (422, "timeline.bad_request")


def test_an_edit_of_another_episode_is_refused(page: Page) -> None:
    other = episode_with_drafts()
    line = Editor(other, UserFactory()).line(1)
    assert page.send("delete", lines=[str(line.public_id)]).json()["code"] == "utterance.gone"
    assert Editor(other, UserFactory()).line(1) == line


def test_the_search_for_marks_is_queued_once(page: Page) -> None:
    for _ in range(2):
        assert page.client.post(page.url("timeline_marks")).status_code == 200
    assert Job.objects.filter(kind="corpus.marks").count() == 1


def test_findings_about_answers_are_not_shown(page: Page) -> None:
    corpus = page.episode.series.corpus
    line = page.contents()["lines"][0]["id"]
    common: dict[str, Any] = {
        "corpus": corpus,
        "source": "x",
        "kind": "wordless_utterance",
        "rows": {"utterances": [line]},
        "extent_count": 1,
        "extent_share": 1,
        "severity": "note",
        "evidence": {"text": "…"},
    }
    Finding.objects.create(fingerprint="1", **common)
    Finding.objects.create(fingerprint="2", task="emotion", **common)
    assert [each["lines"] for each in page.contents()["findings"]] == [[line]]


def test_reading_takes_a_fixed_number_of_queries(page: Page, django_assert_max_num_queries: Any) -> None:
    page.contents()
    with django_assert_max_num_queries(24):
        page.contents()


def test_retired_dialogues_appear_nowhere(page: Page) -> None:
    lines = [line["id"] for line in page.contents()["lines"]]
    page.send("delete", lines=lines[3:])
    assert Dialogue.with_retired.filter(state="retired").count() == 2
    assert Dialogue.objects.count() == 1
    slug = page.episode.series.corpus.slug
    shown = page.client.get(reverse("corpus:episode", args=[slug, page.episode.public_id])).content.decode()
    assert "retired" not in shown
    assert "one 4 two" not in shown


def test_edits_have_the_session_that_undoes_them(page: Page) -> None:
    page.send("delete", lines=[page.contents()["lines"][0]["id"]])
    assert TimelineEdit.objects.get().session == UUID(str(page.session))
