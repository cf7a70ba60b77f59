"""Authentication of API requests."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from common.domain.api_tokens import user_of_token
from common.errors import Refused, sentence
from common.models import User

AUTHOR_HEADER = "X-Concord-Author"
KEYWORD = "Bearer"


class Token(BaseAuthentication):
    """API tokens, for scripts. Cookies are ignored, so other sites can't use them (CSRF)."""

    def authenticate(self, request: Request) -> tuple[User, str] | None:
        """Return the user and the token; None without a token.

        Raises:
            AuthenticationFailed: `bad_token`.
            Refused: `common.not_the_author`.
        """
        token = request_token(request)
        if token is None:
            return None
        user = user_of_token(token=token, now=timezone.now())
        if user is None:
            raise AuthenticationFailed(sentence("token.unknown", {}), code="bad_token")
        _compare(request, user)
        return user, token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 -- the base class has it
        """Return the scheme; with one, DRF responds 401 instead of 403."""
        return KEYWORD


class Session(SessionAuthentication):
    """Sessions of the web pages. They use cookies, so each request is checked for CSRF."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        """Return the signed-in user.

        Raises:
            Refused: `common.not_the_author`, another user opened the page on a shared computer; the signed-in user did
                not make the request.
        """
        found = super().authenticate(request)
        if found:
            _compare(request, found[0])
        return found

    def enforce_csrf(self, request: Request) -> None:
        """Reject requests from other sites with the code `csrf`, from which a page without its cookie can recover."""
        try:
            super().enforce_csrf(request)
        except PermissionDenied as denied:
            raise PermissionDenied(str(denied.detail), code="csrf") from denied


def request_token(request: HttpRequest | Request) -> str | None:
    """Return the token in the `Authorization` header."""
    keyword, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if keyword == KEYWORD else None


def _compare(request: Request, user: User) -> None:
    if request.headers.get(AUTHOR_HEADER, str(user.public_id)) != str(user.public_id):
        raise Refused("common.not_the_author")
