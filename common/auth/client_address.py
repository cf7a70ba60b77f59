"""The address of the client, also behind proxies."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

KEPT_BITS = {4: 24, 6: 48}  # of an address in shortened form


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


def network_of(address: str) -> str:
    """Return an address in shortened form, which tells the provider but no person: IPv4 /24, IPv6 /48.

    Anything else, such as the name of a socket, gives the empty text.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ipaddress.ip_network((found, KEPT_BITS[found.version]), strict=False))
