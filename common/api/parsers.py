"""How the API reads what is sent to it; apart from `common.api.errors`, which the framework's views stand behind."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import APIException
from rest_framework.parsers import JSONParser


class TooLarge(APIException):
    status_code = 413
    default_detail = gettext_lazy("More than the server takes at once.")
    default_code = "too_large"


class BoundedJSONParser(JSONParser):
    """Reads no more than other requests may bring; Django's own limit stands before forms alone."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return what came.

        Raises:
            TooLarge: more than `DATA_UPLOAD_MAX_MEMORY_SIZE` bytes.
        """
        request = (parser_context or {})["request"]
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge
        return super().parse(stream, media_type, parser_context)
