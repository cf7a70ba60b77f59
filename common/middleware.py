"""What stands between every request and its view."""

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation


class PersonalLocaleMiddleware(LocaleMiddleware):
    """Uses the language a signed-in person once chose; else the cookie's, else the browser's."""

    def process_request(self, request: HttpRequest) -> None:
        """Activate the language; must stand behind AuthenticationMiddleware."""
        super().process_request(request)
        user = request.user
        if user.is_authenticated and user.language in dict(settings.LANGUAGES):
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()
