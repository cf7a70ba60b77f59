"""Reading of JSON that anybody may have written."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

LONG_NUMBER = re.compile(rf"\d{{{sys.int_info.default_max_str_digits + 1},}}")


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
        raise BrokenJsonError(1, "nested too deeply") from error
    except ValueError as error:  # a longer number is refused before it is converted, which would take very long
        number = LONG_NUMBER.search(text)
        line = text.count("\n", 0, number.start()) + 1 if number else 1
        raise BrokenJsonError(line, "a number with thousands of digits") from error
