"""From which address a request comes, behind proxies too."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the client's address, as the outermost proxy that we trust has seen it.

    Each proxy appends the address it was asked from, so the last `settings.PROXIES` entries of X-Forwarded-For are
    the trusted ones; whatever stands before them the client may have made up.
    """
    direct: str = request.META.get("REMOTE_ADDR", "")
    if not settings.PROXIES:
        return direct
    told = [entry.strip() for entry in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if entry.strip()]
    return told[-settings.PROXIES] if len(told) >= settings.PROXIES else direct
