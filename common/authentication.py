"""How the API knows who asks."""

from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


class Session(SessionAuthentication):
    """The session of the pages. Without one the answer is 401, which tells "sign in again" from "not allowed"."""

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 -- the base class has it
        """Name the scheme; that there is one makes DRF answer 401."""
        return "Session"
