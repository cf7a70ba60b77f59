"""Fields that accept the JSON types of the OpenAPI schema and nothing else.

REST framework's own fields convert values: a number becomes a text, an integer or 32 digits become a UUID. A client
that sends such a value has a fault, which it learns only if the value is refused.
"""

import re
from typing import Any, NoReturn
from uuid import UUID

from rest_framework import serializers

SHOWN = 80  # characters of a wrong value that an error repeats
UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class StrictUUIDField(serializers.UUIDField):
    """A UUID as text with its four hyphens."""

    def to_internal_value(self, data: Any) -> UUID:
        """Return the UUID."""
        if not isinstance(data, str) or not UUID_TEXT.fullmatch(data):
            self.fail("invalid", value=data)
        return UUID(data)


class StrictIntegerField(serializers.IntegerField):
    """A JSON integer; JSON does not tell 1.0 from 1."""

    def to_internal_value(self, data: Any) -> int:
        """Return the integer."""
        if isinstance(data, float) and data.is_integer():
            return int(data)
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return data


class StrictBooleanField(serializers.BooleanField):
    """A JSON truth value."""

    def to_internal_value(self, data: Any) -> bool:
        """Return the truth value."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class StrictCharField(serializers.CharField):
    """A JSON string; spaces around it are removed."""

    def to_internal_value(self, data: Any) -> str:
        """Return the text."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class StrictChoiceField(serializers.ChoiceField):
    """One of several JSON strings."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the choice."""
        if not isinstance(data, str):
            self.fail("invalid_choice", input=data)
        return super().to_internal_value(data)

    def fail(self, key: str, **params: Any) -> NoReturn:
        """Raise the error; it repeats only the beginning of the wrong value."""
        super().fail(key, **{name: str(value)[:SHOWN] for name, value in params.items()})
