"""Bodies that are long, deep or of another form, sent to every address of the API that takes one."""

import json
import time
from typing import Any
from uuid import uuid4

import pytest

from annotator.api.urls import urlpatterns
from corpus.models import Corpus
from tests.annotator.api.test_labelling import Annotator
from tests.annotator.material import corpus_with_work
from tests.cpu_time import BLOW_UP

pytestmark = pytest.mark.django_db
NAMES = sorted(str(pattern.name) for pattern in urlpatterns if pattern.name)
MANY = 60_000  # items of a list; the body stays below the limit of its size
BODIES: dict[str, bytes] = {
    "deep list": b"[" * 200_000,
    "deep object": b'{"token":' * 100_000,
    "long list": json.dumps([0] * MANY).encode(),
    "long lists in each field": json.dumps(
        {name: [{}] * MANY for name in ("operations", "ids", "token", "utterance", "comment", "answers")}
    ).encode(),
    "wide object": json.dumps({f"f{number}": number for number in range(MANY)}).encode(),
    "long text": json.dumps({"text": "x" * 4_000_000, "comment": "y" * 500_000}).encode(),
    "huge number": b'{"token": ' + b"9" * 100_000 + b"}",
    "not a number": b'{"token": NaN, "author": Infinity}',
    "no JSON": b"\xff\xfe",
    "text": b'"text"',
    "null": b"null",
}


@pytest.fixture
def corpus() -> Corpus:
    return corpus_with_work(utterances=2)


@pytest.fixture
def annotator(corpus: Corpus) -> Annotator:
    return Annotator(corpus)


def test_every_address_is_tried() -> None:
    assert {"operations", "flags", "questions", "return", "seen", "acknowledge", "finish", "claim"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_body_is_rejected_without_a_blow_up_and_in_short(annotator: Annotator, name: str) -> None:
    work = annotator.claim()
    [pattern] = [str(each.pattern) for each in urlpatterns if each.name == name]
    path = (
        pattern.replace("<slug:slug>", annotator.rater.corpus.slug)
        .replace("<uuid:public_id>", work["id"])
        .replace("<uuid:utterance>", work["utterances"][0]["id"])
    )
    for body in BODIES.values():
        started = time.process_time()
        answer: Any = annotator.client.post(f"/api/v1/{path}", body, content_type="application/json")
        assert answer.status_code < 500
        assert len(answer.content) < 20_000
        assert time.process_time() - started < BLOW_UP


def test_the_number_of_reported_errors_is_bounded(annotator: Annotator) -> None:
    work = annotator.claim()
    longest: list[Any] = [
        {"id": "x" * 1000, "kind": "y" * 10_000, "utterance": None, "answers": {"a" * 1000: [[]]}}
    ] * 100
    answer = annotator.send(work, *longest)
    assert answer.status_code == 400
    assert len(answer.json()["params"]["operations"]) == 10
    assert len(answer.content) < 10_000
    seen = annotator.post(f"corpora/{annotator.rater.corpus.slug}/news/seen/", {"ids": ["no id"] * 500})
    assert (seen.status_code, len(seen.content) < 1000) == (400, True)
    assert annotator.post(f"assignments/{uuid4()}/operations/", {"operations": [{}] * 100}).status_code in {400, 404}
