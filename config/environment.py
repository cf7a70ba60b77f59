"""Reading of environment variables for the settings."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit


def text(name: str, default: str = "") -> str:
    """Return the variable `name`, else the content of the file that `name`_FILE points to, else `default`.

    Container set-ups pass secrets as files, so that they don't show in process lists.
    """
    if name in os.environ:
        return os.environ[name]
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return default


def flag(name: str, *, default: bool = False) -> bool:
    """Return whether the variable is "1", "true", "yes" or "on"; `default` if it is not set."""
    value = text(name)
    return value.lower() in {"1", "true", "yes", "on"} if value else default


def number(name: str, default: int) -> int:
    """Return the variable as an integer.

    Raises:
        ValueError: it is not an integer.
    """
    return int(text(name) or default)


def words(name: str) -> list[str]:
    """Return the comma-separated entries of the variable."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def database(url: str) -> dict[str, object]:
    """Return the database settings for `postgres://user:password@host:port/name` or `sqlite:///path`.

    Raises:
        ValueError: the URL has another scheme.
    """
    parts = urlsplit(url)
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "config.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "OPTIONS": dict(parse_qsl(parts.query)),
            "CONN_MAX_AGE": number("CONCORD_CONN_MAX_AGE", 600),
            "CONN_HEALTH_CHECKS": True,
        }
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(parts.path)))
    raise ValueError(f"DATABASE_URL has the scheme {parts.scheme!r}; postgres and sqlite are supported")


def sqlite(path: Path) -> dict[str, object]:
    """Return the settings of an SQLite database.

    IMMEDIATE: under DEFERRED, a transaction that reads before it writes fails at once if another one has written in
    between. FULL: acknowledged answers survive a power failure.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }
