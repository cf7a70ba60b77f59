"""The base of all views of the API.

REST framework describes these views (the OpenAPI schema, serializers, errors), but does not run them: its own dispatch
costs a request as much as the database does. `Api.dispatch` does the same for the one format and the two
authentications that the API has.
"""

import json
from collections.abc import Callable
from typing import Any, ClassVar

import msgspec
from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import (
    AuthenticationFailed,
    MethodNotAllowed,
    NotAcceptable,
    NotAuthenticated,
    Throttled,
)
from rest_framework.views import APIView

from common.api.authentication import KEYWORD, authenticated_user
from common.api.errors import refusals_as_json
from common.api.parsers import parsed_body
from common.api.throttling import PerMinute
from common.models import User

METHODS = ("get", "post", "put", "patch", "delete")
ANY_JSON = ("*/*", "application/json", "application/*")


class ApiRequest:
    """A request of a person.

    Args:
        http: the request.
        user: who sent it.
    """

    __slots__ = ("_data", "http", "user")

    def __init__(self, http: HttpRequest, user: User) -> None:
        self.http, self.user = http, user
        self._data: Any = ...

    @property
    def data(self) -> Any:
        """The parsed JSON body; `{}` for an empty one.

        Raises:
            APIException: of `parsed_body`.
        """
        if self._data is ...:
            self._data = parsed_body(self.http)
        return self._data

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the address."""
        return self.http.GET.dict()


class Api(APIView):
    """A view of the API; a method takes an `ApiRequest` and returns what `reply` made.

    Attributes:
        methods: the HTTP methods that a view may have.
    """

    methods: ClassVar[tuple[str, ...]] = METHODS

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Authenticate a request and respond to it, also to one that is refused."""
        try:
            asked, run = self._accepted(request)
            return run(asked, *args, **kwargs)
        except Exception as error:  # noqa: BLE001 -- raised again unless it is a refusal
            return self._error(error)

    def _accepted(self, request: HttpRequest) -> tuple[ApiRequest, Callable[..., HttpResponse]]:
        """Return an authenticated request and the method for it.

        Raises:
            APIException, Refused: it is refused before the view sees it.
        """
        asked = ApiRequest(request, authenticated_user(request))
        method = (request.method or "").lower()
        if method not in self.methods or not hasattr(self, method):
            raise MethodNotAllowed(method.upper())
        _require_json(request)
        throttle = PerMinute()
        if not throttle.allow_request(asked, self):
            raise Throttled(throttle.wait())
        return asked, getattr(self, method)

    def _error(self, error: Exception) -> HttpResponse:
        if isinstance(error, NotAuthenticated | AuthenticationFailed):
            error.auth_header = KEYWORD  # type: ignore[union-attr]  # REST framework's place for it
        described = refusals_as_json(error, {})
        if described is None:
            raise error
        response = reply(described.data, status=described.status_code)
        for name, value in described.headers.items():
            if name != "Content-Type":
                response[name] = value
        if isinstance(error, MethodNotAllowed):
            response["Allow"] = ", ".join(method.upper() for method in self.methods if hasattr(self, method))
        return response


def reply(data: Any = None, *, status: int = 200) -> HttpResponse:
    """Return a JSON response; an empty one without data."""
    if data is None:
        response = HttpResponse(status=status)
        del response["Content-Type"]
        return response
    try:
        content = _encode(data)
    except UnicodeEncodeError:  # half of a surrogate pair in a sentence about it
        content = json.dumps(data, default=str).encode()
    length = {"Content-Length": str(len(content))}  # else the web server sends it in chunks
    return HttpResponse(content, status=status, content_type="application/json", headers=length)


_encode = msgspec.json.Encoder(enc_hook=str).encode  # str: lazy translations


def _require_json(request: HttpRequest) -> None:
    """Refuse a client that accepts no JSON.

    Raises:
        NotAcceptable: it does.
    """
    accepted = request.META.get("HTTP_ACCEPT") or "*/*"
    if accepted not in ANY_JSON and not any(part.partition(";")[0].strip() in ANY_JSON for part in accepted.split(",")):
        raise NotAcceptable
