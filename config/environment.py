"""Reading settings from the environment; every name is read once, here or in settings.py."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit


def text(name: str, default: str = "") -> str:
    """Return the variable `name`, else the content of the file that `name`_FILE points to, else `default`.

    Secrets come as files in container set-ups, so that they do not show in a process list.
    """
    if name in os.environ:
        return os.environ[name]
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return default


def flag(name: str, *, default: bool = False) -> bool:
    """Return whether the variable says yes ("1", "true", "yes", "on"); `default` where it is not set."""
    value = text(name)
    return value.lower() in {"1", "true", "yes", "on"} if value else default


def number(name: str, default: int) -> int:
    """Return the variable as a whole number.

    Raises:
        ValueError: it is set to something else.
    """
    return int(text(name) or default)


def words(name: str) -> list[str]:
    """Return the variable split at commas, without blanks."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def database(url: str) -> dict[str, object]:
    """Turn `postgres://user:password@host:port/name` or `sqlite:///path` into Django's database settings.

    Raises:
        ValueError: another kind of database.
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
    raise ValueError(f"DATABASE_URL has the scheme {parts.scheme!r}; postgres and sqlite are known")


def sqlite(path: Path) -> dict[str, object]:
    """Return the settings of the embedded database.

    IMMEDIATE: a transaction that reads first and writes later fails at once under DEFERRED when another
    writer came between. FULL: an acknowledged label also survives a power cut.
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
