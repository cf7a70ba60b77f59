"""What `manage.py check` says about a set-up before it is served."""

import shutil
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 -- Django's name


@register(Tags.security, deploy=True)
def secret_key_is_set(**_kwargs: Any) -> list[CheckMessage]:
    """Require a key of this installation's own."""
    if settings.SECRET_KEY != settings.NO_SECRET_KEY:
        return []
    return [
        Error("No secret key is set.", hint="Set CONCORD_SECRET_KEY or CONCORD_SECRET_KEY_FILE.", id="concord.E001")
    ]


@register(Tags.database, deploy=True)
def several_hosts_need_a_server(**_kwargs: Any) -> list[CheckMessage]:
    """Warn of a database file in a set-up of several processes on several hosts."""
    if not settings.PRODUCTION or "sqlite" not in str(settings.DATABASES["default"]["ENGINE"]):
        return []
    hint = "Set DATABASE_URL=postgres://…: an SQLite file cannot be shared between hosts."
    return [Warning("The team set-up runs on SQLite.", hint=hint, id="concord.W001")]


@register()
def ffmpeg_is_there(**_kwargs: Any) -> list[CheckMessage]:
    """Warn of a setting that names no program."""
    if not settings.FFMPEG_BIN or shutil.which(settings.FFMPEG_BIN):
        return []
    return [Warning(f"FFMPEG_BIN names no program: {settings.FFMPEG_BIN}", id="concord.W002")]


@register()
def media_prefix_is_a_folder(**_kwargs: Any) -> list[CheckMessage]:
    """Require the prefix under which nginx sends the media to look like one."""
    prefix = settings.X_ACCEL_PREFIX
    if not prefix or (prefix.startswith("/") and prefix.endswith("/")):
        return []
    return [Error("CONCORD_X_ACCEL_PREFIX must begin and end with a slash.", id="concord.E002")]
