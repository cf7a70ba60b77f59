"""Parsers of API requests. They can't live in `common.api.errors`, which imports DRF's views."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser


class TooLarge(APIException):
    status_code = 413
    default_detail = gettext_lazy("The request is too large. Send less data at once.")
    default_code = "too_large"


class BoundedJSONParser(JSONParser):
    """Limits the size of JSON bodies; Django's own limit covers only forms."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the parsed body.

        Raises:
            TooLarge: the body has more than `DATA_UPLOAD_MAX_MEMORY_SIZE` bytes.
            ParseError: the body is not JSON, or is nested too deeply for the parser.
        """
        request = (parser_context or {})["request"]
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError from None
