"""Admission of large request bodies before they are received.

Only people with an account send large bodies (uploads of films). Such a body is received only from them, and only if
the disk has room for it, so that nobody else can fill the disk.
"""

from http.cookies import CookieError, SimpleCookie
from importlib import import_module

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import close_old_connections
from django.utils import timezone

from common.domain.api_tokens import user_of_token
from common.errors import Refused
from common.files.disk_space import require_space


def refusal(head: bytes, length: int) -> str:
    """Return the status line's status with which a large body is refused; an empty text: it is accepted.

    Args:
        head: the request line and the headers.
        length: of the body, in bytes.
    """
    close_old_connections()
    try:
        if not _has_account(head):
            return "401 Unauthorized"
        require_space(2 * length, folder=settings.WORK_DIR)  # the body, and the uploaded file that is taken from it
    except Refused:
        return "507 Insufficient Storage"
    finally:
        close_old_connections()
    return ""


def _has_account(head: bytes) -> bool:
    """Return whether the session cookie or the API token in the headers belongs to a person."""
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.decode("latin-1").partition(":")
        if name.strip().lower() == "cookie" and _is_signed_in(_cookie(value)):
            return True
        keyword, _, token = value.strip().partition(" ")
        if name.strip().lower() == "authorization" and keyword == "Bearer":
            return user_of_token(token=token.strip(), now=timezone.now()) is not None
    return False


def _is_signed_in(key: str) -> bool:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    return bool(key) and bool(store(key).get(SESSION_KEY))


def _cookie(header: str) -> str:
    try:
        found = SimpleCookie(header).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return found.value if found else ""
