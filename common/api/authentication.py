"""How the API knows who asks."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from common.domain.api_tokens import person_of
from common.errors import Refused, sentence
from common.models import User

AUTHOR_HEADER = "X-Concord-Author"
KEYWORD = "Bearer"


class Token(BaseAuthentication):
    """A personal token, for scripts. No cookie is looked at, so no other site can make use of it."""

    def authenticate(self, request: Request) -> tuple[User, str] | None:
        """Return whose token it is; None where none was sent.

        Raises:
            AuthenticationFailed: `bad_token`.
            Refused: `common.not_the_author`.
        """
        token = sent_token(request)
        if token is None:
            return None
        user = person_of(token=token, now=timezone.now())
        if user is None:
            raise AuthenticationFailed(sentence("token.unknown", {}), code="bad_token")
        _compare(request, user)
        return user, token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 -- the base class has it
        """Name the scheme; that there is one makes DRF answer 401."""
        return KEYWORD


class Session(SessionAuthentication):
    """The session of the pages; it comes with cookies, so a request has to prove that it is no other site's."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        """Return who is signed in.

        Raises:
            Refused: `common.not_the_author`, the page was opened by somebody else (a shared computer): whatever it
                asks for, it does not ask for the person who is signed in now.
        """
        found = super().authenticate(request)
        if found:
            _compare(request, found[0])
        return found

    def enforce_csrf(self, request: Request) -> None:
        """Refuse a request from another site, by a code of its own: a page that lost its cookie can mend that."""
        try:
            super().enforce_csrf(request)
        except PermissionDenied as denied:
            raise PermissionDenied(str(denied.detail), code="csrf") from denied


def sent_token(request: HttpRequest | Request) -> str | None:
    """Return the token of the `Authorization` header."""
    keyword, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if keyword == KEYWORD else None


def _compare(request: Request, user: User) -> None:
    if request.headers.get(AUTHOR_HEADER, str(user.public_id)) != str(user.public_id):
        raise Refused("common.not_the_author")
