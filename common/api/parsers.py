"""Parsing of API requests."""

import json
from typing import Any, NoReturn

import msgspec
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import APIException, ParseError, UnsupportedMediaType

JSON = "application/json"


class TooLarge(APIException):
    status_code = 413
    default_detail = gettext_lazy("The request is too large. Send less data at once.")
    default_code = "too_large"


def parsed_body(request: HttpRequest) -> Any:
    """Return the parsed JSON body of a request; `{}` for an empty one.

    Raises:
        TooLarge: the body has more than `DATA_UPLOAD_MAX_MEMORY_SIZE` bytes.
        UnsupportedMediaType: the body is no JSON by its type.
        ParseError: the body is not JSON, or is nested too deeply for the parser.
    """
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length == "0":
        return {}
    if int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise TooLarge
    if request.content_type != JSON:
        raise UnsupportedMediaType(request.content_type or "")
    return _parsed(request.body)


def _parsed(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, RecursionError):
        pass  # usually no JSON; the standard library also accepts halves of surrogate pairs, which fields then refuse
    try:
        return json.loads(body.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"JSON parse error - {error}" if isinstance(error, ValueError) else None) from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"Out of range float values are not JSON compliant: {name}")
