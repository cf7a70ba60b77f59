"""The address of the client, also behind proxies."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the address of the client as seen by the outermost trusted proxy.

    Each proxy appends the address of its client, so only the last `settings.PROXIES` entries of X-Forwarded-For are
    trustworthy; the client may have forged the entries before them.
    """
    direct: str = request.META.get("REMOTE_ADDR", "")
    if not settings.PROXIES:
        return direct
    entries = [entry.strip() for entry in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if entry.strip()]
    return entries[-settings.PROXIES] if len(entries) >= settings.PROXIES else direct
