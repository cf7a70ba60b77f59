"""What stands between every request and its view."""

from collections.abc import Callable
from typing import Any, TypeVar

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.deprecation import MiddlewareMixin
from django_htmx.http import HttpResponseClientRefresh

from common.api.authentication import KEYWORD, sent_token
from common.domain.api_tokens import person_of
from common.errors import sentence


class SamePolicyMiddleware(MiddlewareMixin):
    """Sends the content security policy of the settings, the same with every answer: put together once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        super().__init__(get_response)
        self.policy = build_policy()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:  # noqa: ARG002
        """Add the header."""
        response.headers.setdefault(HEADER, self.policy)
        return response


class PersonalLocaleMiddleware(LocaleMiddleware):
    """Uses the language a signed-in person once chose; else the cookie's, else the browser's."""

    def process_request(self, request: HttpRequest) -> None:
        """Activate the language; must stand behind AuthenticationMiddleware."""
        super().process_request(request)
        user = request.user
        if user.is_authenticated and user.language in dict(settings.LANGUAGES):
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()


class PrivatePagesMiddleware(MiddlewareMixin):
    """Keeps what a signed-in person sees out of every cache: the next one at the same desk must not go back to it."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Forbid keeping the answer, unless its view has decided about that."""
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response


class SignInAgainMiddleware(MiddlewareMixin):
    """Lets a page whose fragment finds its session ended be loaded anew, instead of showing the sign-in form inside."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Turn a fragment's way to the sign-in page into a reload of the whole page, which leads there itself."""
        fragment = request.headers.get("HX-Request") == "true"
        if fragment and response.get("Location", "").startswith(resolve_url(settings.LOGIN_URL)):
            return HttpResponseClientRefresh()
        return response


View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def takes_token(view: View) -> View:
    """Mark a view that is no part of the API, but open to its scripts as well: a recording. It must be a safe one."""
    view.takes_token = True  # type: ignore[attr-defined]
    return view


class TokenMiddleware(MiddlewareMixin):
    """Lets a script with a personal token through to the views that are marked so; must stand before the login."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], _args: Any, _kwargs: Any
    ) -> HttpResponseBase | None:
        """Make the token's owner the one who asks, or answer 401 where it works for nobody."""
        token = sent_token(request) if getattr(view, "takes_token", False) else None
        if token is None:
            return None
        user = person_of(token=token, now=timezone.now())
        if user is None:
            body = {"code": "bad_token", "params": {}, "detail": sentence("token.unknown", {})}
            return JsonResponse(body, status=401, headers={"WWW-Authenticate": KEYWORD})
        request.user = user
        return None
