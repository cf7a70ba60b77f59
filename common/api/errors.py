"""Error responses of the API. All have a code, parameters and a sentence."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views import defaults
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.response import Response
from rest_framework.views import exception_handler

from common.api.parsers import TooLarge
from common.errors import refusal_behind

API = "/api/"


class ErrorSerializer(serializers.Serializer[Any]):
    """Why a request was refused: a code for programs, a sentence for people."""

    code = serializers.CharField()
    params = serializers.DictField()
    detail = serializers.CharField()


def refusals_as_json(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Return a 409 response for `Refused` and what stands for it, and errors of DRF in the same format.

    Invalid input has the code `invalid` and its errors by field as parameters.
    """
    if (refusal := refusal_behind(exc)) is not None:
        return Response({"code": refusal.code, "params": refusal.params, "detail": str(refusal)}, status=409)
    # raised when other code than the parser reads the body first
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
    """Respond 404, as JSON for the API and as a page elsewhere."""
    if request.path.startswith(API):
        return JsonResponse({"code": "not_found", "params": {}, "detail": _("Not found.")}, status=404)
    return defaults.page_not_found(request, exception)


def crashed(request: HttpRequest) -> HttpResponse:
    """Respond 500, as JSON for the API and as a page elsewhere."""
    if request.path.startswith(API):
        return JsonResponse(
            {"code": "crashed", "params": {}, "detail": _("An unexpected error occurred. Try again later.")}, status=500
        )
    return defaults.server_error(request)


def _first(errors: Any, field_path: str = "") -> str:
    """Return the first error with the name of its field."""
    if isinstance(errors, dict):
        field, inner = next((each for each in errors.items() if each[1]), ("", ""))
        return _first(inner, f"{field_path}.{field}".strip("."))
    if isinstance(errors, list):
        return _first(next(filter(None, errors), ""), field_path)
    return f"{field_path}: {errors}" if field_path else str(errors)
