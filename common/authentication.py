"""How the API knows who asks."""

from typing import Any

from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from common.errors import Refused
from common.models import User

AUTHOR_HEADER = "X-Concord-Author"


class Session(SessionAuthentication):
    """The session of the pages. Without one the answer is 401, which tells "sign in again" from "not allowed"."""

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

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 -- the base class has it
        """Name the scheme; that there is one makes DRF answer 401."""
        return "Session"


def _compare(request: Request, user: User) -> None:
    if request.headers.get(AUTHOR_HEADER, str(user.public_id)) != str(user.public_id):
        raise Refused("common.not_the_author")
