"""Reading of JSON that anybody may have written."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

# a string, so that a bracket or a digit inside is none, a bracket, a number or a constant
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]|-?\d[\d.eE+-]*|[A-Za-z]+', re.DOTALL)
KEY = re.compile(r"\s*:")
MOST_DIGITS = sys.int_info.default_max_str_digits


class BrokenJsonError(ValueError):
    """A text that is no JSON, or JSON that Python does not read.

    Attributes:
        line: of the text, from 1.
        reason: as Python states it, in English.
    """

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line, self.reason = line, reason


def json_value(text: str) -> Any:
    """Return the value of a JSON text.

    Raises:
        BrokenJsonError: it is no JSON, is nested too deeply, or has a number with thousands of digits.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise BrokenJsonError(error.lineno, error.msg) from error
    except RecursionError as error:
        opened = _most_opened() + 1  # read here, and counted one call below
        raise BrokenJsonError(_line(text, _too_deep(text, opened)), "nested too deeply") from error
    except ValueError as error:  # a longer number is refused before it is converted, which would take very long
        raise BrokenJsonError(_line(text, _long_number(text)), "a number with thousands of digits") from error


def tokens(text: str) -> Iterator[tuple[re.Match[str], int]]:
    """Yield the strings, numbers, constants and brackets of a JSON text, each with the number of brackets around it.

    Args:
        text: as read by `json_value`, or up to the place where it is broken.
    """
    depth = 0
    for token in TOKEN.finditer(text):
        depth -= token[0] in "]}"
        yield token, depth
        depth += token[0] in "[{"


def entry_lines(text: str, name: str, key: str) -> list[int]:
    """Return the line of each entry of a list: that of one of its keys, or that of its beginning.

    If an object names the list twice, they are those of the last one, which is the one that Python keeps.

    Args:
        text: as read by `json_value`.
        name: key of the list in the outermost object; the text may be the list itself.
        key: of the entries that are objects.
    """
    inside, last = 0, ""  # the number of brackets around an entry
    line, at, found = 1, 0, 0
    lines: list[int] = []
    for token, depth in tokens(text):
        if not inside:
            if token[0] == "[" and (depth == 0 or (depth == 1 and last == f'"{name}"')):
                inside, lines = depth + 1, []
            last = token[0] if depth == 1 else ""
            continue
        if depth < inside:
            inside = 0
            continue
        is_key = depth == inside + 1 and token[0] == f'"{key}"' and KEY.match(text, token.end())
        if is_key or (depth == inside and token[0] not in "]}"):
            line, at = line + text.count("\n", at, token.start()), token.start()
            found = line
        if depth == inside and token[0] not in "[{":
            lines.append(found)
    return lines


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _long_number(text: str) -> int:
    """Return the place of the first whole number of too many digits."""
    return next(
        (token.start() for token, _depth in tokens(text) if len(token[0]) > MOST_DIGITS and _is_whole(token[0])), 0
    )


def _is_whole(number: str) -> bool:
    return number.removeprefix("-").isdecimal() and len(number.removeprefix("-")) > MOST_DIGITS


def _too_deep(text: str, most: int) -> int:
    """Return the place of the first bracket inside `most` others."""
    return next((token.start() for token, depth in tokens(text) if token[0] in "[{" and depth >= most), 0)


def _most_opened() -> int:
    """Return how many brackets Python opens inside each other here; it depends on the functions that are running."""
    low, high = 1, 2
    while _opens(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _opens(middle) else (low, middle)
    return low + 1  # of one call below


def _opens(count: int) -> bool:
    try:
        json.loads("[" * count + "]" * count)
    except RecursionError:
        return False
    return True
