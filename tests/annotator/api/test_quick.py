import json
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.api import quick
from annotator.api.serializers import OperationsSerializer
from annotator.domain.labelling.operations import Operation

Json = dict[str, Any]
IDS = st.uuids().map(str)
ODD: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 2**40),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=45),
    st.sampled_from(["commit", "undo", " undo", "all_default", "", " 1", "1", "a\0", "\u2028", {}, [], {"a": 1}]),
    st.text("0123456789abcdef-{}", min_size=30, max_size=40),
)
USUAL: dict[str, st.SearchStrategy[Any]] = {
    "id": IDS,
    "kind": st.sampled_from(["commit", "undo"]),
    "utterance": IDS,
    "answers": st.dictionaries(
        st.text(max_size=5), st.one_of(st.text(max_size=5), st.integers(-2, 2), st.lists(st.text(max_size=3)))
    ),
    "undoes": st.one_of(st.none(), IDS),
    "active_ms": st.integers(0, 90_000_000),
    "played_ms": st.integers(0, 90_000_000),
    "opened": st.one_of(st.none(), st.integers(0, 33_000)),
    "shortcut": st.sampled_from(["", "all_default", "same_as_previous"]),
    "made_at": st.sampled_from(["", "2026-01-01T00:00:00.000Z"]),
    "version": st.one_of(st.none(), st.integers(0, 9), st.sampled_from([-1, 2**31 - 1, 2**31])),
}


@st.composite
def messages(draw: st.DrawFn) -> Json:
    operation = {name: draw(values) for name, values in USUAL.items()}
    for name in draw(st.lists(st.sampled_from([*USUAL, "more"]), max_size=2)):
        operation[name] = draw(ODD)
    for name in draw(st.lists(st.sampled_from(list(USUAL)), max_size=2)):
        operation.pop(name, None)
    message = {"token": draw(st.integers(0, 3)), "author": draw(IDS), "operations": [operation]}
    return message | draw(st.sampled_from([{}, {}, {}, {"token": -1}, {"token": True}, {"operations": []}, {"x": 1}]))


def as_the_serializer_reads(message: Json) -> tuple[int, list[Operation]] | None:
    read = OperationsSerializer(data=message)
    if not read.is_valid():
        return None
    sent = read.validated_data
    return sent["token"], [Operation(**each) for each in sent["operations"]]


@settings(max_examples=400, deadline=None)
@given(messages())
def test_what_is_read_here_the_serializer_reads_to_the_same(message: Json) -> None:
    read = quick.operations(message)
    if read is not None:
        assert read == as_the_serializer_reads(message)


def test_what_the_page_sends_is_read_here() -> None:
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
    read = quick.operations(message)
    assert read is not None
    assert read == as_the_serializer_reads(message)


@pytest.mark.parametrize("message", [None, [], "x", {"token": 1}, {"token": 1, "author": "", "operations": [1]}])
def test_what_is_no_such_message_is_left_to_the_serializer(message: Any) -> None:
    assert quick.operations(message) is None


def test_every_field_of_an_operation_is_known_here() -> None:
    assert set(quick.FIELDS) == set(OperationsSerializer().fields["operations"].child.fields)  # type: ignore[attr-defined]
