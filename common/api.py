"""How refusals reach a script."""

from typing import Any

from rest_framework.response import Response
from rest_framework.views import exception_handler

from common.errors import Refused


def refusals_as_json(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Answer a `Refused` with 409 and its code, parameters and sentence; leave the rest to DRF."""
    if isinstance(exc, Refused):
        return Response({"code": exc.code, "params": exc.params, "detail": str(exc)}, status=409)
    return exception_handler(exc, context)
