"""How refusals reach a script: always a code for it, parameters, and a sentence for its reader."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views import defaults
from rest_framework.exceptions import ErrorDetail
from rest_framework.response import Response
from rest_framework.views import exception_handler

from common.api.parsers import TooLarge
from common.errors import Refused

API = "/api/"


def refusals_as_json(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Answer a `Refused` with 409; bring what DRF refuses into the same form.

    What is not well formed has the code `invalid` and the complaints by field as parameters.
    """
    if isinstance(exc, Refused):
        return Response({"code": exc.code, "params": exc.params, "detail": str(exc)}, status=409)
    # Django's own limit speaks first where something has looked into the body before the parser
    response = exception_handler(TooLarge() if isinstance(exc, RequestDataTooBig) else exc, context)
    if response is None:
        return None
    detail = response.data.get("detail") if isinstance(response.data, dict) else None
    if isinstance(detail, ErrorDetail):
        response.data = {"code": detail.code, "params": {}, "detail": detail}
    else:
        fields = response.data if isinstance(response.data, dict) else {"": response.data}
        response.data = {"code": "invalid", "params": fields, "detail": _first(fields)}
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that does not exist: a script in its form, a person with a page."""
    if request.path.startswith(API):
        return JsonResponse({"code": "not_found", "params": {}, "detail": _("Not found.")}, status=404)
    return defaults.page_not_found(request, exception)


def crashed(request: HttpRequest) -> HttpResponse:
    """Answer where something broke."""
    if request.path.startswith(API):
        return JsonResponse({"code": "crashed", "params": {}, "detail": _("Something went wrong.")}, status=500)
    return defaults.server_error(request)


def _first(complaints: Any, place: str = "") -> str:
    """Return the first complaint, with the field it is about."""
    if isinstance(complaints, dict):
        field, inner = next((each for each in complaints.items() if each[1]), ("", ""))
        return _first(inner, f"{place}.{field}".strip("."))
    if isinstance(complaints, list):
        return _first(next(filter(None, complaints), ""), place)
    return f"{place}: {complaints}" if place else str(complaints)
