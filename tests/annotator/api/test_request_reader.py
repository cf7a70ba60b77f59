import json
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rest_framework.exceptions import ValidationError

from annotator.api import requests
from annotator.api.request_reader import read, serializer_of
from annotator.domain.labelling.operations import Operation
from annotator.models import Flag, Return
from corpus.models import Revision
from tests.annotator.api import accepted_requests

Json = dict[str, Any]
ACCEPTED: dict[type[msgspec.Struct], Any] = {
    requests.Operations: accepted_requests.OperationsSerializer,
    requests.LeaseToken: accepted_requests.LeaseTokenSerializer,
    requests.Flag: accepted_requests.FlagSerializer,
    requests.Withdraw: accepted_requests.WithdrawSerializer,
    requests.Inquiry: accepted_requests.InquirySerializer,
    requests.Return: accepted_requests.ReturnSerializer,
    requests.Acknowledge: accepted_requests.AcknowledgeSerializer,
    requests.Seen: accepted_requests.SeenSerializer,
}
IDS = st.uuids().map(str)
TEXT = st.text(st.characters(codec=None), max_size=45)  # with surrogates
ODD: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 2**40),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXT,
    st.sampled_from(["commit", "undo", " undo", "all_default", "", " 1", "1", "a\0", "\u2028", {}, [], {"a": 1}]),
    st.sampled_from(["null", "true", 1.0, "1.0", "\ud800", "other", "bad_cut\n", " ", "x" * 2001, ["other"]]),
    st.text("0123456789abcdef-{}", min_size=30, max_size=40),
    st.uuids().map(lambda each: each.hex),
    st.uuids().map(lambda each: each.urn),
)
SLUGS = st.text(max_size=5)
OPERATION: dict[str, st.SearchStrategy[Any]] = {
    "id": IDS,
    "kind": st.sampled_from(["commit", "undo", "correct"]),
    "utterance": IDS,
    "answers": st.dictionaries(
        st.one_of(SLUGS, TEXT),
        st.one_of(SLUGS, TEXT, st.integers(-2, 2), st.sampled_from([2**31, 1.0, True, None]), st.lists(SLUGS)),
    ),
    "undoes": st.one_of(st.none(), IDS),
    "active_ms": st.integers(0, 90_000_000),
    "played_ms": st.integers(0, 90_000_000),
    "opened": st.one_of(st.none(), st.integers(0, 33_000)),
    "shortcut": st.sampled_from(["", "all_default", "same_as_previous"]),
    "reason": st.sampled_from(["", *Revision.Reason.values]),
    "comment": TEXT,
    "made_at": st.sampled_from(["", "2026-01-01T00:00:00.000Z"]),
    "codebook": st.one_of(st.none(), st.integers(0, 9), st.sampled_from([-1, 2**31 - 1, 2**31])),
    "version": st.one_of(st.none(), st.integers(0, 9), st.sampled_from([-1, 2**31 - 1, 2**31])),
}
TOKENS, BOUNDS = st.integers(0, 3), st.one_of(st.none(), st.integers(0, 2**31))
USUAL: dict[type[msgspec.Struct], dict[str, st.SearchStrategy[Any]]] = {
    requests.LeaseToken: {"token": TOKENS},
    requests.Flag: {
        "id": IDS,
        "utterance": IDS,
        "reason": st.sampled_from(Flag.Reason.values),
        "comment": TEXT,
        "start_ms": BOUNDS,
        "end_ms": BOUNDS,
    },
    requests.Withdraw: {"flag": IDS},
    requests.Inquiry: {"id": IDS, "utterance": IDS, "about": SLUGS, "text": TEXT},
    requests.Return: {"token": TOKENS, "id": IDS, "reason": st.sampled_from(Return.Reason.values), "comment": TEXT},
    requests.Acknowledge: {"guideline": IDS},
    requests.Seen: {"ids": st.lists(st.one_of(IDS, ODD), max_size=3)},
}


@st.composite
def bodies(draw: st.DrawFn, usual: dict[str, st.SearchStrategy[Any]]) -> Json:
    body = {name: draw(values) for name, values in usual.items()}
    for name in draw(st.lists(st.sampled_from([*usual, "more", "\ud800"]), max_size=2)):
        body[name] = draw(ODD)
    for name in draw(st.lists(st.sampled_from(list(usual)), max_size=2)):
        body.pop(name, None)
    return body


@st.composite
def messages(draw: st.DrawFn) -> Json:
    message = {"token": draw(TOKENS), "author": draw(IDS), "operations": [draw(bodies(OPERATION))]}
    return message | draw(st.sampled_from([{}, {}, {}, {"token": -1}, {"token": True}, {"operations": []}, {"x": 1}]))


def outcome(kind: type[msgspec.Struct], body: Any) -> Any:
    try:
        return msgspec.structs.asdict(read(kind, body))
    except ValidationError as invalid:
        return invalid.detail


def expected(kind: type[msgspec.Struct], body: Any) -> Any:
    serializer = ACCEPTED[kind](data=body)
    if not serializer.is_valid():
        return serializer.errors
    found = serializer.validated_data
    if kind is requests.Operations:
        found = found | {"operations": [Operation(**each) for each in found["operations"]]}
    return msgspec.structs.asdict(kind(**found))


@settings(max_examples=400, deadline=None)
@given(messages())
@example({"token": 1, "author": str(UUID(int=1)), "operations": [{"kind": "x" * 2001}]})
def test_operations_are_read_or_refused_as_the_serializers_do(message: Json) -> None:
    assert outcome(requests.Operations, message) == expected(requests.Operations, message)


@pytest.mark.parametrize("kind", USUAL, ids=lambda kind: kind.__name__)
def test_other_messages_are_read_or_refused_as_the_serializers_do(kind: type[msgspec.Struct]) -> None:
    @settings(max_examples=150, deadline=None)
    @given(bodies(USUAL[kind]))
    def compare(body: Json) -> None:
        assert outcome(kind, body) == expected(kind, body)

    compare()


def test_operations_of_the_page_are_read_without_a_serializer(monkeypatch: pytest.MonkeyPatch) -> None:
    operation: Json = {
        "id": str(uuid4()),
        "kind": "commit",
        "utterance": str(uuid4()),
        "answers": {"emotion": "joy", "emotion_sentiment": -2, "many": ["a", "b"]},
        "undoes": None,
        "active_ms": 10,
        "played_ms": 0,
        "opened": 3,
        "shortcut": "",
        "made_at": "2026-01-01T00:00:00.000Z",
        "version": 1,
    }
    message = json.loads(json.dumps({"token": 1, "author": str(uuid4()), "operations": [operation, operation]}))
    monkeypatch.setattr("annotator.api.request_reader.serializer_of", None)
    assert msgspec.structs.asdict(read(requests.Operations, message)) == expected(requests.Operations, message)


@pytest.mark.parametrize("message", [None, [], "x", {"token": 1}, {"token": 1, "author": "", "operations": [1]}])
def test_other_json_is_refused(message: Any) -> None:
    with pytest.raises(ValidationError):
        read(requests.Operations, message)
    assert outcome(requests.Operations, message) == expected(requests.Operations, message)


@pytest.mark.parametrize("kind", ACCEPTED, ids=lambda kind: kind.__name__)
def test_every_declared_field_is_compared(kind: type[msgspec.Struct]) -> None:
    assert list(serializer_of(kind)().fields) == list(ACCEPTED[kind]().fields) == list(kind.__struct_fields__)
    assert set(USUAL.get(kind, ACCEPTED[kind]().fields)) == set(kind.__struct_fields__)


def test_every_field_of_an_operation_is_compared() -> None:
    assert set(OPERATION) == set(accepted_requests.OperationSerializer().fields) == set(Operation.__struct_fields__)
