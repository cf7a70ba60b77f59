# Requests for gold and for main work: the same statements, the same fields and headers, the same refusals.

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotator.domain.batches.retests import MinimumAge, create_retest
from annotator.models import Assignment, Calibration
from corpus.models import Corpus
from tests.annotator.calibrated import GLAD, NOW, calibrated, newcomer
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Json = dict[str, Any]
VALUES = re.compile(r"'(?:[^']|'')*'|\"s\d+_x\d+\"|\b[0-9a-f]{32}\b|\b\d+(?:\.\d+)?\b")
REQUESTS = ("claim", "show", "operations", "the same again", "news", "finish early", "heartbeat", "finish", "finished")


class Watched:
    """An annotator whose requests are compared: their statements, and what the response shows."""

    def __init__(self, corpus: Corpus) -> None:
        rater = newcomer(corpus)
        assert rater.membership
        self.slug, self.author = corpus.slug, rater.membership.user
        self.client = Client()
        self.client.force_login(self.author)
        self.statements: dict[str, list[str]] = {}
        self.looks: dict[str, tuple[int, Json, list[str]]] = {}

    def ask(self, kind: str, path: str, body: Json | None = None) -> Any:
        with CaptureQueriesContext(connection) as captured:
            response = self.client.generic(
                "GET" if body is None else "POST", f"/api/v1/{path}", json.dumps(body), content_type="application/json"
            )
        self.statements[kind] = [VALUES.sub("?", each["sql"]) for each in captured.captured_queries]
        content = response.json() if response.content else {}
        self.looks[kind] = (response.status_code, _shape(content), sorted(response.headers))
        return content

    def label(self) -> str:
        """Claim, answer and finish a dialogue; return its purpose, "" if nothing is left."""
        work = self.ask("claim", f"corpora/{self.slug}/claim/", {})
        if not work:
            return ""
        place, held = f"assignments/{work['id']}", {"token": work["token"]}
        self.ask("show", f"{place}/")
        self.ask("finish early", f"{place}/finish/", held)
        [utterance] = work["utterances"]
        operation = {"id": str(uuid4()), "kind": "commit", "utterance": utterance["id"], "answers": GLAD}
        body = held | {"author": str(self.author.public_id), "operations": [operation]}
        self.ask("operations", f"{place}/operations/", body)
        self.ask("the same again", f"{place}/operations/", body)
        self.ask("news", f"corpora/{self.slug}/news/?assignment={work['id']}")
        self.ask("heartbeat", f"{place}/heartbeat/", held)
        self.ask("finish", f"{place}/finish/", held)
        self.ask("finished", f"{place}/")
        return str(Assignment.objects.get(public_id=work["id"]).purpose)

    def return_dialogue(self) -> str:
        """Claim and return a dialogue; return its purpose."""
        work = self.ask("claim", f"corpora/{self.slug}/claim/", {})
        if not work:
            return ""
        body = {"id": str(uuid4()), "reason": "broken_media", "comment": "", "token": work["token"]}
        self.ask("return", f"assignments/{work['id']}/return/", body)
        self.ask("heartbeat", f"assignments/{work['id']}/heartbeat/", {"token": work["token"]})
        return str(Assignment.objects.get(public_id=work["id"]).purpose)


def _shape(content: Any) -> Any:
    """Return a response without the values that differ between any two dialogues."""
    if isinstance(content, dict):
        return {key: _shape(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_shape(each) for each in content]
    return content if isinstance(content, bool) or content is None else type(content).__name__


def compared(corpus: Corpus, act: Callable[[Watched], str]) -> dict[str, list[Watched]]:
    """Let two people work; return what was watched by purpose, without the beginning of each."""
    by_purpose: dict[str, list[Watched]] = {"main": [], "gold": []}
    for _ in range(2):
        watched = Watched(corpus)
        act(watched)  # the first claim of a person creates their slots of gold
        for _ in range(12):
            purpose = act(watched)
            copy = Watched.__new__(Watched)
            copy.statements, copy.looks = dict(watched.statements), dict(watched.looks)
            by_purpose[purpose].append(copy)
    assert all(len(each) >= 4 for each in by_purpose.values())
    return by_purpose


@pytest.fixture(params=["shuffled-blocks", "sequential"])
def corpus(request: pytest.FixtureRequest) -> Corpus:
    made = calibrated(*["gold"] * 10, main=10, gold_percent=50, order=request.param)
    for dialogue in made.dialogues.all():  # gold and other dialogues in turn
        dialogue.order = 2 * (dialogue.order % 10) + (dialogue.order < 10)
        dialogue.save(update_fields=["order"])
    return made


def test_every_request_runs_the_same_statements(corpus: Corpus) -> None:
    found = compared(corpus, Watched.label)
    for request in REQUESTS:
        main, gold = ({tuple(each.statements[request]) for each in found[purpose]} for purpose in ("main", "gold"))
        assert main == gold, request
        assert len(main) == 1, request


def test_every_response_looks_the_same(corpus: Corpus) -> None:
    found = compared(corpus, Watched.label)
    for request in REQUESTS:
        main, gold = ([each.looks[request] for each in found[purpose]] for purpose in ("main", "gold"))
        assert main[0] == gold[0], request
        assert all(each == main[0] for each in main + gold), request


def test_a_returned_dialogue_runs_the_same_statements_and_looks_the_same(corpus: Corpus) -> None:
    found = compared(corpus, Watched.return_dialogue)
    for request in ("claim", "return", "heartbeat"):
        main, gold = (
            {("\n".join(each.statements[request]), str(each.looks[request])) for each in found[purpose]}
            for purpose in ("main", "gold")
        )
        assert {_without_batch(each) for each in main} == {_without_batch(each) for each in gold}, request


def _without_batch(pair: tuple[str, str]) -> tuple[str, str]:
    """Return the pair with one form of the batch of a slot, which gold lacks."""
    return re.sub(r'"batch_id" (IS NULL|= \?)', '"batch_id" …', pair[0]), pair[1]


def test_a_corpus_without_gold_pays_nothing_for_it(corpus: Corpus) -> None:
    Calibration.objects.update(has_gold=False)
    watched = Watched(corpus)
    watched.label()
    watched.label()
    assert not any("calibrationdialogue" in each for each in watched.statements["claim"])


def test_a_retest_runs_as_many_statements_as_main_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.domain.allocation.automatic_batch.CHUNK", 20)
    corpus = calibrated(main=20, order="sequential")
    watched = Watched(corpus)
    for _ in range(6):
        watched.label()
    Assignment.objects.update(ended_at=NOW - timedelta(days=30))
    rater = Assignment.objects.all()[0].rater
    create_retest(
        corpus=corpus,
        name="again",
        people=[rater],
        count=6,
        minimum_age=MinimumAge(days=14, dialogues=0),
        percent=70,
        created_by=UserFactory(),
        now=NOW,
    )
    counts: dict[str, set[tuple[int, ...]]] = {"main": set(), "retest": set()}
    for _ in range(10):
        purpose = watched.label()
        counts[purpose].add(tuple(len(watched.statements[request]) for request in ("claim", "operations", "finish")))
    assert counts["main"] == counts["retest"]
    assert len(counts["main"]) == 1
