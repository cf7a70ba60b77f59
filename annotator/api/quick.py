"""Operations as the labelling page sends them, read without the serializer, which takes ten times as long.

The serializer alone decides what the API takes: whatever is not of the usual form goes to it, and it says what is
wrong. What is read here it would have read to the same operations; a test holds the two against each other.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from annotator.api.serializers import (
    DAY_MS,
    LONGEST_TOKEN,
    MOST_OPENED,
    MOST_OPERATIONS,
    MOST_VERSIONS,
    SHORTCUTS,
    are_answers,
)
from annotator.domain.labelling.operations import Operation

Check = Callable[[Any], bool]


def operations(sent: Any) -> tuple[int, list[Operation]] | None:
    """Return the token and the operations of a message; None where the serializer has to look at it."""
    if type(sent) is not dict or sent.keys() != {"token", "author", "operations"}:
        return None
    token, listed = sent["token"], sent["operations"]
    if not _is_whole(token, LONGEST_TOKEN) or type(listed) is not list or not 0 < len(listed) <= MOST_OPERATIONS:
        return None
    read = [_operation(each) for each in listed]
    found = [each for each in read if each]
    return (token, found) if len(found) == len(read) else None


def _operation(sent: Any) -> Operation | None:
    if type(sent) is not dict or not REQUIRED <= sent.keys() <= FIELDS.keys():
        return None
    if not all(FIELDS[name](value) for name, value in sent.items()):
        return None
    undoes = sent.get("undoes")
    ids = {"id": UUID(sent["id"]), "utterance": UUID(sent["utterance"]), "undoes": UUID(undoes) if undoes else None}
    return Operation(**sent | ids)


def _is_id(value: Any) -> bool:
    if type(value) is not str or len(value) != 36:
        return False
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def _is_whole(value: Any, most: int) -> bool:
    return type(value) is int and 0 <= value <= most


def _is_plain(value: Any) -> bool:
    return type(value) is str and len(value) <= 40 and value.isprintable() and value == value.strip()


REQUIRED = {"id", "kind", "utterance"}
FIELDS: dict[str, Check] = {
    "id": _is_id,
    "kind": lambda value: value in ("commit", "undo"),
    "utterance": _is_id,
    "answers": are_answers,
    "undoes": lambda value: value is None or _is_id(value),
    "active_ms": lambda value: _is_whole(value, DAY_MS),
    "played_ms": lambda value: _is_whole(value, DAY_MS),
    "opened": lambda value: value is None or _is_whole(value, MOST_OPENED),
    "shortcut": lambda value: value in SHORTCUTS,
    "made_at": _is_plain,
    "version": lambda value: value is None or _is_whole(value, MOST_VERSIONS),
}
