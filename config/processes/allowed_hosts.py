"""Host names under which the web server accepts requests."""

import contextlib
import fcntl
import socket
import struct

_SIOCGIFADDR = 0x8915
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
ANY = {"0.0.0.0", "::", ""}  # noqa: S104 -- compared with, not bound to


def addresses() -> list[str]:
    """Return the IPv4 addresses of this machine: of its interfaces on Linux, and those its name resolves to."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            with contextlib.suppress(OSError):  # an interface without an address
                answer = fcntl.ioctl(probe.fileno(), _SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
                found.append(socket.inet_ntoa(answer[20:24]))
    with contextlib.suppress(OSError):
        found += socket.gethostbyname_ex(socket.gethostname())[2]
    return found


def allowed_hosts(host: str) -> list[str]:
    """Return the allowed host names of a server that is bound to `host`.

    For all interfaces, these are the names and addresses of the machine, never `*`: otherwise, another site could
    reach a server in a local network under a name of its own (DNS rebinding).
    """
    names = [*LOOPBACK]
    if host in ANY:
        name = socket.gethostname()
        names += [name, f"{name}.local", socket.getfqdn(), *addresses()]
    else:
        names.append(f"[{host}]" if ":" in host else host)
    return list(dict.fromkeys(name.lower() for name in names))
