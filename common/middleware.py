"""Middleware."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import resolve_url
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.deprecation import MiddlewareMixin
from django_htmx.http import HttpResponseClientRefresh

from common.api.authentication import KEYWORD, request_token
from common.api.errors import API
from common.domain.api_tokens import user_of_token
from common.errors import sentence


class ContentSecurityPolicyMiddleware(MiddlewareMixin):
    """Sends the content security policy of the settings; it is the same for all responses, so it is built once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        super().__init__(get_response)
        self.policy = build_policy()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:  # noqa: ARG002
        """Add the header."""
        response.headers.setdefault(HEADER, self.policy)
        return response


class ApiMiddleware:
    """Runs the views of the API without the middleware of the pages, which costs more than the views themselves.

    Adds the same headers. Everything else, unknown addresses of the API included, takes the usual way.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.policy = build_policy()
        self.store = import_module(settings.SESSION_ENGINE).SessionStore

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Return the response."""
        if not request.path_info.startswith(API):
            return self.get_response(request)
        try:
            found = resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        request.get_host()  # refuses a host name that is not allowed
        request.resolver_match = found
        request.session = self.store(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
        response: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
        response[HEADER] = self.policy
        response["X-Frame-Options"] = settings.X_FRAME_OPTIONS
        response["Cache-Control"] = "private, no-store"
        response["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
        response["Vary"] = "Accept-Language, Authorization, Cookie"
        return response


class UserLocaleMiddleware(LocaleMiddleware):
    """Uses the language that the user chose, else that of the cookie, else that of the browser."""

    def process_request(self, request: HttpRequest) -> None:
        """Activate the language. Must come after AuthenticationMiddleware."""
        super().process_request(request)
        user = request.user
        if user.is_authenticated and user.language in dict(settings.LANGUAGES):
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()


class NoStoreMiddleware(MiddlewareMixin):
    """Keeps pages of signed-in users out of all caches: the next user of a shared computer can't go back to them."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Forbid storing the response, unless the view has set its own policy."""
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response


class HtmxLoginRedirectMiddleware(MiddlewareMixin):
    """Reloads the page when htmx is redirected to the sign-in page, instead of showing the form inside the page."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Replace a redirect to the sign-in page by a reload, which is then redirected itself."""
        fragment = request.headers.get("HX-Request") == "true"
        if fragment and response.get("Location", "").startswith(resolve_url(settings.LOGIN_URL)):
            return HttpResponseClientRefresh()
        return response


View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def accepts_token(view: View) -> View:
    """Decorate a view outside the API that accepts API tokens (media files). It must not change anything."""
    view.accepts_token = True  # type: ignore[attr-defined]
    return view


class TokenMiddleware(MiddlewareMixin):
    """Authenticates API tokens for views with `accepts_token`. Must come before LoginRequiredMiddleware."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], _args: Any, _kwargs: Any
    ) -> HttpResponseBase | None:
        """Set the owner of the token as user, or return 401 for an invalid token."""
        token = request_token(request) if getattr(view, "accepts_token", False) else None
        if token is None:
            return None
        user = user_of_token(token=token, now=timezone.now())
        if user is None:
            body = {"code": "bad_token", "params": {}, "detail": sentence("token.unknown", {})}
            return JsonResponse(body, status=401, headers={"WWW-Authenticate": KEYWORD})
        request.user = user
        return None
