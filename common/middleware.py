"""What stands between every request and its view."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import resolve_url
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.deprecation import MiddlewareMixin
from django_htmx.http import HttpResponseClientRefresh


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
