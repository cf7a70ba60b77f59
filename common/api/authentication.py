"""Authentication of API requests."""

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.utils import timezone, translation
from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, PermissionDenied
from rest_framework.request import Request

from common.domain.api_tokens import user_of_token
from common.errors import Refused, sentence
from common.models import User

AUTHOR_HEADER = "HTTP_X_CONCORD_AUTHOR"
KEYWORD = "Bearer"
LANGUAGES = frozenset(dict(settings.LANGUAGES))


class Token(BaseAuthentication):
    """API tokens, for scripts. Cookies are ignored, so other sites can't use them (CSRF)."""

    def authenticate(self, request: Request | HttpRequest) -> tuple[User, str] | None:
        """Return the user and the token; None without a token.

        Raises:
            AuthenticationFailed: `bad_token`.
        """
        token = request_token(request)
        if token is None:
            return None
        user = user_of_token(token=token, now=timezone.now())
        if user is None:
            use_language(request, None)
            raise AuthenticationFailed(sentence("token.unknown", {}), code="bad_token")
        return user, token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 -- the base class has it
        """Return the scheme; with one, DRF responds 401 instead of 403."""
        return KEYWORD


class Session(BaseAuthentication):
    """Sessions of the web pages. They use cookies, so each request is checked for CSRF."""

    _csrf = CSRFCheck(lambda _request: None)  # type: ignore[arg-type]  # it calls nothing after itself

    def authenticate(self, request: Request | HttpRequest) -> tuple[User, None] | None:
        """Return the signed-in user, whose session the middleware has set; None if there is none.

        Raises:
            PermissionDenied: `csrf`, the request may come from another site; a page without its cookie can recover.
        """
        user = get_user(request)
        if not isinstance(user, User):
            return None
        self._csrf.process_request(request)
        reason = self._csrf.process_view(request, None, (), {})  # type: ignore[arg-type]
        if reason:
            use_language(request, user)
            raise PermissionDenied(f"CSRF Failed: {reason}", code="csrf")
        return user, None


AUTHENTICATIONS = (Token(), Session())


def authenticated_user(request: HttpRequest) -> User:
    """Return the person who sent a request, by its token or its session.

    Raises:
        NotAuthenticated, AuthenticationFailed, PermissionDenied: see above.
        Refused: `common.not_the_author`, another user opened the page on a shared computer; the signed-in user did not
            make the request.
    """
    for authentication in AUTHENTICATIONS:
        if found := authentication.authenticate(request):
            user = request.user = found[0]
            use_language(request, user)
            if request.META.get(AUTHOR_HEADER, str(user.public_id)) != str(user.public_id):
                raise Refused("common.not_the_author")
            return user
    use_language(request, None)
    raise NotAuthenticated


def use_language(request: HttpRequest | Request, user: User | None) -> None:
    """Use the language of the person, else that of the request, for all sentences of the response."""
    language = user.language if user else ""
    if language not in LANGUAGES:
        language = translation.get_language_from_request(request)
    translation.activate(language)


def request_token(request: HttpRequest | Request) -> str | None:
    """Return the token in the `Authorization` header."""
    keyword, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return token.strip() if keyword == KEYWORD else None
